import { Injectable } from '@nestjs/common';
import { ProviderError, type BrowserReturn, type ProviderAdapter } from '../../../providers/kit/index.js';
import { appendAudit } from '../../audit-trail/append.js';
import { APPLICANT } from '../../audit-trail/audit-event-types.js';
import { CaptureBindings } from '../../flow-session/capture-bindings.js';
import { Database } from '../../platform/database/database.js';
import type { Transaction } from '../../platform/database/transaction.js';
import type { Request } from '../../platform/http/request-context.js';
import { announce } from '../../recovery-case/case-events.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { ProviderCalls } from '../providers/provider-calls.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { Failover } from '../routing/failover.js';
import { SessionContexts } from '../session/session-contexts.js';
import { SessionDeliveries } from '../session/session-deliveries.js';
import { SessionSecrets } from '../session/session-secrets.js';
import { SessionStore } from '../session/session-store.js';
import { refOf, type VerificationSession } from '../session/verification-session.js';
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

interface FirstArrival {
  session: VerificationSession;
  recoveryCase: RecoveryCase;
  adapter: ProviderAdapter;
}

/** Reloading the return page does not become a storm of calls to the partner. */
const QUIET_SECONDS = 2;
const RETURN_DELIVERY = 'return';
/** The call was not carried out, so the person's code is still good. */
const NOT_CARRIED_OUT: ReadonlySet<string> = new Set(['unreachable', 'unavailable', 'rate_limited']);

/**
 * A browser came back from a partner (T35, T36). Whatever its query says, nobody is verified by it. It shows that the
 * browser that did the capture is where the check was done – flow cookie, capture cookie and the session's one-time
 * state together – and it makes us look. A code it brings is exchanged once.
 */
@Injectable()
export class ProviderReturn {
  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly registry: ProviderRegistry,
    private readonly calls: ProviderCalls,
    private readonly sessions: SessionStore,
    private readonly secrets: SessionSecrets,
    private readonly contexts: SessionContexts,
    private readonly deliveries: SessionDeliveries,
    private readonly captures: CaptureBindings,
    private readonly failover: Failover,
    private readonly strays: StrayReturns,
  ) {}

  async comeBack(arrival: Arrival): Promise<void> {
    const digests = this.secrets.returnStateDigests(arrival.state);
    if (digests.length === 0) return;
    await this.strays.note(arrival);
    const first = await this.database.transaction((tx) => this.arrive(tx, arrival, digests));
    if (first?.adapter.handleReturn) await this.hear(first, arrival.query);
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
    const boundBrowser = await this.captures.boundBrowser(tx, { caseId, attempt, request: arrival.request });
    if (boundBrowser !== 'this_browser' || !(await this.sessions.markReturned(tx, session.id))) {
      await this.lookAgain(tx, session);
      return undefined;
    }
    const data = { sessionId: session.id, provider: session.provider, attempt };
    await appendAudit(tx, { chainId: caseId, type: 'verification.browser_returned', actor: APPLICANT, data });
    await announce(tx, 'verification.browser_returned', { payload: { ...refOf(session) } });
    const recoveryCase = await this.cases.find(tx, caseId);
    const adapter = this.registry.get(session.provider);
    // Whoever brings a code is asked about after the code has been exchanged.
    if (adapter?.capabilities.resultTransport !== 'oidc_code')
      await announce(tx, 'verification.collect_due', { payload: { ...refOf(session) } });
    return recoveryCase && adapter ? { session, recoveryCase, adapter } : undefined;
  }

  private async lookAgain(tx: Transaction, session: VerificationSession): Promise<void> {
    const rows = await tx.run`UPDATE verification_sessions SET updated_at = clock_timestamp()
      WHERE id = ${session.id} AND state IN ('open', 'collecting')
        AND updated_at < clock_timestamp() - make_interval(secs => ${QUIET_SECONDS})`;
    if (rows === 1) await announce(tx, 'verification.collect_due', { payload: { ...refOf(session) } });
  }

  private async hear(first: FirstArrival, query: Arrival['query']): Promise<void> {
    const brings = first.adapter.capabilities.resultTransport === 'oidc_code';
    try {
      const { payload } = await this.ask(first, query);
      if (payload && brings) await this.file(first.session, payload);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      // The code is spent, and no other call would ever bring the result.
      if (brings) await this.giveUp(first.session, error);
    }
  }

  private async ask(first: FirstArrival, query: Arrival['query']): Promise<BrowserReturn> {
    const { adapter } = first;
    const context = await this.database.read((tx) => this.contexts.forFetch(tx, first));
    const call = () =>
      this.calls.run(adapter, 'return', async () => (await adapter.handleReturn?.(context, query)) ?? CAME_BACK);
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof ProviderError) || !NOT_CARRIED_OUT.has(error.code)) throw error;
      return call();
    }
  }

  private async file(session: VerificationSession, payload: NonNullable<BrowserReturn['payload']>): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.deliveries.file(tx, session, { deliveryId: RETURN_DELIVERY, payload });
      await announce(tx, 'verification.collect_due', { payload: { ...refOf(session) } });
    });
  }

  private async giveUp(looked: VerificationSession, error: ProviderError): Promise<void> {
    await this.database.transaction(async (tx) => {
      const recoveryCase = await this.cases.lock(tx, looked.caseId);
      const session = await this.sessions.find(tx, looked.id);
      const waits = recoveryCase?.state === 'verifying' && recoveryCase.attempt === looked.attempt;
      if (waits && session?.state === 'open')
        await this.failover.moveOn(tx, { recoveryCase, session, error: error.code });
    });
  }
}

const CAME_BACK: BrowserReturn = { signal: 'came_back' };
