import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Sensitive, type Handoff } from '../../../providers/kit/index.js';
import { CaseKeys } from '../../platform/crypto/case-keys.js';
import { KeyRing } from '../../platform/crypto/key-ring.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { isCanonicalSecret } from '../../platform/ids/ids.js';
import type { VerificationSession } from './verification-session.js';

const HandoffSchema: z.ZodType<Handoff> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('capture') }),
  z.strictObject({
    kind: z.literal('redirect'),
    url: z.string(),
    expiresAt: z.iso
      .datetime()
      .transform((text) => new Date(text))
      .optional(),
  }),
  z.strictObject({ kind: z.literal('qr_deeplink'), url: z.string() }),
]);

type Owner = Pick<VerificationSession, 'id' | 'caseId'>;

/**
 * Seals and opens what a session keeps secret: nonce, hand-off and the adapter's own state (T46). The key is the
 * case's.
 */
@Injectable()
export class SessionSecrets {
  constructor(
    private readonly keys: CaseKeys,
    private readonly ring: KeyRing,
  ) {}

  async sealNonce(tx: Transaction, owner: Owner, nonce: string): Promise<Buffer> {
    return this.keys.seal(tx, owner.caseId, { plain: nonce, use: use(owner, 'nonce') });
  }

  async openNonce(tx: Transaction, session: VerificationSession): Promise<string> {
    return this.text(tx, session, { sealed: session.nonceSealed, name: 'nonce' });
  }

  async sealHandoff(tx: Transaction, owner: Owner, handoff: Handoff): Promise<Buffer> {
    return this.keys.seal(tx, owner.caseId, { plain: JSON.stringify(handoff), use: use(owner, 'handoff') });
  }

  async openHandoff(tx: Transaction, session: VerificationSession): Promise<Handoff | undefined> {
    if (!session.handoffSealed) return undefined;
    return HandoffSchema.parse(
      JSON.parse(await this.text(tx, session, { sealed: session.handoffSealed, name: 'handoff' })),
    );
  }

  async sealSecretState(tx: Transaction, owner: Owner, state: Sensitive<string>): Promise<Buffer> {
    return this.keys.seal(tx, owner.caseId, { plain: state.reveal(), use: use(owner, 'secret-state') });
  }

  async openSecretState(tx: Transaction, session: VerificationSession): Promise<Sensitive<string> | undefined> {
    if (!session.secretStateSealed) return undefined;
    return new Sensitive(await this.text(tx, session, { sealed: session.secretStateSealed, name: 'secret-state' }));
  }

  async sealDelivery(tx: Transaction, owner: Owner, payload: Sensitive<string>): Promise<Buffer> {
    return this.keys.seal(tx, owner.caseId, { plain: payload.reveal(), use: use(owner, 'delivery') });
  }

  async openDelivery(tx: Transaction, owner: Owner, sealed: Buffer): Promise<string> {
    return this.text(tx, owner, { sealed, name: 'delivery' });
  }

  returnStateDigest(returnState: string): Buffer {
    return this.ring.digest('token', returnState);
  }

  /** Empty for a text that is no state of ours: it matches no row. */
  returnStateDigests(returnState: string): Buffer[] {
    return isCanonicalSecret(returnState) ? this.ring.digests('token', returnState) : [];
  }

  private async text(tx: Transaction, owner: Owner, value: { sealed: Buffer; name: string }): Promise<string> {
    return (await this.keys.open(tx, owner.caseId, { sealed: value.sealed, use: use(owner, value.name) })).toString(
      'utf8',
    );
  }
}

/**
 * The one-time state of the return address. It follows from the nonce, so that a create call repeated after a crash
 * names the same address, and only its keyed hash is stored in the clear.
 */
export function returnStateOf(session: Pick<VerificationSession, 'id'>, nonce: string): string {
  return createHmac('sha256', nonce).update(`return-state:${session.id}`).digest('base64url');
}

/** Constant time, and false for lengths that differ. */
export function sameSecret(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left, 'utf8'), Buffer.from(right, 'utf8')];
  return a.length === b.length && timingSafeEqual(a, b);
}

const use = (owner: Owner, name: string): string => `verification:${owner.id}:${name}`;
