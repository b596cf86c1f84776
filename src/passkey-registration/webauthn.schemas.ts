import { z } from 'zod';

/**
 * The longest credential id of WebAuthn level 3 (7.1, step 25), in base64url characters, with room to refuse a longer
 * one by name.
 */
const MAX_ID_CHARACTERS = 2_048;
const MAX_CLIENT_DATA_CHARACTERS = 8_192;
/** Attestation is not asked for, so 64 KiB of it is far more than an honest authenticator sends. */
const MAX_ATTESTATION_CHARACTERS = 87_384;

const base64url = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[A-Za-z0-9_-]+$/, 'base64url without padding');

/** Members of both ceremonies' answers. What a browser adds beside them is ignored, as the standard asks (5.1.9). */
const PublicKeyCredentialJson = z.object({
  id: base64url(MAX_ID_CHARACTERS),
  rawId: base64url(MAX_ID_CHARACTERS),
  type: z.literal('public-key'),
});

/** `RegistrationResponseJSON` of WebAuthn level 3, 5.1.9: the members we read. */
export const RegistrationCredential = PublicKeyCredentialJson.extend({
  response: z.object({
    clientDataJSON: base64url(MAX_CLIENT_DATA_CHARACTERS),
    attestationObject: base64url(MAX_ATTESTATION_CHARACTERS),
    transports: z.array(z.string().max(64)).max(16).optional(),
  }),
}).meta({ id: 'RegistrationCredential' });
export type RegistrationCredential = z.infer<typeof RegistrationCredential>;

/** `AuthenticationResponseJSON` of WebAuthn level 3, 5.1.9: the members we read. */
export const AssertionCredential = PublicKeyCredentialJson.extend({
  response: z.object({
    clientDataJSON: base64url(MAX_CLIENT_DATA_CHARACTERS),
    authenticatorData: base64url(MAX_ATTESTATION_CHARACTERS),
    signature: base64url(4_096),
    userHandle: base64url(128).nullish(),
  }),
}).meta({ id: 'AssertionCredential' });
export type AssertionCredential = z.infer<typeof AssertionCredential>;

const CredentialDescriptor = z
  .object({
    type: z.literal('public-key'),
    id: z.string(),
    transports: z.array(z.string()).optional(),
  })
  .meta({ id: 'CredentialDescriptor' });

/** `PublicKeyCredentialCreationOptionsJSON` as we fill it. */
export const CreationOptionsView = z
  .object({
    rp: z.object({ id: z.string(), name: z.string() }),
    user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
    challenge: z.string(),
    pubKeyCredParams: z.array(z.object({ type: z.literal('public-key'), alg: z.number().int() })),
    timeout: z.number().int(),
    attestation: z.literal('none'),
    excludeCredentials: z.array(CredentialDescriptor),
    authenticatorSelection: z.object({
      residentKey: z.literal('required'),
      requireResidentKey: z.literal(true),
      userVerification: z.literal('required'),
    }),
  })
  .meta({ id: 'CreationOptionsView' });
export type CreationOptionsView = z.infer<typeof CreationOptionsView>;

/** `PublicKeyCredentialRequestOptionsJSON` as we fill it: no list of credentials, so it says nothing about any account. */
export const RequestOptionsView = z
  .object({
    rpId: z.string(),
    challenge: z.string(),
    timeout: z.number().int(),
    userVerification: z.literal('required'),
  })
  .meta({ id: 'RequestOptionsView' });
export type RequestOptionsView = z.infer<typeof RequestOptionsView>;

export const TokenBody = z.strictObject({ token: z.string().min(1).max(200) }).meta({ id: 'TokenBody' });

export const RegistrationBody = z
  .strictObject({
    token: z.string().min(1).max(200),
    credential: RegistrationCredential,
    /** What the person calls this passkey. One printable line. */
    name: z
      .string()
      .min(1)
      .max(60)
      .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u, 'one line of printable text')
      .optional(),
  })
  .meta({ id: 'RegistrationBody' });
export type RegistrationBody = z.infer<typeof RegistrationBody>;

export const AssertionBody = z.strictObject({ credential: AssertionCredential }).meta({ id: 'AssertionBody' });

export const PasskeyView = z
  .object({
    id: z.string(),
    credentialId: z.string().describe('WebAuthn credential id, base64url.'),
    name: z.string().nullable(),
    deviceType: z.enum(['singleDevice', 'multiDevice']),
    transports: z.array(z.string()),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'PasskeyView' });
export type PasskeyView = z.infer<typeof PasskeyView>;

export const SessionView = z
  .object({
    subject: z.object({ id: z.string(), displayName: z.string() }),
    credentialId: z.string(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'SessionView' });
export type SessionView = z.infer<typeof SessionView>;
