import { Injectable } from '@nestjs/common';
import { addGivenRow, givenRows, type GivenRow } from '../flow-session/given-code-rows.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { Ingredients } from './asked-codes.js';
import type { CodeMethod } from './code-text.js';

/** Codes that were given in a case, by which browser. */
@Injectable()
export class GivenCodes {
  async record(tx: Transaction, given: { caseId: string; method: CodeMethod; captureDigest: Buffer }): Promise<void> {
    await addGivenRow(tx, given);
  }

  /** Says that the attempt goes by its codes. The database refuses the step without both (migration 0014). */
  async submit(tx: Transaction, { id, attempt }: { id: string; attempt: number }): Promise<void> {
    await tx.run`INSERT INTO submitted_codes (case_id, attempt) VALUES (${id}, ${attempt}) ON CONFLICT DO NOTHING`;
  }

  /** What counts in the case's attempt: codes of the browser that does it, and of no other. */
  async ofAttempt(tx: Transaction, { id, attempt }: { id: string; attempt: number }): Promise<Ingredients> {
    return ingredientsOf(await unlessReplaced(tx, id, await givenRows(tx, { caseId: id, attempt })));
  }

  /** What would count in an attempt that nobody has begun, once a browser with one of these digests does. */
  async ofBrowser(tx: Transaction, browser: { caseId: string; digests: readonly Buffer[] }): Promise<Ingredients> {
    return ingredientsOf(await unlessReplaced(tx, browser.caseId, await givenRows(tx, browser)));
  }
}

/**
 * What was given, without a saved code that its holder has replaced since: whoever is told that their code was used makes a new
 * one, and is told that earlier ones have stopped working (T61). Giving the new one in another browser brings nothing back.
 */
async function unlessReplaced(tx: Transaction, caseId: string, given: readonly GivenRow[]): Promise<GivenRow[]> {
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
