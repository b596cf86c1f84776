import { z } from 'zod';
import { dateFormat, partnerUrl, secretList, secretText, wordList } from '../kit/index.js';

/** Statuses of the lifecycle page; none of them can be said to mean something else. */
export const DOCUMENTED_STATUSES = ['PENDING', 'INPROGRESS', 'SUBMITTED', 'COMPLETE', 'EXPIRED', 'CANCELLED'] as const;

/** Headers that a client or a proxy sets by itself. */
const TAKEN_HEADERS = ['host', 'connection', 'content-length', 'content-type', 'transfer-encoding', 'user-agent'];

const words = (pattern: RegExp, message: string) =>
  z
    .string()
    .transform(wordList)
    .pipe(z.array(z.string().regex(pattern, message)).max(20));

/** The variables of this adapter. No fault message repeats a value. */
export const idverseEnvironment = z.object({
  IDVERSE_API_URL: partnerUrl('API URL of the portal’s Developer page: https://{tenant}.api.{region}.idkit.com/v1'),
  IDVERSE_OAUTH_URL: partnerUrl('OAuth endpoint of the same page, without /oauth2/token'),
  IDVERSE_API_KEY: secretText('API key made on the same page'),
  IDVERSE_ENVIRONMENT: z
    .enum(['production', 'sandbox'])
    .describe('What the tenant is for; nothing that sandbox reports counts as live'),
  IDVERSE_SCOPE: z
    .string()
    .regex(/^[\w/.:-]+( [\w/.:-]+)*$/, 'must be scopes, separated by single spaces')
    .default('transactions/get')
    .describe('Scope that access tokens are asked for'),
  IDVERSE_FLOW_TYPE: z
    .string()
    .regex(/^[A-Z0-9_]{1,40}$/, 'must be capital letters, digits and _')
    .default('NORMAL2')
    .describe('Flow that people go through'),
  IDVERSE_TRANSACTION_NAME: z
    .string()
    .min(1)
    .max(60)
    .default('Identity check')
    .describe('Name that every transaction has in the portal; never anybody’s own'),
  IDVERSE_LINK_HOSTS: words(/^[a-z0-9-]+(\.[a-z0-9-]+)*$/, 'must be host names')
    .pipe(z.array(z.string()).min(1, 'must name a host'))
    .prefault('idkit.com')
    .describe('Hosts that people may be sent to, their subdomains included'),
  IDVERSE_WEBHOOK_HEADER: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'must be the name of a header')
    .transform((name) => name.toLowerCase())
    .refine((name) => !TAKEN_HEADERS.includes(name), 'must be a header that nothing else sets')
    .prefault('x-regain-key')
    .describe('Header that notifications carry their secret in'),
  IDVERSE_WEBHOOK_SECRET: secretList(
    'What that header says. The first is given to IDVerse with each transaction; more, separated by spaces, while rotating',
  ),
  IDVERSE_FAILED_STATUSES: words(/^[A-Z_]{1,40}$/, 'must be capital letters and _')
    .refine(
      (statuses) => !statuses.some((status) => (DOCUMENTED_STATUSES as readonly string[]).includes(status)),
      'must not name a documented status',
    )
    .prefault('')
    .describe('Undocumented statuses that end a transaction without a result; any other one goes to a reviewer'),
  IDVERSE_DATE_FORMAT: dateFormat,
});

export type IdverseSettings = z.output<typeof idverseEnvironment>;
