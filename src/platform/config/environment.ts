import { z } from 'zod';
import { failpointFault, FAILPOINT_SYNTAX } from '../failpoints/failpoints.js';
import { LANGUAGES } from '../language/languages.js';
import { placeOfPrivateOrigin } from '../outbound-http/outbound-target.js';

/** At most a day: a timer that is set for longer than 24 days fires at once, and again and again. */
const seconds = (fallback: number) => z.coerce.number().int().min(1).max(86_400).default(fallback);
const port = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback);
const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  );

/** Exact origin: scheme and host, no path, no trailing slash, no address literal (WebAuthn needs a domain). */
function isOrigin(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // `*` is no wildcard here: nothing would ever equal it.
  const noName = url !== undefined && /^(\d+\.\d+\.\d+\.\d+|\[.*\]|.*\*.*)$/.test(url.hostname);
  return (
    url !== undefined && url.origin === text && !noName && (url.protocol === 'https:' || url.hostname === 'localhost')
  );
}
/** By any name that IANA gives it, also one that the runtime lists under an older one; an offset is no zone. */
function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}

/** One address alone, or behind a name: what stands before `<` is quoted when it has a comma. */
const ONE_SENDER = /^(?:(?:"[^"\r\n]*"|[^"<>,;:@\r\n]*?)\s*<[^\s<>@",;:]+@[^\s<>@",;:]+>|[^\s<>@",;:]+@[^\s<>@",;:]+)$/;

const httpUrl = z.url({ protocol: /^https?$/ });

const origin = z
  .string()
  .refine(
    isOrigin,
    'an origin like https://recover.example.com is needed (http only for localhost, no address literals)',
  );

/**
 * Every variable the service reads, in one place. `docs/generated/configuration.md` is made from the descriptions. Adapters
 * bring schemas of their own (`ProviderDefinition.environment`).
 */
export const Environment = z.object({
  REGAIN_PROFILE: z.enum(['embedded', 'production']).describe('Which profile runs. Never inferred.'),
  PORT: port(3000).describe('Port of the public server.'),
  ADMIN_PORT: port(3001).describe('Port of the operators’ server: health, metrics, API browser. Keep it inside.'),
  BIND_ADDRESS: z.string().default('127.0.0.1').describe('Address both servers listen on.'),
  ADMIN_TOKEN: z.string().min(32).describe('Bearer token of the operators’ server.'),
  PUBLIC_URL: origin.describe('Origin people see. Links are built from it and from nothing else.'),
  RP_ID: z.string().min(1).describe('WebAuthn relying party id: PUBLIC_URL’s host or a parent domain of it.'),
  RP_ORIGINS: list
    .refine(
      (origins) => origins.every(isOrigin),
      'origins like https://recover.example.com are needed, without a path or a slash at the end (http only for localhost, no address literals)',
    )
    .describe(
      'Origins a passkey may be created on and used from; default PUBLIC_URL. Exact https origins of RP_ID or of subdomains of it, comma separated.',
    ),
  TRUST_PROXY_HOPS: z.coerce.number().int().min(0).max(10).default(0).describe('How many proxies in front are ours.'),
  ORGANISATION_NAME: z
    .string()
    .min(1)
    .max(60)
    .default('Your organisation')
    .describe('Name on every page and in every mail.'),
  HELP_DESK_CONTACT: z
    .string()
    .min(1)
    .max(200)
    .default('your help desk')
    .describe('How people reach the help desk; shown everywhere.'),
  HELP_DESK_PHONE: z.string().max(40).optional().describe('Telephone number on every page.'),
  HELP_DESK_EMAIL: z.email().optional().describe('E-mail address on every page.'),
  HELP_DESK_URL: z
    .url({ protocol: /^https$/ })
    .optional()
    .describe('Page of the help desk.'),
  SIGN_IN_URL: z
    .url({ protocol: /^https$/ })
    .optional()
    .describe('Where people sign in with their passkey; linked to on the last page.'),
  TIME_ZONE: z
    .string()
    .refine(isTimeZone, 'an IANA time zone')
    .default('UTC')
    .describe('Zone of the times on pages and in mails.'),
  MAIL_LANGUAGE: z
    .enum(LANGUAGES)
    .default('en')
    .describe('Language of the mails: what an address’s reader speaks is not known. Pages follow the browser.'),
  DATABASE_URL: z.string().min(1).describe('PostgreSQL as the application role.'),
  DATABASE_OWNER_URL: z.string().optional().describe('PostgreSQL as the owner role; needed only to migrate.'),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2).max(100).default(10).describe('Connections per process.'),
  QUEUE_DATABASE_URL: z.string().optional().describe('PostgreSQL as the queue role; the embedded queue.'),
  REDIS_URL: z.string().optional().describe('Redis or Valkey with noeviction and AOF; the production queue.'),
  DATA_DIR: z.string().default('.regain').describe('Where the embedded profile keeps everything.'),
  OBJECTS_DIR: z.string().optional().describe('Directory of the embedded object store.'),
  S3_ENDPOINT: httpUrl.optional().describe('S3 API; production needs it.'),
  S3_BUCKET: z.string().optional().describe('Bucket for encrypted evidence.'),
  S3_REGION: z.string().default('us-east-1').describe('Region in the signature.'),
  S3_ACCESS_KEY_ID: z.string().optional().describe('Access key.'),
  S3_SECRET_ACCESS_KEY: z.string().optional().describe('Secret key.'),
  SMTP_URL: z
    .string()
    .refine(
      (text) => /^smtps?:\/\/[^/]/.test(text) && URL.canParse(text),
      'an address like smtps://user:password@host is needed, with signs like @ and / in the password written as %40 and %2F',
    )
    .optional()
    .describe(
      'Mail server, e.g. smtps://user:password@host, or smtp://user:password@host:587?requireTLS=true for STARTTLS or nothing; embedded keeps mail in its mailbox.',
    ),
  MAIL_FROM: z
    .string()
    .regex(
      ONE_SENDER,
      'one address like Account recovery <recovery@example.com> is needed; a name with a comma is quoted',
    )
    .default('Account recovery <recovery@localhost>')
    .describe('Sender of every mail.'),
  KEYRING_FILE: z
    .string()
    .min(1)
    .describe('JSON file with the master keys, mode 0600, or 0640 for a group that reads it.'),
  STAFF_ISSUER: httpUrl.describe('Issuer of staff sign-ins (OpenID Connect).'),
  STAFF_AUDIENCE: z.string().min(1).describe('Audience staff tokens must carry.'),
  STAFF_JWKS_URL: httpUrl.describe('Where the issuer publishes its keys.'),
  STAFF_ROLE_CLAIM: z.string().default('roles').describe('Claim with the role names.'),
  STAFF_ACCOUNT_CLAIMS: z
    .string()
    .default('sub,preferred_username,email,oid')
    .transform((text) => text.split(',').map((claim) => claim.trim()))
    .refine((claims) => claims.every((claim) => /^[^\s,]{1,200}$/.test(claim)), 'names of claims, comma separated')
    .describe(
      'Claims that say which account of the directory a member of staff has: its id, login, employee id or an address. Nobody works on a case of an account that one of them names; a token with none of them is refused. Where `sub` is a random number (Entra ID, Okta), leave it out.',
    ),
  STAFF_PERSON_CLAIM: z
    .string()
    .regex(/^[^\s,]{1,200}$/, 'the name of one claim')
    .optional()
    .describe(
      'Claim that a token has only when a person signed in, e.g. `auth_time`, `sid` or `amr`: a token without it is refused. Tokens that say they are an application’s are refused anyway; applications use API keys.',
    ),
  STAFF_CLIENT_ID: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe(
      'The console’s client at the staff’s issuer. With it `/console` is open to staff who sign in there; without it the console is off (404). Redirect URI: PUBLIC_URL and `/console/sign-in/return`.',
    ),
  STAFF_CLIENT_SECRET: z
    .string()
    .min(16)
    .max(1_000)
    .optional()
    .describe('Its secret; the console authenticates by `client_secret_post`.'),
  STAFF_AUTHORIZATION_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('The issuer’s authorization endpoint, for the console.'),
  STAFF_TOKEN_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('The issuer’s token endpoint, for the console.'),
  STAFF_SCOPE: z
    .string()
    .regex(/^openid( [\x21\x23-\x5b\x5d-\x7e]+)*$/, '`openid`, and what else is asked for, with one space between')
    .default('openid profile email')
    .describe(
      'Scopes the console asks for. They have to bring an access token that is a JWT for STAFF_AUDIENCE: the console does what its bearer could do.',
    ),
  BOOTSTRAP_API_KEY: z
    .string()
    .regex(/^rgk_[A-Za-z0-9_-]{32,250}$/)
    .optional()
    .describe('API key created at first start; embedded only.'),
  PROVIDERS: list.describe('Verification providers to load, comma separated.'),
  PROVIDER_MODULES: list.describe(
    'Adapters from outside this repository: absolute paths or package names, comma separated. Their code runs inside the service, with all its rights.',
  ),
  APPROVAL_ALARM_RUN: z.coerce
    .number()
    .int()
    .min(20)
    .max(1_000_000)
    .default(50)
    .describe('Good results in a row after which a provider without a past is watched: its results go to review.'),
  OUTBOUND_ALLOWED_ORIGINS: list.describe(
    'Plain or private origins the service may call, exactly as written; none in production.',
  ),
  OUTBOUND_PRIVATE_ORIGINS: list
    .refine(
      (origins) => origins.every((origin) => placeOfPrivateOrigin(origin) !== undefined),
      'https origins exactly as in the addresses that are called, like https://idp.bank.internal:8443, none of them link-local',
    )
    .describe(
      'Origins inside your own network that the service may call: partners, and the staff’s sign-in, on private addresses. Exact https origins, comma separated.',
    ),
  OUTBOUND_CA_FILE: z
    .string()
    .optional()
    .describe(
      'PEM file with the authorities that vouch for OUTBOUND_PRIVATE_ORIGINS, instead of the public ones; they vouch for nothing else.',
    ),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Least important line that is logged.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'OpenTelemetry collector that takes OTLP over HTTP, e.g. http://collector:4318; traces are off without it.',
    ),
  RATE_LIMIT_SCALE: z.coerce
    .number()
    .min(0.01)
    .max(10_000)
    .default(1)
    .describe('Multiplies every limit; refused in production.'),
  REGAIN_FAILPOINTS: z
    .string()
    .refine((text) => failpointFault(text) === undefined, `${FAILPOINT_SYNTAX}, comma separated, is needed`)
    .default('')
    .describe('Faults to inject; refused in production.'),
  SWEEP_INTERVAL_SECONDS: seconds(15).describe('How often lost work is re-derived.'),
  AUDIT_SEAL_INTERVAL_SECONDS: seconds(60).describe('How often audit heads are sealed: the unsealed window.'),
  DRAIN_SECONDS: z.coerce
    .number()
    .int()
    .min(0)
    .max(60)
    .default(0)
    .describe(
      'How long an API process that was asked to stop still takes requests after it says that it is not ready: longer than the balancer takes to see it.',
    ),
  REQUEST_TIMEOUT_SECONDS: seconds(30).describe(
    'How long the body of a request may take to come. A photo, alone or in a form, has ten minutes, and a minute without a byte of it.',
  ),
});
export type Environment = z.infer<typeof Environment>;
