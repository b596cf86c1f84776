import { Injectable } from '@nestjs/common';
import { appendAudit } from '../audit-trail/append.js';
import { APPLICANT } from '../audit-trail/audit-event-types.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { SecurityEvents } from '../platform/telemetry/security-events.js';
import { CredentialFreezes } from './credential-freezes.js';
import { Passkeys } from './passkeys.js';
import type { PresentedToken } from './token-presentations.js';

/** What makes a second request the same request: the passkey it brings, or the key it was sent under. */
export interface RetryMarks {
  credentialId: string;
  idempotencyKey: string | undefined;
}

/**
 * What follows when a token is presented that cannot be spent (rule 8). The browser is told the same in every case; the
 * difference is what we write down and stop:
 *
 * | token      | bound browser                                   | any other browser              |
 * |------------|-------------------------------------------------|--------------------------------|
 * | spent      | same request again → first answer; else logged  | logged, new passkey is frozen  |
 * | live       | (is spent)                                      | logged                         |
 * | superseded, out of time, case closed | nothing               | nothing                        |
 */
@Injectable()
export class RefusedPresentations {
  constructor(
    private readonly ring: KeyRing,
    private readonly passkeys: Passkeys,
    private readonly freezes: CredentialFreezes,
    private readonly metrics: Metrics,
    private readonly securityEvents: SecurityEvents,
  ) {}

  /** The stored form of an idempotency key: good for one token only. */
  idempotencyDigest(tokenId: string, key: string | undefined): Buffer | null {
    return key === undefined ? null : this.ring.digest('lookup', idempotencyText(tokenId, key));
  }

  /** Records the refusal. Returns the passkey of the first answer when this is that request again. */
  async record(tx: Transaction, token: PresentedToken, marks?: RetryMarks): Promise<string | undefined> {
    if (token.consumed && token.boundHere) return this.again(tx, token, marks);
    if (token.consumed) await this.replayedElsewhere(tx, token);
    else if (token.live && !token.boundHere)
      await this.note(tx, { token, type: 'token.refused', from: 'other_browser' });
    else if (!token.live) tx.onCommit(() => this.metrics.tokens.inc({ outcome: 'refused_not_live' }));
    return undefined;
  }

  private async again(
    tx: Transaction,
    token: PresentedToken,
    marks: RetryMarks | undefined,
  ): Promise<string | undefined> {
    if (!marks || token.credentialId === null) return undefined;
    const sameKey =
      marks.idempotencyKey !== undefined &&
      token.idempotencyDigest !== null &&
      this.ring.matches('lookup', idempotencyText(token.id, marks.idempotencyKey), token.idempotencyDigest);
    if (sameKey || (await this.passkeys.view(tx, token.credentialId)).credentialId === marks.credentialId)
      return token.credentialId;
    await this.note(tx, { token, type: 'token.replayed', from: 'bound_browser' });
    return undefined;
  }

  private async replayedElsewhere(tx: Transaction, token: PresentedToken): Promise<void> {
    await this.note(tx, { token, type: 'token.replayed', from: 'other_browser' });
    await this.freezes.freezeCredentialOfCase(tx, token.caseId, APPLICANT);
  }

  private async note(
    tx: Transaction,
    event: { token: PresentedToken; type: 'token.replayed' | 'token.refused'; from: 'bound_browser' | 'other_browser' },
  ): Promise<void> {
    await appendAudit(tx, {
      chainId: event.token.caseId,
      type: event.type,
      actor: APPLICANT,
      data: { tokenId: event.token.id, from: event.from },
    });
    const type = event.type === 'token.replayed' ? 'token_replayed' : 'token_refused';
    const outcome = type === 'token_replayed' ? (`replayed_${event.from}` as const) : 'refused_other_browser';
    tx.onCommit(() => {
      this.metrics.tokens.inc({ outcome });
      if (event.from !== 'bound_browser') this.securityEvents.report(type, { caseId: event.token.caseId });
    });
  }
}

const idempotencyText = (tokenId: string, key: string): string => `passkey-registration:${tokenId}:${key}`;
