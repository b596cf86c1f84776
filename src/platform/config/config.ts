import type { z } from 'zod';
import { placeOfPrivateOrigin } from '../outbound-http/outbound-target.js';
import { Environment } from './environment.js';

/** All faults of the environment at once: names and what is wrong, never a value. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  constructor(
    readonly faults: string[],
    options?: ErrorOptions,
  ) {
    super(`The configuration is not valid:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`, options);
  }
}

/** Who reads the environment. `all`: the command line, and the embedded profile, which is both processes in one. */
export type ProcessRole = 'api' | 'worker' | 'all';

/**
 * What processes of one role alone need. The others are not asked for it and do not look at it, so that a deployment can
 * keep the secrets of one away from the other: what the API is open to is not what the workers are trusted with.
 */
export const OF_ONE_ROLE = {
  api: ['STAFF_CLIENT_ID', 'STAFF_CLIENT_SECRET', 'STAFF_AUTHORIZATION_URL', 'STAFF_TOKEN_URL'],
  worker: ['REDIS_URL', 'QUEUE_DATABASE_URL', 'SMTP_URL', 'MAIL_FROM'],
} as const satisfies Record<Exclude<ProcessRole, 'all'>, readonly (keyof Environment)[]>;

/** Names of variables that a process of that role leaves to the other. */
const leftToOthers = (role: ProcessRole): readonly string[] =>
  role === 'all' ? [] : OF_ONE_ROLE[role === 'api' ? 'worker' : 'api'];

export type Config = Readonly<Environment> & {
  readonly embedded: boolean;
  readonly rpOrigins: readonly string[];
  /** The whole environment, for adapters to parse their own part of. */
  readonly raw: Readonly<Record<string, string | undefined>>;
};

/** Whether passkeys of `rpId` can be made on `origin`; a single label is a public suffix, which browsers refuse. */
function covers(rpId: string, origin: string): boolean {
  const host = new URL(origin).hostname;
  return host === rpId || (rpId.includes('.') && host.endsWith(`.${rpId}`));
}

/** Browsers would refuse a passkey on any other one, and say so only to the person (WebAuthn level 3, 5.1.3 and 7.1, step 9). */
function originRules({ REGAIN_PROFILE, RP_ID, RP_ORIGINS = [] }: Partial<Environment>): [boolean, string][] {
  return [
    [
      REGAIN_PROFILE === 'production' && RP_ORIGINS.some((origin) => !origin.startsWith('https://')),
      'RP_ORIGINS: production needs https',
    ],
    [
      RP_ID !== undefined && RP_ORIGINS.some((origin) => !covers(RP_ID, origin)),
      'RP_ORIGINS: each must have the host RP_ID, or a subdomain of it',
    ],
  ];
}

/** A console that could not sign anybody in is a mistake, never a console that is off. */
function consoleRules(env: Partial<Environment>): [boolean, string][] {
  const { STAFF_CLIENT_ID, STAFF_CLIENT_SECRET, STAFF_AUTHORIZATION_URL, STAFF_TOKEN_URL } = env;
  const parts = [STAFF_CLIENT_ID, STAFF_CLIENT_SECRET, STAFF_AUTHORIZATION_URL, STAFF_TOKEN_URL];
  const some = parts.some((part) => part !== undefined);
  const needed = Object.entries({ STAFF_CLIENT_ID, STAFF_CLIENT_SECRET, STAFF_AUTHORIZATION_URL, STAFF_TOKEN_URL });
  return needed.map(([name, value]) => [some && value === undefined, `${name}: the console’s sign-in needs all four`]);
}

/** What carries jobs and mail, of whoever does. */
function deliveryRules({ REGAIN_PROFILE, ...env }: Partial<Environment>): [boolean, string][] {
  const production = REGAIN_PROFILE === 'production';
  return [
    [
      !env.REDIS_URL && !env.QUEUE_DATABASE_URL,
      'REDIS_URL: a queue is needed (or QUEUE_DATABASE_URL in the embedded profile)',
    ],
    [production && !env.REDIS_URL, 'REDIS_URL: production needs Redis or Valkey'],
    [production && !env.SMTP_URL, 'SMTP_URL: production needs a mail server'],
  ];
}

/** Checks that cross variables, as far as each of them could be read. */
function crossFaults(env: Partial<Environment>, role: ProcessRole): string[] {
  const production = env.REGAIN_PROFILE === 'production';
  const embedded = env.REGAIN_PROFILE === 'embedded';
  const rules: [boolean, string][] = [
    [
      env.PUBLIC_URL !== undefined && env.RP_ID !== undefined && !covers(env.RP_ID, env.PUBLIC_URL),
      'RP_ID: must be the host of PUBLIC_URL or a parent domain',
    ],
    ...originRules(env),
    ...consoleRules(env),
    ...(role === 'api' ? [] : deliveryRules(env)),
    [
      !env.S3_ENDPOINT && !env.OBJECTS_DIR,
      'S3_ENDPOINT: an object store is needed (or OBJECTS_DIR in the embedded profile)',
    ],
    [
      Boolean(env.S3_ENDPOINT) && !(env.S3_BUCKET && env.S3_ACCESS_KEY_ID && env.S3_SECRET_ACCESS_KEY),
      'S3_BUCKET: bucket and both keys go with S3_ENDPOINT',
    ],
    [production && !env.S3_ENDPOINT, 'S3_ENDPOINT: production needs an S3 store'],
    [production && env.PUBLIC_URL?.startsWith('https://') === false, 'PUBLIC_URL: production needs https'],
    [production && Boolean(env.REGAIN_FAILPOINTS), 'REGAIN_FAILPOINTS: refused in production'],
    [production && env.RATE_LIMIT_SCALE !== 1, 'RATE_LIMIT_SCALE: refused in production'],
    [production && env.BOOTSTRAP_API_KEY !== undefined, 'BOOTSTRAP_API_KEY: refused in production'],
    [production && (env.OUTBOUND_ALLOWED_ORIGINS ?? []).length > 0, 'OUTBOUND_ALLOWED_ORIGINS: refused in production'],
    [
      production && (env.OUTBOUND_PRIVATE_ORIGINS ?? []).some((origin) => placeOfPrivateOrigin(origin) === 'loopback'),
      'OUTBOUND_PRIVATE_ORIGINS: this machine itself is refused in production',
    ],
    [
      Boolean(env.OUTBOUND_CA_FILE) && env.OUTBOUND_PRIVATE_ORIGINS?.length === 0,
      'OUTBOUND_CA_FILE: vouches for OUTBOUND_PRIVATE_ORIGINS, and there are none',
    ],
    [production && env.PROVIDERS?.includes('sandbox') === true, 'PROVIDERS: the sandbox is refused in production'],
    [embedded && env.BIND_ADDRESS !== '127.0.0.1', 'BIND_ADDRESS: the embedded profile listens on 127.0.0.1 only'],
  ];
  return rules.filter(([broken]) => broken).map(([, fault]) => fault);
}

/**
 * Parses the environment once. @throws ConfigurationError with every fault.
 */
export function loadConfig(raw: Readonly<Record<string, string | undefined>>, role: ProcessRole = 'all'): Config {
  const { values, faults } = readEnvironment(raw, role);
  if (faults.length > 0) throw new ConfigurationError(faults);
  return {
    ...values,
    embedded: values.REGAIN_PROFILE === 'embedded',
    rpOrigins: values.RP_ORIGINS.length > 0 ? values.RP_ORIGINS : [values.PUBLIC_URL],
    raw,
  };
}

/** Some variables alone, for a command that needs no other and may be run where there is no other. @throws ConfigurationError */
export function loadVariables<Name extends keyof Environment>(
  raw: Config['raw'],
  names: readonly Name[],
): Pick<Environment, Name> {
  const { values, faults } = readEnvironment(raw);
  const theirs = faults.filter((fault) => names.some((name) => fault.startsWith(`${name}:`)));
  if (theirs.length > 0) throw new ConfigurationError(theirs);
  return values;
}

/** Every fault of the environment, and the variables that could be read; `values` is whole when there is no fault. */
export function readEnvironment(
  raw: Config['raw'],
  role: ProcessRole = 'all',
): { values: Environment; faults: string[] } {
  const left = new Set(leftToOthers(role));
  const filled = Object.entries(raw).filter(([name, value]) => value !== undefined && value !== '' && !left.has(name));
  return readVariables(Object.fromEntries(filled), role);
}

/** What is wrong with a variable, in words for somebody who does not know what it is read with. Never its value. */
export function variableFault(given: unknown, issue: z.core.$ZodIssue): string {
  const number = numberFault(issue);
  if (given !== undefined && number) return number;
  // A schema's own words say more than these.
  if (given !== undefined || !issue.message.startsWith('Invalid ')) return issue.message;
  if (issue.code === 'invalid_value') return `is not set; it is one of ${issue.values.join(', ')}`;
  return issue.code === 'invalid_type' ? 'is not set' : issue.message;
}

/** Of a variable that is to be a number; undefined for a fault of any other kind. */
function numberFault(issue: z.core.$ZodIssue): string | undefined {
  if (issue.code === 'invalid_type' && issue.expected === 'number') return 'is not a number';
  if (issue.code === 'invalid_type' && issue.expected === 'int') return 'is not a whole number';
  if (issue.code === 'too_small' && issue.origin === 'number') return `is less than ${issue.minimum}`;
  return issue.code === 'too_big' && issue.origin === 'number' ? `is more than ${issue.maximum}` : undefined;
}

/** Reads variable by variable, so that one fault does not hide the faults between the others. */
function readVariables(
  filled: Readonly<Record<string, unknown>>,
  role: ProcessRole,
): { values: Environment; faults: string[] } {
  const values: Record<string, unknown> = {};
  const own = new Map<string, string>();
  for (const [name, schema] of Object.entries(Environment.shape)) {
    const parsed = schema.safeParse(filled[name]);
    if (parsed.success) values[name] = parsed.data;
    else own.set(name, `${name}: ${parsed.error.issues.map((issue) => variableFault(filled[name], issue)).join('; ')}`);
  }
  const crossing = crossFaults(values, role).filter((fault) => !own.has(fault.slice(0, fault.indexOf(':'))));
  return { values: values as Environment, faults: [...own.values(), ...crossing] };
}
