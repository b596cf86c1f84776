import { Injectable } from '@nestjs/common';
import { ProviderError } from '../../../providers/kit/index.js';
import { appendAudit } from '../../audit-trail/append.js';
import { SYSTEM } from '../../audit-trail/audit-event-types.js';
import { CaseShreddedError } from '../../platform/crypto/case-keys.js';
import { Database } from '../../platform/database/database.js';
import { Metrics } from '../../platform/telemetry/metrics.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { SessionStore } from '../session/session-store.js';
import { backoffSeconds } from './provider-choice.js';
import { SurplusClosing, type SurplusEnd, type SurplusWork } from './surplus-closing.js';
import { SurplusSessions } from './surplus-sessions.js';

/** About an hour in all: most outages are over by then. */
const MAX_TRIES = 8;
type Work = Omit<SurplusWork, 'adapter'>;

/**
 * Settles what a session left at a provider and nobody will use. What cannot be found out or ended is said in the audit
 * trail, so that an operator can take it up with the partner.
 */
@Injectable()
export class SurplusSettlement {
  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly registry: ProviderRegistry,
    private readonly sessions: SessionStore,
    private readonly surplus: SurplusSessions,
    private readonly closing: SurplusClosing,
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

  private async settleOne(work: Work): Promise<void> {
    const adapter = this.registry.get(work.session.provider);
    if (!adapter) return this.end(work, { state: 'unresolved', reason: 'provider_not_loaded' });
    try {
      const end = await this.closing.close({ ...work, adapter });
      if (end === 'look_again') return await this.postpone(work);
      await this.end(work, end);
    } catch (error) {
      if (error instanceof CaseShreddedError) return this.end(work, { state: 'unresolved', reason: 'case_erased' });
      if (!(error instanceof ProviderError)) throw error;
      if (error.retryable && work.surplus.tries + 1 < MAX_TRIES) return this.postpone(work, error);
      await this.end(work, { state: 'unresolved', reason: error.code });
    }
  }

  private async postpone({ surplus, session }: Work, error?: ProviderError): Promise<void> {
    const delaySeconds = backoffSeconds(surplus.tries + 1, {
      firstSeconds: 30,
      maxSeconds: 1_800,
      retryAfterSeconds: error?.details.retryAfterSeconds,
    });
    await this.database.transaction((tx) => this.surplus.postpone(tx, surplus, { session, delaySeconds }));
  }

  private async end({ surplus, session }: Work, end: SurplusEnd): Promise<void> {
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
