import { Injectable } from '@nestjs/common';
import { appendAudit } from '../../audit-trail/append.js';
import { APPLICANT } from '../../audit-trail/audit-event-types.js';
import { CaptureBindings } from '../../flow-session/capture-bindings.js';
import { Database } from '../../platform/database/database.js';
import type { Transaction } from '../../platform/database/transaction.js';
import type { Request } from '../../platform/http/request-context.js';
import { announce } from '../../recovery-case/case-events.js';
import type { CaseState } from '../../recovery-case/case-states.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { SessionSecrets } from '../session/session-secrets.js';
import { SessionStore } from '../session/session-store.js';
import { refOf, type VerificationSession } from '../session/verification-session.js';
import { ReturnedAnswers, type FirstArrival } from './returned-answers.js';
import { StrayReturns } from './stray-return.js';

export interface Arrival {
  provider: string;
  /** Of the flow cookie that came along. */
  caseId: string;
  /** The one-time state of the return address. */
  state: string;
  query: Readonly<Record<string, string>>;
  request: Request;
}

/** Reloading the return page does not become a storm of calls to the partner. */
const QUIET_SECONDS = 2;

const GIVEN_UP: ReadonlySet<CaseState> = new Set(['cancelled', 'expired']);

/**
 * Takes in a browser that came back from a partner (T35, T36). Whatever its query says, nobody is verified by it. It shows
 * that the browser that did the capture is where the check was done – flow cookie, capture cookie and the session's
 * one-time state together – and it makes us look. A code it brings is exchanged once.
 */
@Injectable()
export class ProviderReturn {
  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly registry: ProviderRegistry,
    private readonly sessions: SessionStore,
    private readonly secrets: SessionSecrets,
    private readonly captures: CaptureBindings,
    private readonly answers: ReturnedAnswers,
    private readonly strays: StrayReturns,
  ) {}

  async comeBack(arrival: Arrival): Promise<void> {
    const digests = this.secrets.returnStateDigests(arrival.state);
    if (digests.length === 0) return;
    await this.strays.note(arrival);
    const first = await this.database.transaction((tx) => this.arrive(tx, arrival, digests));
    if (first?.adapter.handleReturn) await this.answers.hear(first, arrival.query);
  }

  /** Notes the return. The session when this was the first one, of the browser that did the capture. */
  private async arrive(
    tx: Transaction,
    arrival: Arrival,
    digests: readonly Buffer[],
  ): Promise<FirstArrival | undefined> {
    const session = await this.sessions.findByReturnState(tx, digests);
    if (!session || session.caseId !== arrival.caseId || session.provider !== arrival.provider) return undefined;
    const { caseId, attempt } = session;
    const recoveryCase = await this.cases.find(tx, caseId);
    // Nothing is fetched about the person of a case that was stopped or ran out; the page they come back to says so.
    if (!recoveryCase || GIVEN_UP.has(recoveryCase.state)) return undefined;
    const boundBrowser = await this.captures.boundBrowser(tx, { caseId, attempt, request: arrival.request });
    if (boundBrowser !== 'this_browser' || !(await this.sessions.markReturned(tx, session.id))) {
      await this.lookAgain(tx, session);
      return undefined;
    }
    const data = { sessionId: session.id, provider: session.provider, attempt };
    await appendAudit(tx, { chainId: caseId, type: 'verification.browser_returned', actor: APPLICANT, data });
    await announce(tx, 'verification.browser_returned', { payload: { ...refOf(session) } });
    const adapter = this.registry.get(session.provider);
    // Whoever brings a code is asked about after the code has been exchanged.
    if (adapter?.capabilities.resultTransport !== 'oidc_code')
      await announce(tx, 'verification.collect_due', { payload: { ...refOf(session) } });
    return adapter ? { session, recoveryCase, adapter } : undefined;
  }

  private async lookAgain(tx: Transaction, session: VerificationSession): Promise<void> {
    const rows = await tx.run`UPDATE verification_sessions SET updated_at = clock_timestamp()
      WHERE id = ${session.id} AND state IN ('open', 'collecting')
        AND updated_at < clock_timestamp() - make_interval(secs => ${QUIET_SECONDS})`;
    if (rows === 1) await announce(tx, 'verification.collect_due', { payload: { ...refOf(session) } });
  }
}
