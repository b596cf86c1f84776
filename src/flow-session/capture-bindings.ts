import { Injectable } from '@nestjs/common';
import { KeyRing } from '../platform/crypto/key-ring.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import type { Reply, Request } from '../platform/http/request-context.js';
import { isCanonicalSecret, newSecret } from '../platform/ids/ids.js';
import { CAPTURE_COOKIE, readCookie, setSecretCookie } from './cookies.js';

interface Place {
  caseId: string;
  attempt: number;
  request: Request;
}

/**
 * Proof that a browser did the capture of an attempt (rule 8): a cookie of its own whose keyed hash is stored once per
 * case and attempt. The first browser to bind wins; nothing rebinds.
 */
@Injectable()
export class CaptureBindings {
  constructor(private readonly ring: KeyRing) {}

  /**
   * Gives a browser its secret before there is anything to bind, so that a lost answer to the first capture locks nobody
   * out: the binding itself stores a hash of what the browser already has.
   */
  prepare(exchange: { request: Request; reply: Reply; expiresAt: Date; now: Date }): void {
    const known = readCookie(exchange.request, CAPTURE_COOKIE);
    if (known !== undefined && isCanonicalSecret(known)) return;
    const maxAgeSeconds = (exchange.expiresAt.getTime() - exchange.now.getTime()) / 1_000;
    setSecretCookie(exchange.reply, { name: CAPTURE_COOKIE, value: newSecret(), maxAgeSeconds });
  }

  /** Binds this browser to the attempt, or confirms that it already is. @throws Problem capture_binding_missing */
  async bind(tx: Transaction, place: Place & { reply: Reply }): Promise<Buffer> {
    const known = readCookie(place.request, CAPTURE_COOKIE);
    const secret = known !== undefined && isCanonicalSecret(known) ? known : newSecret();
    const row = await tx.maybeOne<{ lifeSeconds: number }>`
      INSERT INTO capture_bindings (case_id, attempt, cookie_digest) VALUES (${place.caseId}, ${place.attempt}, ${this.ring.digest('token', secret)})
      ON CONFLICT (case_id, attempt) DO NOTHING
      RETURNING (SELECT EXTRACT(EPOCH FROM expires_at - clock_timestamp())::int FROM recovery_cases WHERE id = ${place.caseId}) AS life_seconds`;
    if (!row) return this.require(tx, place);
    setSecretCookie(place.reply, { name: CAPTURE_COOKIE, value: secret, maxAgeSeconds: row.lifeSeconds });
    return this.ring.digest('token', secret);
  }

  /** The stored digest, when this browser is the bound one. @throws Problem capture_binding_missing */
  async require(tx: Transaction, place: Place): Promise<Buffer> {
    const secret = readCookie(place.request, CAPTURE_COOKIE);
    const row = await tx.maybeOne<{ cookieDigest: Buffer }>`
      SELECT cookie_digest FROM capture_bindings WHERE case_id = ${place.caseId} AND attempt = ${place.attempt}`;
    const bound =
      row && secret !== undefined && isCanonicalSecret(secret) && this.ring.matches('token', secret, row.cookieDigest);
    if (!bound) throw new Problem('capture_binding_missing');
    return row.cookieDigest;
  }
}
