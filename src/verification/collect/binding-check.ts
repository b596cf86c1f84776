import { Inject, Injectable } from '@nestjs/common';
import { appendAudit } from '../../audit-trail/append.js';
import type { Config } from '../../platform/config/config.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { CONFIG } from '../../platform/platform.module.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { SessionSecrets } from '../session/session-secrets.js';
import type { VerificationSession } from '../session/verification-session.js';
import { bindingFaults, type BindingFault, type ResultClaim } from './result-binding.js';

/** Compares a result's binding with what was stored before the person left, and records a result that does not fit. */
@Injectable()
export class BindingCheck {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'embedded'>,
    private readonly registry: ProviderRegistry,
    private readonly secrets: SessionSecrets,
  ) {}

  /** False for a result that is not the one that was asked for. */
  async passes(tx: Transaction, session: VerificationSession, claim: ResultClaim): Promise<boolean> {
    const stored = {
      session,
      nonce: await this.secrets.openNonce(tx, session),
      replayGuard: this.registry.get(session.provider)?.capabilities.replayGuard ?? 'nonce',
      acceptsTestResults: this.config.embedded,
    };
    const faults = bindingFaults(stored, claim);
    if (faults.length > 0) await this.record(tx, session, faults);
    return faults.length === 0;
  }

  /** Said once per session, however often the same wrong answer comes back. */
  private async record(tx: Transaction, session: VerificationSession, faults: BindingFault[]): Promise<void> {
    const first =
      await tx.run`UPDATE verification_sessions SET last_error = 'result_refused', updated_at = clock_timestamp()
      WHERE id = ${session.id} AND last_error IS DISTINCT FROM 'result_refused'`;
    if (first === 0) return;
    await appendAudit(tx, {
      chainId: session.caseId,
      type: 'verification.result_refused',
      actor: { kind: 'provider', id: session.provider },
      data: { sessionId: session.id, attempt: session.attempt, faults },
    });
  }
}
