import { OF_ONE_ROLE } from '../../src/platform/config/config.js';

/** What was started for the service, as it has to know it. */
export interface ProductionParts {
  publicUrl: string;
  databaseUrl: string;
  redisUrl: string;
  objects: { endpoint: string; bucket: string; accessKeyId: string; secretAccessKey: string };
  smtpUrl: string;
  keyRingFile: string;
  adminToken: string;
  staff: { issuer: string; audience: string; clientSecret: string };
  /** The partner's own variables, and where it and the staff's sign-in are called. */
  partner: { id: string; environment: Readonly<Record<string, string>> };
  privateOrigins: readonly string[];
  caFile: string;
  traceEndpoint: string;
}

/** What of it a process of that role is given: of the secrets only those that it needs. */
export function environmentOf(
  role: keyof typeof OF_ONE_ROLE,
  whole: Readonly<Record<string, string>>,
): Record<string, string> {
  const others: readonly string[] = OF_ONE_ROLE[role === 'api' ? 'worker' : 'api'];
  return Object.fromEntries(Object.entries(whole).filter(([name]) => !others.includes(name)));
}

/**
 * The environment of the stack but for each process's ports, as the command line is given it whole: nothing that
 * production refuses, nothing inherited.
 */
export function productionEnvironment(parts: ProductionParts): Record<string, string> {
  const { publicUrl, objects, staff, partner } = parts;
  return {
    ...partner.environment,
    NODE_ENV: 'production',
    REGAIN_PROFILE: 'production',
    PUBLIC_URL: publicUrl,
    RP_ID: new URL(publicUrl).hostname,
    TRUST_PROXY_HOPS: '1',
    // Longer than deploy/nginx.conf takes a process for dead (`fail_timeout`): the one that was restarted before is back by then.
    DRAIN_SECONDS: '3',
    ORGANISATION_NAME: 'Example Bank',
    HELP_DESK_CONTACT: 'the help desk (extension 100)',
    MAIL_FROM: 'Example Bank <recovery@bank.example>',
    PROVIDERS: partner.id,
    DATABASE_URL: parts.databaseUrl,
    REDIS_URL: parts.redisUrl,
    S3_ENDPOINT: objects.endpoint,
    S3_BUCKET: objects.bucket,
    S3_ACCESS_KEY_ID: objects.accessKeyId,
    S3_SECRET_ACCESS_KEY: objects.secretAccessKey,
    SMTP_URL: parts.smtpUrl,
    KEYRING_FILE: parts.keyRingFile,
    ADMIN_TOKEN: parts.adminToken,
    STAFF_ISSUER: staff.issuer,
    STAFF_AUDIENCE: staff.audience,
    STAFF_JWKS_URL: `${staff.issuer}/jwks.json`,
    STAFF_CLIENT_ID: 'regain-console',
    STAFF_CLIENT_SECRET: staff.clientSecret,
    STAFF_AUTHORIZATION_URL: `${staff.issuer}/authorize`,
    STAFF_TOKEN_URL: `${staff.issuer}/token`,
    OUTBOUND_PRIVATE_ORIGINS: parts.privateOrigins.join(','),
    OUTBOUND_CA_FILE: parts.caFile,
    OTEL_EXPORTER_OTLP_ENDPOINT: parts.traceEndpoint,
    // Requests and jobs are logged on this level: what leads from one to the other is looked at.
    LOG_LEVEL: 'debug',
  };
}
