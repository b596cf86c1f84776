import { Injectable } from '@nestjs/common';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { isSignedRow, rowMac } from '../platform/crypto/row-macs.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import type { ProblemCode } from '../platform/errors/problem-catalogue.js';
import type { Reply, Request } from '../platform/http/request-context.js';
import { isCanonicalSecret, newSecret } from '../platform/ids/ids.js';
import { bringGivenRows } from './given-code-rows.js';
import { CAPTURE_COOKIE, readCookie, setSecretCookie } from './cookies.js';

/** Longer than the longest case with the longest hold (policy.ts). */
const COOKIE_SECONDS = 14 * 86_400;

/** What a call after consent that only the bound browser may make can be refused with, whatever it does. */
export const BOUND_BROWSER: readonly ProblemCode[] = [
  'flow_ended',
  'origin_not_allowed',
  'consent_required',
  'wrong_state',
  'capture_binding_missing',
];

interface Place {
  caseId: string;
  attempt: number;
  request: Request;
}

/** `ours`: written by the service. A row that is not keeps its place, and is no browser's. */
interface Binding {
  cookieDigest: Buffer;
  ours: boolean;
}

/**
 * Proof that a browser took the pictures of an attempt (rule 8): a cookie with a random secret, whose keyed hash is stored
 * once for each case and attempt.
 *
 * - The first browser to bind wins, and no other takes its place: not with a link, not with another case's cookie.
 * - A row that the service did not write keeps its place and is no browser's, so that the attempt is refused and not bound anew.
 *
 * A browser that is not the bound one is refused with `capture_binding_missing`, whatever the reason.
 */
@Injectable()
export class CaptureBindings {
  constructor(private readonly ring: KeyRing) {}

  /**
   * Gives a browser its secret before there is anything to bind, so that a lost answer to the first capture locks
   * nobody out. The bound browser of this very case (`bound`) keeps its secret, renewed for a long hold. Every other
   * browser gets a new one: an earlier user of the computer may know the old one, or it may belong to another case.
   * Codes that were given in this case with the old secret move to the new one. The stored row decides how long the
   * secret is valid.
   */
  async prepare(
    tx: Transaction,
    exchange: { request: Request; reply: Reply },
    browser: { caseId: string; bound: boolean },
  ): Promise<void> {
    const value = browser.bound ? secretOf(exchange.request) : newSecret();
    const before = knownSecret(exchange.request);
    if (before !== undefined && before !== value)
      await this.bringCodes(tx, { caseId: browser.caseId, before, now: this.ring.digest('token', value) });
    setSecretCookie(exchange.reply, { name: CAPTURE_COOKIE, value, maxAgeSeconds: COOKIE_SECONDS });
  }

  /** Binds this browser to the attempt, or confirms that it already is. @throws Problem capture_binding_missing */
  async bind(tx: Transaction, place: Place & { reply: Reply }): Promise<Buffer> {
    const secret = secretOf(place.request);
    const digest = this.ring.digest('token', secret);
    const { caseId, attempt } = place;
    const mac = rowMac(this.ring, 'capture_bindings', [caseId, attempt, digest]);
    const bound =
      await tx.run`INSERT INTO capture_bindings (case_id, attempt, cookie_digest, mac) VALUES (${caseId}, ${attempt}, ${digest}, ${mac})
      ON CONFLICT (case_id, attempt) DO NOTHING`;
    if (bound === 0) return this.require(tx, place);
    // The same secret is stored as another digest once the active key has changed (T117).
    await this.bringCodes(tx, { caseId, before: secret, now: digest });
    setSecretCookie(place.reply, { name: CAPTURE_COOKIE, value: secret, maxAgeSeconds: COOKIE_SECONDS });
    return digest;
  }

  /** Whether the attempt is bound to a browser, and whether to this one. Refuses nothing. */
  async boundBrowser(tx: Transaction, place: Place): Promise<'none' | 'this_browser' | 'another_browser'> {
    return this.browserOf(await this.stored(tx, place), place.request);
  }

  /** How what this browser has may be stored, bound to something or not. Proves nothing of itself. */
  presented(request: Request): Buffer[] {
    const secret = knownSecret(request);
    return secret === undefined ? [] : this.ring.digests('token', secret);
  }

  /** The stored digest, when this browser is the bound one. @throws Problem capture_binding_missing */
  async require(tx: Transaction, place: Place): Promise<Buffer> {
    const row = await this.stored(tx, place);
    if (!row || this.browserOf(row, place.request) !== 'this_browser') throw new Problem('capture_binding_missing');
    return row.cookieDigest;
  }

  private browserOf(row: Binding | undefined, request: Request): 'none' | 'this_browser' | 'another_browser' {
    if (!row) return 'none';
    const secret = knownSecret(request);
    const matches = secret !== undefined && row.ours && this.ring.matches('token', secret, row.cookieDigest);
    return matches ? 'this_browser' : 'another_browser';
  }

  /**
   * Codes count for the browser that gave them (src/recovery-codes): a code that was given with a secret in this case
   * counts for the browser that presents this secret, not for one that merely has the link. The secret of the codes
   * stays.
   */
  private async bringCodes(tx: Transaction, browser: { caseId: string; before: string; now: Buffer }): Promise<void> {
    const { caseId, before, now } = browser;
    await bringGivenRows(tx, { caseId, before: this.ring.digests('token', before), now });
  }

  private async stored(tx: Transaction, { caseId, attempt }: Place): Promise<Binding | undefined> {
    const row = await tx.maybeOne<{ cookieDigest: Buffer; mac: Buffer | null; counts: boolean }>`
      SELECT cookie_digest, mac, mac IS NOT NULL OR NOT EXISTS (SELECT FROM rows_signed) AS counts
      FROM capture_bindings WHERE case_id = ${caseId} AND attempt = ${attempt}`;
    if (!row) return undefined;
    const { cookieDigest, mac, counts } = row;
    const values = [caseId, attempt, cookieDigest] as const;
    return { cookieDigest, ours: counts && isSignedRow(this.ring, { table: 'capture_bindings', values, mac }) };
  }
}

/** What the browser was given when it entered, or something new for one that lost it. */
const secretOf = (request: Request): string => knownSecret(request) ?? newSecret();

function knownSecret(request: Request): string | undefined {
  const known = readCookie(request, CAPTURE_COOKIE);
  return known !== undefined && isCanonicalSecret(known) ? known : undefined;
}
