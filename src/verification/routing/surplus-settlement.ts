import { Injectable } from '@nestjs/common';
import { ProviderError, type ProviderAdapter, type SessionContext } from '../../../providers/kit/index.js';
import { appendAudit } from '../../audit-trail/append.js';
import { SYSTEM } from '../../audit-trail/audit-event-types.js';
import { CaseShreddedError } from '../../platform/crypto/case-keys.js';
import { Database } from '../../platform/database/database.js';
import { Metrics } from '../../platform/telemetry/metrics.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { ProviderCalls } from '../providers/provider-calls.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { SessionContexts } from '../session/session-contexts.js';
import { SessionSecrets } from '../session/session-secrets.js';
import { SessionStore } from '../session/session-store.js';
import type { VerificationSession } from '../session/verification-session.js';
import { backoffSeconds } from './provider-choice.js';
import { SurplusSessions, type SurplusSession } from './surplus-sessions.js';

/** About an hour in all: most outages are over by then. */
const MAX_TRIES = 8;
/** Looks that find nothing before there is nothing: a partner may still have been at work at the first one. */
const LOOKS_FOR_ABSENT = 2;

interface Work {
  surplus: SurplusSession;
  session: VerificationSession;
  recoveryCase: RecoveryCase;
  adapter: ProviderAdapter;
}

type End = { state: 'closed' } | { state: 'absent' } | { state: 'unresolved'; reason: string };

/**
 * Ends at the provider what nobody will use: looks for it by our reference, cancels it and has it erased. What cannot be
 * found out or ended is said in the audit trail, so that somebody can take it up with the partner.
 */
@Injectable()
export class SurplusSettlement {
  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly registry: ProviderRegistry,
    private readonly calls: ProviderCalls,
    private readonly sessions: SessionStore,
    private readonly secrets: SessionSecrets,
    private readonly contexts: SessionContexts,
    private readonly surplus: SurplusSessions,
    private readonly metrics: Metrics,
  ) {}

  async settle(sessionId: string): Promise<void> {
    const loaded = await this.database.transaction(async (tx) => {
      const session = await this.sessions.find(tx, sessionId);
      if (session) await this.surplus.awaitLook(tx, session);
      const recoveryCase = session && (await this.cases.find(tx, session.caseId));
      return session && recoveryCase && { session, recoveryCase, due: await this.surplus.due(tx, sessionId) };
    });
    for (const surplus of loaded?.due ?? []) {
      if (loaded) await this.settleOne({ ...loaded, surplus });
    }
  }

  private async settleOne(work: Omit<Work, 'adapter'>): Promise<void> {
    const adapter = this.registry.get(work.session.provider);
    if (!adapter) return this.end(work, { state: 'unresolved', reason: 'provider_not_loaded' });
    try {
      const known = await this.known({ ...work, adapter });
      if (known === 'look_again') return await this.postpone(work);
      await this.end(work, known === 'absent' ? { state: known } : await this.close({ ...known, adapter }));
    } catch (error) {
      if (error instanceof CaseShreddedError) return this.end(work, { state: 'unresolved', reason: 'case_erased' });
      if (!(error instanceof ProviderError)) throw error;
      if (error.retryable && work.surplus.tries + 1 < MAX_TRIES) return this.postpone(work, error);
      await this.end(work, { state: 'unresolved', reason: error.code });
    }
  }

  /** The work with the provider's own id of the session, looked up by ours when it is not known. */
  private async known(work: Work): Promise<Work | 'absent' | 'look_again'> {
    const { surplus, session, adapter } = work;
    // The organisation's own machine keeps nothing between calls.
    if (adapter.capabilities.dataLeaves === 'organisation') return 'absent';
    if (surplus.externalId !== null) return work;
    if (!adapter.findSession) throw new ProviderError('rejected', 'the provider has no look-up by reference');
    const context = await this.database.read((tx) => this.contexts.forCreate(tx, work));
    const found = await this.calls.run(adapter, 'find', async () => adapter.findSession?.(context));
    if (!found) return surplus.tries + 1 < LOOKS_FOR_ABSENT ? 'look_again' : 'absent';
    if (found.externalId === session.externalId) return 'absent';
    return this.database.transaction(async (tx) => {
      const secretStateSealed = found.secretState
        ? await this.secrets.sealSecretState(tx, session, found.secretState)
        : null;
      const known = { externalId: found.externalId, secretStateSealed };
      return (await this.surplus.found(tx, surplus, known)) ? { ...work, surplus: { ...surplus, ...known } } : 'absent';
    });
  }

  /** Data of a session that has its row is erased with the case; what only this table knows has to go now. */
  private async close(work: Work): Promise<End> {
    const { adapter } = work;
    const context = await this.contextOf(work);
    const ownRow = work.surplus.externalId === work.session.externalId;
    if (!adapter.cancel && (ownRow || !adapter.erase)) return { state: 'unresolved', reason: 'cannot_be_cancelled' };
    if (adapter.cancel)
      await this.forgiving(() => this.calls.run(adapter, 'cancel', async () => adapter.cancel?.(context)));
    if (adapter.erase && !ownRow)
      await this.forgiving(() => this.calls.run(adapter, 'erase', async () => adapter.erase?.(context)));
    return { state: 'closed' };
  }

  /** What the partner does not know any more needs no ending. */
  private async forgiving(call: () => Promise<void>): Promise<void> {
    try {
      await call();
    } catch (error) {
      if (!(error instanceof ProviderError) || error.code !== 'session_unknown') throw error;
    }
  }

  private contextOf({ surplus, session }: Work): Promise<SessionContext> {
    const { externalId, secretStateSealed } = surplus;
    return this.database.read((tx) => this.contexts.forCleanup(tx, { ...session, externalId, secretStateSealed }));
  }

  private async postpone({ surplus, session }: Omit<Work, 'adapter'>, error?: ProviderError): Promise<void> {
    const delaySeconds = backoffSeconds(surplus.tries + 1, {
      firstSeconds: 30,
      maxSeconds: 1_800,
      retryAfterSeconds: error?.details.retryAfterSeconds,
    });
    await this.database.transaction((tx) => this.surplus.postpone(tx, surplus, { session, delaySeconds }));
  }

  private async end({ surplus, session }: Omit<Work, 'adapter'>, end: End): Promise<void> {
    const ended = await this.database.transaction(async (tx) => {
      if (!(await this.surplus.end(tx, surplus.id, end.state))) return false;
      if (end.state === 'absent') return true;
      const { provider, attempt } = session;
      await appendAudit(tx, {
        chainId: session.caseId,
        type: `verification.surplus_session_${end.state}`,
        actor: SYSTEM,
        data: { sessionId: session.id, provider, attempt, ...('reason' in end ? { reason: end.reason } : {}) },
      });
      return true;
    });
    if (ended) this.metrics.surplusSessions.inc({ provider: session.provider, end: end.state });
  }
}
