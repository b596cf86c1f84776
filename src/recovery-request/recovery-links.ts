import { Inject, Injectable } from '@nestjs/common';
import { appendAudit } from '../audit-trail/append.js';
import type { Actor } from '../audit-trail/audit-event-types.js';
import { Clock } from '../platform/clock/clock.js';
import type { Config } from '../platform/config/config.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { isSignedRow, rowMac } from '../platform/crypto/row-macs.js';
import type { Transaction } from '../platform/database/transaction.js';
import { isCanonicalSecret, newId, newSecret } from '../platform/ids/ids.js';
import { CONFIG } from '../platform/platform.module.js';

export interface FoundLink {
  id: string;
  caseId: string;
  usable: boolean;
  used: boolean;
}

/**
 * Link tokens: 256 bits, stored as keyed hashes, one live per case. A link is made where it is sent – in the delivery
 * job, or in the one answer to an agent who relays it – so no row, job or log ever holds it.
 */
@Injectable()
export class RecoveryLinks {
  constructor(
    private readonly ring: KeyRing,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Kills the earlier link and returns the new one's address, built from configuration alone (T7). */
  async issue(tx: Transaction, link: { caseId: string; ttlSeconds: number; actor: Actor }): Promise<string> {
    const secret = newSecret();
    await this.killAll(tx, link.caseId);
    const id = newId('lnk', this.clock.now());
    const digest = this.ring.digest('token', secret);
    const mac = rowMac(this.ring, 'recovery_links', [id, link.caseId, digest]);
    await tx.run`INSERT INTO recovery_links (id, case_id, token_digest, expires_at, mac)
      VALUES (${id}, ${link.caseId}, ${digest}, clock_timestamp() + make_interval(secs => ${link.ttlSeconds}), ${mac})`;
    await appendAudit(tx, { chainId: link.caseId, type: 'link.issued', actor: link.actor });
    return `${this.config.PUBLIC_URL}/r/${secret}`;
  }

  /** Looks at a link and changes nothing: mail scanners fetch links (T20). */
  async find(tx: Transaction, secret: string): Promise<FoundLink | undefined> {
    if (!isCanonicalSecret(secret)) return undefined;
    const row = await tx.maybeOne<FoundLink & { tokenDigest: Buffer; mac: Buffer | null }>`
      SELECT l.id, l.case_id, l.token_digest, l.mac, l.used_at IS NOT NULL AS used,
        l.used_at IS NULL AND l.dead_at IS NULL AND l.expires_at > clock_timestamp() AND c.closed_at IS NULL AND c.expires_at > clock_timestamp() AS usable
      FROM recovery_links l JOIN recovery_cases c ON c.id = l.case_id
      WHERE l.token_digest = ANY(${this.ring.digests('token', secret)}::bytea[])
        AND (l.mac IS NOT NULL OR NOT EXISTS (SELECT FROM rows_signed))`;
    if (!row) return undefined;
    const { tokenDigest, mac, ...link } = row;
    const values = [link.id, link.caseId, tokenDigest] as const;
    return isSignedRow(this.ring, { table: 'recovery_links', values, mac }) ? link : undefined;
  }

  /** Uses the link up. True for exactly one caller. */
  async consume(tx: Transaction, linkId: string): Promise<boolean> {
    const rows = await tx.run`UPDATE recovery_links SET used_at = clock_timestamp()
      WHERE id = ${linkId} AND used_at IS NULL AND dead_at IS NULL AND expires_at > clock_timestamp()`;
    return rows === 1;
  }

  async killAll(tx: Transaction, caseId: string): Promise<void> {
    await tx.run`UPDATE recovery_links SET dead_at = clock_timestamp() WHERE case_id = ${caseId} AND used_at IS NULL AND dead_at IS NULL`;
  }
}
