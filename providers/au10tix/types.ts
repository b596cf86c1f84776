/**
 * What is read of AU10TIX's answers, by the public sources that README.md names. Codes and words that AU10TIX may extend
 * are read as such and judged in mapping.ts; pictures, addresses and everything else never get past the parser.
 */
import { z } from 'zod';
import { pathId } from '../kit/index.js';

/** A code is a number; lists of remarks are also seen with digits as text. */
const code = z.union([
  z.number().int().min(0).max(1_000_000),
  z
    .string()
    .regex(/^\d{1,6}$/)
    .transform(Number),
]);
const codes = z.array(code).max(500).nullish();

export const tokenAnswer = z.object({
  access_token: z
    .string()
    .regex(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/)
    .max(16_384),
  expires_in: z.number().min(0).max(86_400).nullish(),
});

/** Claims of the access token that say where to go and for how long. It is the authorization server's, not ours to verify. */
export const tokenClaims = z.object({
  apiUrl: z.string().max(2048),
  bosUrl: z.string().max(2048).nullish(),
  exp: z.number().nullish(),
});

/** The member that holds the id differs between sources. */
export const createdWorkflow = z.object({
  id: pathId.nullish(),
  sessionId: pathId.nullish(),
  workflowId: pathId.nullish(),
  response: z.object({ securemeLink: z.string().max(4096) }),
});

/** Remarks are seen in all of these, in older answers at the report's own level. */
const reasons = z.object({
  ProcessingResultRemarks: codes,
  RiskManagementRemarks: codes,
  RiskManagerRemarks: codes,
});

const riskReport = z.object({
  EffectiveConclusion: z.object({ PrimaryProcessingResult: code.nullish(), Reasons: reasons.nullish() }).nullish(),
});

const forgeryTest = z.object({ TestResult: z.string().min(1).max(64) });

const processingResult = z.object({
  DocumentTypeDescriptor: z
    .object({ CountryIso3: z.unknown().optional(), DocumentType: z.unknown().optional() })
    .nullish(),
  /** Member → `{Value, DataSource}`; judged one by one, as a strange one says nothing about the others. */
  DocumentData2: z.record(z.string(), z.unknown()).nullish(),
  ForgeryTests: z.array(forgeryTest).max(500).nullish(),
});

/** The report of AU10TIX's document engine, which each API wraps differently. */
export const bosReport = reasons.extend({
  CompletionTime: z.unknown().optional(),
  DocumentStatusReport2: reasons.extend({ PrimaryProcessingResult: code }),
  RiskManagementReport: riskReport.nullish(),
  ProcessingResult: processingResult.nullish(),
  PageAsSeparateDocumentProcessingReports: z
    .array(z.object({ RiskManagementReport: riskReport.nullish() }))
    .max(20)
    .nullish(),
});

const idv = z.object({ payload: z.object({ ProcessingReport: bosReport }), remarks: codes });

export const workflowAnswer = z.object({ verificationResults: z.object({ idv }) });
export const secureMeAnswer = z.object({ resultData: bosReport });

export type BosReport = z.output<typeof bosReport>;
export type CreatedWorkflow = z.output<typeof createdWorkflow>;
