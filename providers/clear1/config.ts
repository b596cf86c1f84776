import { z } from 'zod';
import { CHECK_KINDS, partnerUrl, secretList, secretText, Sensitive, wordList, type CheckKind } from '../kit/index.js';

/**
 * What a check of CLEAR can be about. `data_match` and `reference_portrait_match` are about our record of the account,
 * which CLEAR never sees.
 */
export const MAPPABLE_KINDS = CHECK_KINDS.filter(
  (kind) => kind !== 'data_match' && kind !== 'reference_portrait_match',
);

/** Our kind → the names, in CLEAR's project, of every check that must be clear for it. */
export type CheckMap = Readonly<Partial<Record<CheckKind, readonly string[]>>>;

const SANDBOX_KEY = /^sandbox_/;
const VERIFIED = 'https://verified.clearme.com';

const withDefault = (description: string, url: string) => partnerUrl(description).default(url).describe(description);

/** The variables of this adapter. No fault message repeats a value. */
export const clear1Environment = z
  .object({
    CLEAR1_API_KEY: secretText('Bearer key of the CLEAR1 project; sandbox keys start with sandbox_'),
    CLEAR1_ENVIRONMENT: z
      .enum(['production', 'sandbox'])
      .describe('Which environment the key belongs to; nothing that sandbox reports counts as live'),
    CLEAR1_PROJECT_ID: z
      .string()
      .regex(/^[\w-]{1,128}$/, 'must be letters, digits, _ and -')
      .describe('Project whose flow people go through, project_…'),
    CLEAR1_CHECK_MAP: z
      .string()
      .default('')
      .transform((text, context) => {
        const map = readCheckMap(text);
        if (map) return map;
        const message = `must be name=kind, separated by commas; each name once; kinds: ${MAPPABLE_KINDS.join(', ')}`;
        context.addIssue({ code: 'custom', message });
        return z.NEVER;
      })
      .describe('Names of the project’s checks and what they are about: name=kind,…; kinds without a name never run'),
    CLEAR1_REASON_FAMILIES: z
      .string()
      .default('SV')
      .transform(wordList)
      .pipe(z.array(z.string().regex(/^[A-Z]{1,8}$/, 'must be capital letters, e.g. SV')).max(20))
      .describe('Families of reason codes that number their outcomes as SV does; any other code leaves its check open'),
    CLEAR1_WEBHOOK_TOKEN: secretList(
      'Bearer token that CLEAR’s events carry; several, separated by spaces, while rotating',
    ),
    CLEAR1_WEBHOOK_SECRET: secretList(
      'Secret of X-CLEAR-HMAC-SHA256 on CLEAR’s events; several, separated by spaces, while rotating',
    ),
    CLEAR1_API_URL: withDefault('Address of the API', `${VERIFIED}/v1`),
    CLEAR1_VERIFY_URL: withDefault('Page that people are sent to', `${VERIFIED}/verify`),
  })
  .refine(agrees, { path: ['CLEAR1_ENVIRONMENT'], message: 'the key is a sandbox key, so this must be sandbox' });

export type Clear1Settings = z.output<typeof clear1Environment>;

/** `name=kind,name=kind`; a kind may need several names, a name speaks for one kind. Undefined for anything else. */
function readCheckMap(text: string): CheckMap | undefined {
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)
    .map((entry) => entry.split('=').map((part) => part.trim()));
  const names = entries.map(([name]) => name);
  const sound = entries.every(([name, kind, ...rest]) => name && rest.length === 0 && isMappable(kind));
  if (!sound || new Set(names).size !== names.length) return undefined;
  const kinds = MAPPABLE_KINDS.filter((kind) => entries.some(([, target]) => target === kind));
  return Object.fromEntries(
    kinds.map((kind) => [kind, entries.flatMap(([name, target]) => (name && target === kind ? [name] : []))]),
  );
}

/** A key that is known to be a test key never makes anything live (T37). Asked even when a variable was refused. */
function agrees({ CLEAR1_API_KEY: key, CLEAR1_ENVIRONMENT: environment }: Readonly<Record<string, unknown>>): boolean {
  return environment !== 'production' || !(key instanceof Sensitive) || !SANDBOX_KEY.test(String(key.reveal()));
}

const isMappable = (kind: string | undefined): boolean => (MAPPABLE_KINDS as readonly string[]).includes(kind ?? '');
