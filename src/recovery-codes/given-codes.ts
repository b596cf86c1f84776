import { Injectable } from '@nestjs/common';
import type { Transaction } from '../platform/database/transaction.js';
import type { Ingredients } from './asked-codes.js';
import type { CodeMethod } from './code-text.js';

/** Codes that were given in a case, by which browser. */
@Injectable()
export class GivenCodes {
  /** The first code of a browser, or one in place of another that was replaced since, which counts from its own time. */
  async record(tx: Transaction, given: { caseId: string; method: CodeMethod; captureDigest: Buffer }): Promise<void> {
    const { caseId, method, captureDigest } = given;
    const first = await tx.run`INSERT INTO given_recovery_codes (case_id, method, capture_digest)
      VALUES (${caseId}, ${method}, ${captureDigest}) ON CONFLICT DO NOTHING`;
    if (first > 0) return;
    await tx.run`INSERT INTO codes_given_anew (case_id, method, capture_digest) VALUES (${caseId}, ${method}, ${captureDigest})`;
  }

  /** Says that the attempt goes by its codes. The database refuses the step without both (migration 0014). */
  async submit(tx: Transaction, { id, attempt }: { id: string; attempt: number }): Promise<void> {
    await tx.run`INSERT INTO submitted_codes (case_id, attempt) VALUES (${id}, ${attempt}) ON CONFLICT DO NOTHING`;
  }

  /** What counts in the case's attempt: codes of the browser that does it, and of no other. */
  async ofAttempt(tx: Transaction, { id, attempt }: { id: string; attempt: number }): Promise<Ingredients> {
    const given = await tx.many<GivenCode>`
      SELECT g.method, GREATEST(g.given_at, (SELECT max(n.given_at) FROM codes_given_anew n
        WHERE n.case_id = g.case_id AND n.method = g.method AND n.capture_digest = g.capture_digest)) AS given_at
      FROM given_recovery_codes g JOIN capture_bindings b ON b.case_id = g.case_id AND b.cookie_digest = g.capture_digest
      WHERE g.case_id = ${id} AND b.attempt = ${attempt}`;
    return ingredientsOf(await unlessReplaced(tx, id, given));
  }

  /** What would count in an attempt that nobody has begun, once a browser with one of these digests does. */
  async ofBrowser(tx: Transaction, browser: { caseId: string; digests: readonly Buffer[] }): Promise<Ingredients> {
    const given = await tx.many<GivenCode>`
      SELECT g.method, GREATEST(g.given_at, (SELECT max(n.given_at) FROM codes_given_anew n
        WHERE n.case_id = g.case_id AND n.method = g.method AND n.capture_digest = g.capture_digest)) AS given_at
      FROM given_recovery_codes g
      WHERE g.case_id = ${browser.caseId} AND g.capture_digest = ANY(${browser.digests}::bytea[])`;
    return ingredientsOf(await unlessReplaced(tx, browser.caseId, given));
  }
}

interface GivenCode {
  method: CodeMethod;
  givenAt: Date;
}

/**
 * What was given, without a saved code that its holder has replaced since: whoever is told that their code was used makes a new
 * one, and is told that earlier ones have stopped working (T61). Giving the new one in another browser brings nothing back.
 */
async function unlessReplaced(tx: Transaction, caseId: string, given: readonly GivenCode[]): Promise<GivenCode[]> {
  if (!given.some(({ method }) => method === 'saved')) return [...given];
  const latest = await tx.maybeOne<{ createdAt: Date }>`
    SELECT s.created_at FROM saved_recovery_codes s JOIN recovery_cases c ON c.subject_id = s.subject_id
    WHERE c.id = ${caseId} ORDER BY s.created_at DESC, s.id DESC LIMIT 1`;
  if (!latest) return [...given];
  return given.filter(({ method, givenAt }) => method !== 'saved' || givenAt >= latest.createdAt);
}

function ingredientsOf(given: readonly { method: CodeMethod }[]): Ingredients {
  const has = (method: CodeMethod): boolean => given.some((code) => code.method === method);
  return { savedCode: has('saved'), issuedCode: has('issued') };
}

/** Whether the case's attempt goes by codes alone, without a document. */
export async function goesByCodes(tx: Transaction, { id, attempt }: { id: string; attempt: number }): Promise<boolean> {
  const row = await tx.maybeOne`SELECT 1 FROM submitted_codes WHERE case_id = ${id} AND attempt = ${attempt}`;
  return row !== undefined;
}
