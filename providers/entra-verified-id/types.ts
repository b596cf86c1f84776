/**
 * Wire shapes of the Request Service: MicrosoftDocs/entra-docs, docs/verified-id/presentation-request-api.md and
 * using-facecheck.md. Words that Microsoft may extend – statuses, codes, qualities – are read as short text and judged in
 * mapping.ts; what carries a decision must have the documented shape.
 */
import { z } from 'zod';

const word = z.string().regex(/^[\w.-]{1,64}$/);

export const accessTokenAnswer = z.object({
  token_type: z.string().regex(/^bearer$/i),
  access_token: z.string().regex(/^[\x21-\x7e]{1,16384}$/),
  expires_in: z.number().int().positive().max(86_400),
});

/** Also part of a delivery's id in our inbox. */
const requestId = z.string().regex(/^[A-Za-z0-9-]{1,100}$/);

export const createdRequest = z.object({
  requestId,
  url: z.string().max(4096),
  /** Seconds since 1970. */
  expiry: z.number().int().positive().max(32_503_680_000),
});

/** As much of a callback as tells whose it is. */
export const callbackEnvelope = z.object({ requestId, requestStatus: word, state: z.string().max(300) });

const verifiedCredential = z.object({
  issuer: z.string().min(1).max(2048),
  type: z.array(z.string().max(256)).max(32),
  claims: z.record(z.string(), z.unknown()).default({}),
  credentialState: z.object({ revocationStatus: z.string().max(64).optional() }).optional(),
  domainValidation: z.object({ url: z.string().max(2048).optional() }).optional(),
  expirationDate: z.string().max(64).optional(),
  faceCheck: z
    .object({ matchConfidenceScore: z.unknown().optional(), sourcePhotoQuality: z.unknown().optional() })
    .optional(),
});

export const callback = callbackEnvelope.extend({
  verifiedCredentialsData: z.array(verifiedCredential).max(16).default([]),
  error: z.object({ code: z.string().max(128), message: z.string().max(1024).optional() }).optional(),
});

export type Callback = z.output<typeof callback>;
export type CreatedRequest = z.output<typeof createdRequest>;
export type VerifiedCredential = z.output<typeof verifiedCredential>;
