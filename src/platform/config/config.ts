import { configureFailpoints } from '../failpoints/failpoints.js';
import { Environment } from './environment.js';

/** All faults of the environment at once: names and what is wrong, never a value. */
export class ConfigurationError extends Error {
  constructor(readonly faults: string[]) {
    super(`The configuration is not valid:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ConfigurationError';
  }
}

export type Config = Readonly<Environment> & {
  readonly embedded: boolean;
  readonly rpOrigins: readonly string[];
  /** The whole environment, for adapters to parse their own part of. */
  readonly raw: Readonly<Record<string, string | undefined>>;
};

/** Checks that cross variables; each returns a fault or nothing. */
function crossFaults(env: Environment): string[] {
  const production = env.REGAIN_PROFILE === 'production';
  const publicHost = new URL(env.PUBLIC_URL).hostname;
  const rules: [boolean, string][] = [
    [!(publicHost === env.RP_ID || publicHost.endsWith(`.${env.RP_ID}`)), 'RP_ID: must be the host of PUBLIC_URL or a parent domain'],
    [!env.REDIS_URL && !env.QUEUE_DATABASE_URL, 'REDIS_URL: a queue is needed (or QUEUE_DATABASE_URL in the embedded profile)'],
    [!env.S3_ENDPOINT && !env.OBJECTS_DIR, 'S3_ENDPOINT: an object store is needed (or OBJECTS_DIR in the embedded profile)'],
    [Boolean(env.S3_ENDPOINT) && !(env.S3_BUCKET && env.S3_ACCESS_KEY_ID && env.S3_SECRET_ACCESS_KEY), 'S3_BUCKET: bucket and both keys go with S3_ENDPOINT'],
    [production && !env.REDIS_URL, 'REDIS_URL: production needs Redis or Valkey'],
    [production && !env.S3_ENDPOINT, 'S3_ENDPOINT: production needs an S3 store'],
    [production && !env.SMTP_URL, 'SMTP_URL: production needs a mail server'],
    [production && !env.PUBLIC_URL.startsWith('https://'), 'PUBLIC_URL: production needs https'],
    [production && env.REGAIN_FAILPOINTS !== '', 'REGAIN_FAILPOINTS: refused in production'],
    [production && env.RATE_LIMIT_SCALE !== 1, 'RATE_LIMIT_SCALE: refused in production'],
    [production && env.BOOTSTRAP_API_KEY !== undefined, 'BOOTSTRAP_API_KEY: refused in production'],
    [production && env.OUTBOUND_ALLOWED_ORIGINS.length > 0, 'OUTBOUND_ALLOWED_ORIGINS: refused in production'],
    [production && env.PROVIDERS.includes('sandbox'), 'PROVIDERS: the sandbox is refused in production'],
    [!production && env.BIND_ADDRESS !== '127.0.0.1', 'BIND_ADDRESS: the embedded profile listens on 127.0.0.1 only'],
  ];
  return rules.filter(([broken]) => broken).map(([, fault]) => fault);
}

/**
 * Parses the environment once. @throws ConfigurationError with every fault.
 */
export function loadConfig(raw: Readonly<Record<string, string | undefined>>): Config {
  const filled = Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = Environment.safeParse(filled);
  if (!parsed.success) {
    throw new ConfigurationError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  }
  const faults = crossFaults(parsed.data);
  if (faults.length > 0) throw new ConfigurationError(faults);
  configureFailpoints(parsed.data.REGAIN_FAILPOINTS);
  return {
    ...parsed.data,
    embedded: parsed.data.REGAIN_PROFILE === 'embedded',
    rpOrigins: parsed.data.RP_ORIGINS.length > 0 ? parsed.data.RP_ORIGINS : [parsed.data.PUBLIC_URL],
    raw,
  };
}
