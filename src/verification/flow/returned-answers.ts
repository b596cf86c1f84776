import { Injectable } from '@nestjs/common';
import { ProviderError, type BrowserReturn, type ProviderAdapter } from '../../../providers/kit/index.js';
import { Database } from '../../platform/database/database.js';
import { announce } from '../../recovery-case/case-events.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { ProviderCalls } from '../providers/provider-calls.js';
import { Failover } from '../routing/failover.js';
import { SessionContexts } from '../session/session-contexts.js';
import { SessionDeliveries } from '../session/session-deliveries.js';
import { SessionStore } from '../session/session-store.js';
import { refOf, type VerificationSession } from '../session/verification-session.js';

/** The first return of a session's own browser. */
export interface FirstArrival {
  session: VerificationSession;
  recoveryCase: RecoveryCase;
  adapter: ProviderAdapter;
}

type ReturnQuery = Readonly<Record<string, string>>;

const RETURN_DELIVERY = 'return';
/** The call was not carried out, so the person's code is still good. */
const NOT_CARRIED_OUT: ReadonlySet<string> = new Set(['unreachable', 'unavailable', 'rate_limited']);
const CAME_BACK: BrowserReturn = { signal: 'came_back' };

/** Gives an adapter what the browser brought back, and files the answer for the look that follows. */
@Injectable()
export class ReturnedAnswers {
  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly calls: ProviderCalls,
    private readonly sessions: SessionStore,
    private readonly contexts: SessionContexts,
    private readonly deliveries: SessionDeliveries,
    private readonly failover: Failover,
  ) {}

  /** Nothing of what a partner answers here is thrown at the browser. */
  async hear(first: FirstArrival, query: ReturnQuery): Promise<void> {
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

  private async ask(first: FirstArrival, query: ReturnQuery): Promise<BrowserReturn> {
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
