import { z } from 'zod';
import { partnerUrl, secretText, withoutPrefix, withPrefix } from '../kit/index.js';
import { parseAssuranceRows, parseEvidenceKinds } from './assurance-policy.js';

/** Signatures by a private key only: `none` and the HS family, whose key the client knows too, cannot be chosen (T25). */
export const SIGNING_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384'] as const;

/** What a vendor has published about itself. */
export interface KnownVendor {
  displayName: string;
  issuer?: string;
  parUrl?: string;
  authorizeUrl?: string;
  tokenUrl?: string;
  jwksUrl?: string;
}

const address = (description: string, known: string | undefined) =>
  known === undefined ? partnerUrl(description) : partnerUrl(description).default(known).describe(description);

const text = (description: string, rule: { pattern: RegExp; message: string; fallback: string }) =>
  z.string().regex(rule.pattern, rule.message).default(rule.fallback).describe(description);

const addresses = (known: KnownVendor) => ({
  ISSUER: address(
    'Issuer identifier of the vendor, exactly as its ID tokens and RFC 9207 responses say it',
    known.issuer,
  ),
  PAR_URL: address('Pushed authorization request endpoint (RFC 9126)', known.parUrl),
  AUTHORIZE_URL: address('Authorization endpoint that people are sent to', known.authorizeUrl),
  TOKEN_URL: address('Token endpoint', known.tokenUrl),
  JWKS_URL: address('JWKS with the keys that sign ID tokens', known.jwksUrl),
  USERINFO_URL: partnerUrl('UserInfo endpoint, for a vendor that delivers verified_claims there')
    .optional()
    .describe('UserInfo endpoint, for a vendor that delivers verified_claims there'),
});

const variables = (known: KnownVendor) => ({
  ...addresses(known),
  CLIENT_ID: z
    .string()
    .regex(/^[\x21-\x7e]{1,256}$/, 'must be visible ASCII')
    .describe('Client id that the vendor gave out'),
  CLIENT_SECRET: secretText('Client secret that the vendor gave out, for client_secret_post'),
  SCOPE: text('Scopes asked for; a vendor may want one that names the flow, e.g. idv_flow_123', {
    pattern: /^(?=(.* )?openid( |$))[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/,
    message: 'must be scopes separated by single spaces, openid among them',
    fallback: 'openid profile identity_assurance',
  }),
  SIGNING_ALGORITHM: z
    .enum(SIGNING_ALGORITHMS)
    .default('RS256')
    .describe('The one algorithm that ID tokens must be signed with'),
  ENVIRONMENT: z
    .enum(['production', 'sandbox'])
    .describe('Which of the vendor’s environments the client belongs to; nothing that sandbox reports counts as live'),
  ASSURANCE: z
    .string()
    .default('IDV-DELEGATED/VERIFIED=data_match')
    .transform((value, context) => {
      const rows = parseAssuranceRows(value);
      if (rows) return rows;
      context.addIssue({ code: 'custom', message: 'must be framework/level=kind+kind, each pair once' });
      return z.NEVER;
    })
    .describe('What a trust framework’s level is taken for: framework/level=kind+kind, several separated by spaces'),
  EVIDENCE_CHECKS: z
    .string()
    .default('')
    .transform((value, context) => {
      const kinds = parseEvidenceKinds(value);
      if (kinds) return kinds;
      context.addIssue({ code: 'custom', message: 'must be document_authenticity, face_match or both, joined by +' });
      return z.NEVER;
    })
    .describe('Kinds that pass by the check_method of listed evidence instead of by the level'),
  DISPLAY_NAME: text('Name that people see', {
    pattern: /^[^\p{C}<>]{1,60}$/u,
    message: 'must be 1 to 60 characters, no < or >',
    fallback: known.displayName,
  }),
});

export type OidcIdaSettings = z.output<z.ZodObject<ReturnType<typeof variables>>>;

/** The variables of one vendor, each under `prefix`. No fault message repeats a value. */
export const oidcIdaEnvironment = (prefix: string, known: KnownVendor) => withPrefix(prefix, variables(known));

/** The parsed variables under the names that this folder uses. */
export const settingsUnder = (prefix: string, parsed: object): OidcIdaSettings =>
  withoutPrefix<OidcIdaSettings>(prefix, parsed);
