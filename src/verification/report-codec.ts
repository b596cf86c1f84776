import { z } from 'zod';
import {
  CHECK_KINDS,
  CHECK_REASONS,
  CHECK_RESULTS,
  DOCUMENT_FIELDS,
  DOCUMENT_PLACES,
  FIELD_OUTCOMES,
  MAX_CHECK_TEXT,
  MOST_COMPARED,
  REPORT_STATUSES,
  Sensitive,
  type DocumentFacts,
  type IdentityAttributes,
  type ProviderReport,
} from '../../providers/kit/index.js';

const Identity: z.ZodType<IdentityAttributes> = z.strictObject({
  givenName: z.string().optional(),
  familyName: z.string().optional(),
  birthDate: z.string().optional(),
  nationality: z.string().optional(),
});
const Document: z.ZodType<DocumentFacts> = z.strictObject({
  issuingCountry: z.string().optional(),
  issuingRegion: z.string().optional(),
  documentType: z.string().optional(),
  number: z.string().optional(),
  expiryDate: z.string().optional(),
});

/** A check as it stands in a sealed report. Also the gate for what an adapter hands over: a closed vocabulary (T39). */
const CheckSchema = z.strictObject({
  kind: z.enum(CHECK_KINDS),
  result: z.enum(CHECK_RESULTS),
  reasonCodes: z.array(z.enum(CHECK_REASONS)).max(20),
  score: z.number().optional(),
  level: z.string().max(MAX_CHECK_TEXT).optional(),
  rawName: z.string().max(MAX_CHECK_TEXT).optional(),
});

const Plain = z.strictObject({
  status: z.enum(REPORT_STATUSES),
  terminal: z.boolean(),
  binding: z.strictObject({ externalId: z.string(), nonce: z.string().optional() }),
  checks: z.array(CheckSchema).max(50),
  identity: Identity.optional(),
  document: Document.optional(),
  compared: z
    .array(
      z.strictObject({
        field: z.enum(DOCUMENT_FIELDS),
        between: z.tuple([z.enum(DOCUMENT_PLACES), z.enum(DOCUMENT_PLACES)]),
        outcome: z.enum(FIELD_OUTCOMES),
        reasonCodes: z.array(z.enum(CHECK_REASONS)).max(20),
      }),
    )
    .max(MOST_COMPARED)
    .optional(),
  matchedOnly: z.array(z.enum(['givenName', 'familyName', 'birthDate', 'nationality'])).optional(),
  assurance: z.strictObject({ framework: z.string(), level: z.string() }).optional(),
  provenance: z.strictObject({
    adapterVersion: z.string(),
    procedure: z.string().optional(),
    live: z.boolean(),
    checkedAt: z.string(),
  }),
});

/**
 * A report as text that holds everything in it, its personal members included: for sealing at once and for nothing else.
 * @throws ZodError when an adapter handed over something outside the contract
 */
export function encodeReport(report: ProviderReport): string {
  return JSON.stringify(
    Plain.parse({ ...report, identity: report.identity?.reveal(), document: report.document?.reveal() }),
  );
}

/** The report again, its personal members wrapped. @throws ZodError */
export function decodeReport(text: string): ProviderReport {
  const { identity, document, ...rest } = Plain.parse(JSON.parse(text));
  return {
    ...rest,
    ...(identity ? { identity: new Sensitive(identity) } : {}),
    ...(document ? { document: new Sensitive(document) } : {}),
  };
}

/** The part of the checks that may stand in the clear: kinds, results and reason codes (column `checks`). */
export function publicChecks(
  report: ProviderReport,
): Pick<ProviderReport['checks'][number], 'kind' | 'result' | 'reasonCodes'>[] {
  return report.checks.map(({ kind, result, reasonCodes }) => ({ kind, result, reasonCodes }));
}

/** The sealing context of a stored report. */
export const reportUse = (sessionId: string): string => `verification:${sessionId}:report`;

/** The same of what took it back: neither can stand in for the other. */
export const withdrawalUse = (sessionId: string): string => `verification:${sessionId}:withdrawal`;

/** The same of the n-th answer that came after the session was given up. */
export const lateUse = (sessionId: string, nth: number): string => `verification:${sessionId}:late:${nth}`;
