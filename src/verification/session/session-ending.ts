import { Injectable } from '@nestjs/common';
import { appendAudit } from '../../audit-trail/append.js';
import { SYSTEM, type Actor } from '../../audit-trail/audit-event-types.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { FetchSchedule } from '../collect/fetch-schedule.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { SurplusSessions } from '../routing/surplus-sessions.js';
import { SessionStore } from './session-store.js';
import type { VerificationSession } from './verification-session.js';

export interface SessionEnd {
  state: 'failed' | 'abandoned';
  /** Why, as kept with the session. */
  error: string;
  /** Ours unless it is said. */
  actor?: Actor;
  /** In the audit trail; `verification.session_` and the state unless it is said. */
  type?: 'verification.late_result_ignored';
  /**
   * What becomes of what it may have left at its partner. `ended_or_said`: somebody else is asked, so it is ended there, and
   * what cannot be is said to the operators. `ended_if_possible`: the person left it; at a partner that cannot cancel it runs
   * out by itself. `nothing`: it has ended there, or the caller sees to it.
   */
  atPartner: 'ended_or_said' | 'ended_if_possible' | 'nothing';
  /** Whether the partner is asked again for what comes too late. Not where its last word is here, or nobody is concerned. */
  looksAgain: boolean;
}

/** The one way in which a session ends without a result. */
@Injectable()
export class SessionEnding {
  constructor(
    private readonly sessions: SessionStore,
    private readonly registry: ProviderRegistry,
    private readonly schedule: FetchSchedule,
    private readonly surplus: SurplusSessions,
  ) {}

  /** False when it had ended. */
  async end(tx: Transaction, session: VerificationSession, end: SessionEnd): Promise<boolean> {
    const { state, error, actor = SYSTEM, type = `verification.session_${state}` as const, looksAgain } = end;
    if (!(await this.sessions.end(tx, session.id, { state, error }))) return false;
    const data = { sessionId: session.id, provider: session.provider, attempt: session.attempt, error };
    await appendAudit(tx, { chainId: session.caseId, type, actor, data });
    if (looksAgain) await this.schedule.givenUp(tx, session, error);
    if (this.isEndedAtPartner(session, end)) await this.surplus.recordEnded(tx, session);
    return true;
  }

  private isEndedAtPartner({ provider }: VerificationSession, { atPartner }: SessionEnd): boolean {
    if (atPartner === 'ended_if_possible') return this.registry.get(provider)?.capabilities.cancel === true;
    return atPartner === 'ended_or_said';
  }
}
