import { z } from 'zod';
import { partnerUrl, secretList, secretText, wordList } from '../kit/index.js';

const ASSURANCE_LEVELS = ['LOA1', 'LOA2', 'LOA3', 'LOA4'] as const;

/** Words separated by spaces or commas. No fault repeats a value. */
const words = (shape: RegExp, fallback: readonly [string, ...string[]]) =>
  z
    .string()
    .transform(wordList)
    .pipe(
      z
        .array(z.string().regex(shape, 'has a word of another form'))
        .min(1, 'must hold at least one word')
        .max(16, 'must hold at most sixteen words'),
    )
    .default([...fallback]);

/** The variables of this adapter. What IDEMIA does not publish is a variable here; README.md says which and why. */
export const idemiaEnvironment = z.object({
  IDEMIA_BASE_URL: partnerUrl('GIPS address from the Experience Portal up to and including /gips/v1'),
  IDEMIA_API_KEY: secretText('GIPS-RS key from the Experience Portal; sent as header apikey'),
  IDEMIA_ENVIRONMENT: z
    .enum(['production', 'sandbox'], 'must be production or sandbox')
    .describe('Which environment the key is for; results of sandbox never count as live, as no answer says it'),
  IDEMIA_WEBHOOK_KEY: secretList(
    'Value that the notification header must carry; several, separated by spaces, while rotating',
  ),
  IDEMIA_WEBHOOK_HEADER: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/i, 'must be a header name')
    .transform((name) => name.toLowerCase())
    .default('x-idemia-notification-key')
    .describe('Name of the notification header, as chosen in the portal (security mode API_KEY)'),
  IDEMIA_WEBHOOK_ID_MEMBERS: words(/^[A-Za-z][\w-]{0,63}$/, ['identityId', 'identity_id', 'id']).describe(
    'Members of a notification that hold the identity id, the best first',
  ),
  IDEMIA_TENANT_ROLE: z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/, 'must be visible ASCII')
    .optional()
    .describe('Value of the header Tenant-Role, for tenants that have roles'),
  IDEMIA_CONSENT_TYPES: words(/^[A-Z][A-Z0-9_]{0,63}$/, ['PORTRAIT']).describe(
    'Consents confirmed for the person; add GIV where system-of-record checks are part of the contract',
  ),
  IDEMIA_PORTRAIT_UPLOAD_PATH: z
    .string()
    .regex(/^[a-z0-9-]+(\/[a-z0-9-]+)*$/i, 'must be a relative path without dots')
    .default('attributes/portrait/capture')
    .describe('Where a selfie is posted, below /identities/{id}/'),
  IDEMIA_PORTRAIT_PART: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9]{0,63}$/, 'must be a plain name')
    .default('Portrait')
    .describe('Name of the multipart part that holds the selfie'),
  IDEMIA_FILE_SOURCE: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'must be a word in capitals')
    .default('OTHER')
    .describe('Source named for a document whose pictures nobody says a camera took'),
  IDEMIA_IMAGE_LIVENESS: z
    .enum(['indicator', 'status'], 'must be indicator or status')
    .default('indicator')
    .describe('What proves presence for an uploaded selfie: its liveness indicator, or the portrait status alone'),
  IDEMIA_SETTLED_STATUSES: words(/^[A-Z][A-Z0-9_]{0,63}$/, ['EXPECTING_INPUT']).describe(
    'Identity statuses under which stable evidence may be believed; any other word goes to review',
  ),
  IDEMIA_MINIMUM_ASSURANCE: z
    .enum(ASSURANCE_LEVELS, 'must be LOA1, LOA2, LOA3 or LOA4')
    .default('LOA1')
    .describe('Level of assurance below which nothing passes'),
});

export type IdemiaSettings = z.output<typeof idemiaEnvironment>;
