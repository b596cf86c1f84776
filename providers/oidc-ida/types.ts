/**
 * The wire format: token endpoint and UserInfo (OpenID Connect Core 1.0), JWKS (RFC 7517) and `verified_claims` (OpenID
 * Identity Assurance Schema Definition 1.0, and the shape of Okta's guide "Integrate Okta with identity verification
 * vendors"). Frameworks, levels and methods are read as short text and judged in mapping.ts; what decides nothing is
 * dropped when it cannot be read.
 */
import { z } from 'zod';

/** A vendor's word, which may end up in a report: nothing personal fits its alphabet's purpose. */
const word = z.string().regex(/^[\w.:-]{1,64}$/);
const TOKEN_CHARS = 64 * 1024;

/** 201 of the PAR endpoint (RFC 9126 section 2.2). `expires_in` are seconds; some servers put numbers in quotes. */
export const pushedRequest = z.object({
  request_uri: z.string().min(1).max(2048),
  expires_in: z
    .union([
      z.number(),
      z
        .string()
        .regex(/^\d{1,9}$/)
        .transform(Number),
    ])
    .pipe(z.number().positive()),
});

/** 200 of the token endpoint. Okta's guide has no `access_token` in it, OpenID Connect has. */
export const tokenAnswer = z.object({
  id_token: z.string().min(1).max(TOKEN_CHARS),
  token_type: z.string().min(1).max(32),
  access_token: z.string().min(1).max(TOKEN_CHARS).optional(),
});

export const userinfoAnswer = z.object({ sub: z.string().min(1).max(255), verified_claims: z.unknown().optional() });

export const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(64) });

/** What an ID token must carry besides what its verification looks at. */
export const idTokenClaims = z.object({
  sub: z.string().min(1).max(255),
  nonce: z.string().min(1).max(256),
  iat: z.number(),
  aud: z.union([z.string(), z.array(z.string())]),
  azp: z.string().optional(),
  verified_claims: z.unknown().optional(),
});

/** What the host keeps of a browser's return until a report is made of it. */
export const delivery = z.union([
  z.strictObject({ error: word, receivedAt: z.iso.datetime() }),
  z.strictObject({
    idToken: z.string(),
    userinfo: userinfoAnswer.optional(),
    /** When the token came in, by our clock: the moment at which it must not have been expired. */
    receivedAt: z.iso.datetime(),
  }),
]);

/** One element of `verified_claims`. */
export const verifiedClaims = z.object({
  verification: z.object({
    trust_framework: word,
    assurance_level: word.nullish(),
    time: z.string().max(64).optional().catch(undefined),
    evidence: z.array(z.unknown()).max(32).optional().catch(undefined),
  }),
  claims: z
    .record(z.string().max(64), z.unknown())
    .nullish()
    .transform((claims) => claims ?? {}),
});

export const documentEvidence = z.object({
  type: z.literal('document'),
  check_details: z
    .array(z.object({ check_method: word }))
    .max(32)
    .optional()
    .catch(undefined),
  document_details: z
    .object({
      type: word.optional().catch(undefined),
      document_number: z.string().min(1).max(64).optional().catch(undefined),
      date_of_expiry: z.iso.date().optional().catch(undefined),
      issuer: z
        .object({
          country_code: z
            .string()
            .regex(/^[A-Z]{2,3}$/)
            .optional()
            .catch(undefined),
        })
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
});

/** A verified claim as a plain value (Identity Assurance) or with Okta's `fuzzy` beside it; null says nothing. */
export const claimValue = z
  .union([z.string().min(1).max(200), z.object({ value: z.string().min(1).max(200).nullish() }), z.null()])
  .transform((claim) => (typeof claim === 'string' ? claim : (claim?.value ?? undefined)));

export type Delivery = z.output<typeof delivery>;
export type IdTokenClaims = z.output<typeof idTokenClaims>;
export type VerifiedClaims = z.output<typeof verifiedClaims>;
