import { Injectable } from '@nestjs/common';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { isSignedRow, rowMac } from '../platform/crypto/row-macs.js';
import { openWithRing, sealWithRing } from '../platform/crypto/sealing.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { StoredPasskey, VerifiedAssertion } from './assertion-ceremony.js';
import type { VerifiedPasskey } from './registration-ceremony.js';
import type { PasskeyView } from './webauthn.schemas.js';

const USER_HANDLE_BYTES = 32;

interface NewPasskey {
  id: string;
  subjectId: string;
  caseId: string;
  name: string | undefined;
  verified: VerifiedPasskey;
  /** The master key under which the ceremony was offered (`Challenges.findForRegistration`). */
  offeredUnder: string;
}

interface PasskeyRow {
  id: string;
  credentialId: Buffer;
  nameSealed: Buffer | null;
  deviceType: 'singleDevice' | 'multiDevice';
  transports: string[];
  createdAt: Date;
}

/** Keeps the public-key credentials of the built-in relying party. */
@Injectable()
export class Passkeys {
  constructor(private readonly ring: KeyRing) {}

  /**
   * The WebAuthn user handle of an account: 32 bytes that look random and name nobody (WebAuthn level 3, 14.6.1). One
   * that was used before stays, so that a new master key does not turn one account into two on the authenticator. The
   * first one is of the active key, whose id the challenge that goes with it keeps.
   */
  async userHandle(tx: Transaction, subjectId: string): Promise<Buffer> {
    const used = await tx.maybeOne<{ userHandle: Buffer }>`
      SELECT user_handle FROM credentials WHERE subject_id = ${subjectId} ORDER BY created_at, id LIMIT 1`;
    return used?.userHandle ?? this.firstUserHandle(subjectId, this.ring.activeId);
  }

  private firstUserHandle(subjectId: string, keyId: string): Buffer {
    return this.ring.digest('lookup', `user-handle:${subjectId}`, keyId).subarray(-USER_HANDLE_BYTES);
  }

  /**
   * Stores a passkey with the user handle that its authenticator was given, whichever key is the active one by now (F38).
   * Undefined: this credential id belongs to an account already (T100).
   */
  async insert(tx: Transaction, passkey: NewPasskey): Promise<PasskeyView | undefined> {
    const { verified } = passkey;
    const name =
      passkey.name === undefined ? null : sealWithRing(this.ring, Buffer.from(passkey.name), nameContext(passkey.id));
    const { id, subjectId } = passkey;
    const mac = rowMac(this.ring, 'credentials', [id, subjectId, verified.credentialId, verified.publicKey]);
    const row = await tx.maybeOne<PasskeyRow>`
      INSERT INTO credentials (id, subject_id, case_id, credential_id, public_key, user_handle, sign_count, transports, aaguid, device_type, backed_up, name_sealed, mac)
      VALUES (${id}, ${subjectId}, ${passkey.caseId}, ${verified.credentialId}, ${verified.publicKey},
        COALESCE((SELECT user_handle FROM credentials WHERE subject_id = ${subjectId} ORDER BY created_at, id LIMIT 1), ${this.firstUserHandle(subjectId, passkey.offeredUnder)}),
        ${verified.signCount}, ${verified.transports}, ${verified.aaguid},
        ${verified.deviceType}, ${verified.backedUp}, ${name}, ${mac})
      ON CONFLICT (credential_id) DO NOTHING
      RETURNING id, credential_id, name_sealed, device_type, transports, created_at`;
    return row && this.viewOf(row);
  }

  /** The public view of one passkey: the same for ever, so that a retry is answered alike. */
  async view(tx: Transaction, id: string): Promise<PasskeyView> {
    const row =
      await tx.one<PasskeyRow>`SELECT id, credential_id, name_sealed, device_type, transports, created_at FROM credentials WHERE id = ${id}`;
    return this.viewOf(row);
  }

  private viewOf(row: PasskeyRow): PasskeyView {
    return {
      id: row.id,
      credentialId: row.credentialId.toString('base64url'),
      name: row.nameSealed && openWithRing(this.ring, row.nameSealed, nameContext(row.id)).toString('utf8'),
      deviceType: row.deviceType,
      transports: row.transports,
      createdAt: row.createdAt.toISOString(),
    };
  }

  /**
   * A passkey that may sign in: neither removed nor frozen, of an active account. `ours`: stored by the service, for this
   * account and with this key; one that is not signs nobody in (T14).
   */
  async findUsable(tx: Transaction, credentialId: Buffer): Promise<(StoredPasskey & { ours: boolean }) | undefined> {
    const row = await tx.maybeOne<StoredPasskey & { mac: Buffer | null; counts: boolean }>`
      SELECT c.id, c.subject_id, c.public_key, c.user_handle, c.sign_count, c.device_type, c.mac,
        c.mac IS NOT NULL OR NOT EXISTS (SELECT FROM rows_signed) AS counts
      FROM credentials c JOIN subjects s ON s.id = c.subject_id
      WHERE c.credential_id = ${credentialId} AND c.removed_at IS NULL AND c.frozen_at IS NULL AND s.status = 'active'`;
    if (!row) return undefined;
    const { mac, counts, ...passkey } = row;
    const values = [passkey.id, passkey.subjectId, credentialId, passkey.publicKey] as const;
    return { ...passkey, ours: counts && isSignedRow(this.ring, { table: 'credentials', values, mac }) };
  }

  /**
   * Records a use. False: it was removed or frozen meanwhile or its account disabled, or its counter did not grow although
   * it counts, which a copy of the key would cause (WebAuthn level 3, 7.2, step 22). The account stays active until the
   * transaction ends: who disables it waits (`FOR UPDATE`), and ends the session that is opened now.
   */
  async recordUse(
    tx: Transaction,
    use: { id: string; subjectId: string; assertion: VerifiedAssertion },
  ): Promise<boolean> {
    const { signCount, backedUp } = use.assertion;
    const rows = await tx.run`
      UPDATE credentials SET sign_count = ${signCount}::bigint, backed_up = ${backedUp}, last_used_at = clock_timestamp()
      FROM (SELECT id AS account_id FROM subjects WHERE id = ${use.subjectId} AND status = 'active' FOR KEY SHARE) AS account
      WHERE id = ${use.id} AND subject_id = account_id AND removed_at IS NULL AND frozen_at IS NULL
        AND (sign_count < ${signCount}::bigint OR (sign_count = 0 AND ${signCount}::bigint = 0))`;
    return rows === 1;
  }
}

const nameContext = (id: string): string => `credential:${id}:name`;
