import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { Problem } from '../platform/errors/problem.js';

/**
 * What every form of a session sends back, a person's or a colleague's: an HMAC of the session's id, so that nothing is
 * stored (OWASP, CSRF prevention: HMAC-based token).
 */
@Injectable()
export class FormTokens {
  constructor(private readonly ring: KeyRing) {}

  of(sessionId: string): string {
    return this.under(sessionId, this.ring.activeId);
  }

  /**
   * Under any key of the ring: a page that somebody has open is sent back after the next key has become the active one (F38).
   * @throws Problem csrf_token_invalid
   */
  assert(sessionId: string, token: unknown): void {
    const given = Buffer.from(typeof token === 'string' ? token : '');
    const fits = this.ring.acceptedIds('csrf').some((id) => {
      const expected = Buffer.from(this.under(sessionId, id));
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
    if (!fits) throw new Problem('csrf_token_invalid');
  }

  /** The same for a form that came as one body. A form in parts has to be read first. @throws Problem csrf_token_invalid */
  assertIn(body: unknown, sessionId: string): void {
    const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
    this.assert(sessionId, fields._csrf);
  }

  private under(sessionId: string, keyId: string): string {
    return createHmac('sha256', this.ring.key('csrf', keyId)).update(sessionId).digest('base64url');
  }
}
