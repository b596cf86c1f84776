import { Injectable } from '@nestjs/common';
import { listChain } from '../audit-trail/audit-event-list.js';
import { Clock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { Principal } from '../platform/http/request-context.js';
import type { PageQuery, PageRead } from '../platform/http/lists.js';
import { isTerminal } from '../recovery-case/case-states.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import type { SecondPeople } from '../recovery-case/second-people.js';
import { type CallCodeState, callCodeState, callCodeTriesLeft } from './call-code.js';
import { LINK_STATES } from './caller-help.js';
import { CaseAuthorizations } from './case-authorizations.js';
import { CaseViews, pageOfCases } from './case-view.js';
import type { CaseListQuery, CaseView } from './case.schemas.js';
import { RecoveryCases } from './recovery-cases.js';

/** What happened to a case and when, and who of staff did it; what else an event holds is for auditors. */
export interface DeskEvent {
  type: string;
  actor: { kind: string; id: string };
  occurredAt: string;
}

/** One case as an agent needs it with somebody on the telephone. */
export interface DeskCase {
  case: CaseView;
  events: DeskEvent[];
  /** There are more than are shown. */
  cut: boolean;
  secondsLeft: number;
  callCode: { state: CallCodeState; triesLeft: number };
  /** Whether a link may be sent again, and whether the case may be stopped. */
  resendable: boolean;
  stoppable: boolean;
  /** While one more yes of a second person is wanted; `mine`: this colleague may be the one. */
  secondPeople?: Omit<SecondPeople, 'lapsesAt'> & { lapsesAt?: string; mine: boolean };
}

const MOST_EVENTS = 500;

/**
 * Shows the help desk its cases. What it does in them is done by {@link RecoveryCases}, `CallerHelp` and
 * {@link CaseAuthorizations}.
 */
@Injectable()
export class DeskCases {
  constructor(
    private readonly database: Database,
    private readonly service: RecoveryCases,
    private readonly authorizations: CaseAuthorizations,
    private readonly views: CaseViews,
    private readonly clock: Clock,
  ) {}

  async list(query: CaseListQuery): Promise<PageRead<CaseView>> {
    return this.database.read((tx) => this.views.list(tx, query));
  }

  /** Cases that wait for a second person who may be this one, newest first; a page may be shorter than asked for. */
  async waitingFor(staff: Principal, page: PageQuery): Promise<PageRead<CaseView>> {
    return this.database.read(async (tx) => {
      const { data: rows, next } = await pageOfCases(tx, { ...page, state: 'awaiting_authorization' });
      const data: CaseView[] = [];
      for (const row of rows)
        if (await this.authorizations.mayGive(tx, row, staff)) data.push(await this.views.of(tx, row));
      return { data, next };
    });
  }

  /** @throws Problem not_found */
  async one(caseId: string, staff: Principal): Promise<DeskCase> {
    return this.database.read(async (tx) => {
      const row = await this.service.require(tx, caseId);
      const { data, next } = await listChain(tx, caseId, { limit: MOST_EVENTS });
      const secondPeople = await this.secondPeople(tx, row, staff);
      const leftMs = row.expiresAt.getTime() - this.clock.now().getTime();
      const isOpen = !isTerminal(row.state);
      return {
        case: await this.views.of(tx, row),
        events: data.map(({ type, actor, occurredAt }) => ({ type, actor, occurredAt })),
        cut: next !== null,
        secondsLeft: isOpen ? Math.max(0, Math.floor(leftMs / 1_000)) : 0,
        callCode: { state: isOpen ? callCodeState(row) : 'none', triesLeft: callCodeTriesLeft(row) },
        resendable: LINK_STATES.includes(row.state),
        stoppable: isOpen,
        ...(secondPeople && { secondPeople }),
      };
    });
  }

  private async secondPeople(
    tx: Transaction,
    row: RecoveryCase,
    staff: Principal,
  ): Promise<DeskCase['secondPeople'] | undefined> {
    const wanted = await this.authorizations.wanted(tx, row);
    if (!wanted) return undefined;
    const { given, needed, lapsesAt } = wanted;
    const mine = await this.authorizations.mayGive(tx, row, staff);
    return { given, needed, mine, ...(lapsesAt && { lapsesAt: lapsesAt.toISOString() }) };
  }
}
