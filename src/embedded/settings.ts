import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConfigurationError } from '../platform/config/config.js';
import { Environment } from '../platform/config/environment.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { createPrivateFile, readIfExists, writePrivateFile } from './process/index.js';

/** Secrets made at the first start and kept beside the data, mode 0600. */
export interface EmbeddedSecrets {
  adminToken: string;
  apiKey: string;
  sandboxApiKey: string;
  sandboxWebhookSecret: string;
  /** Private key of the stand-in for the organisation's sign-in, as JWK. */
  staffKey?: object;
}

export type Given = Readonly<Record<string, string | undefined>>;

export interface EmbeddedPaths {
  dataDir: string;
  objectsDir: string;
  keyRingFile: string;
  secretsFile: string;
  picturesDir: string;
}

const random = (): string => randomBytes(32).toString('base64url');

export function preparePaths(dataDir: string): EmbeddedPaths {
  const directory = resolve(dataDir);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return {
    dataDir: directory,
    objectsDir: join(directory, 'objects'),
    keyRingFile: join(directory, 'keyring.json'),
    secretsFile: join(directory, 'secrets.json'),
    picturesDir: join(directory, 'demo-pictures'),
  };
}

/** The secrets of this data directory; made when there are none. A given `BOOTSTRAP_API_KEY` is used instead of a random one. */
export async function prepareSecrets(
  paths: EmbeddedPaths,
  bootstrapApiKey: string | undefined,
): Promise<EmbeddedSecrets> {
  await createPrivateFile(paths.keyRingFile, JSON.stringify(KeyRing.generate()));
  const known = await readIfExists(paths.secretsFile);
  const secrets = known ? (JSON.parse(known) as EmbeddedSecrets) : newSecrets();
  if (bootstrapApiKey) {
    // Checked before it is kept: a refused one must not stay behind.
    if (!Environment.shape.BOOTSTRAP_API_KEY.safeParse(bootstrapApiKey).success) {
      throw new ConfigurationError(['BOOTSTRAP_API_KEY: rgk_ and 32 to 250 letters, digits, _ or -']);
    }
    secrets.apiKey = bootstrapApiKey;
  }
  await writePrivateFile(paths.secretsFile, JSON.stringify(secrets));
  return secrets;
}

function newSecrets(): EmbeddedSecrets {
  return {
    adminToken: random(),
    apiKey: `rgk_${random()}`,
    sandboxApiKey: random(),
    sandboxWebhookSecret: `whsec_${randomBytes(32).toString('base64')}`,
  };
}

export interface EmbeddedPorts {
  port: number;
  adminPort: number;
}

/** The port that was given; undefined where none was, or none that can be. */
export const givenPort = (given: string | undefined): number | undefined =>
  given ? Environment.shape.PORT.safeParse(given).data : undefined;

/** What cannot be a port is left for the configuration to refuse, together with whatever else is wrong. */
const orUnreadable = (given: string | undefined, port: number): string =>
  given && givenPort(given) === undefined ? given : String(port);

export const publicUrlOf = (given: Given, ports: EmbeddedPorts): string =>
  given.PUBLIC_URL ?? `http://localhost:${ports.port}`;

/** Partners to play: `SIMULATORS`, by default the sandbox unless another one is given. */
export function simulatorsOf(given: Given): string[] {
  const named = given.SIMULATORS ?? (given.SANDBOX_BASE_URL ? '' : 'sandbox');
  return [...new Set(named.split(',').map((part) => part.trim()))].filter(Boolean);
}

/** The console signs in at the stand-in for the organisation's sign-in, unless another one is given. */
function consoleOf(given: Given, adminUrl: string): Record<string, string> {
  if (given.STAFF_ISSUER || given.STAFF_CLIENT_ID) return {};
  return {
    STAFF_CLIENT_ID: 'regain-console',
    // Both ends are this process: a new one at every start.
    STAFF_CLIENT_SECRET: random(),
    STAFF_AUTHORIZATION_URL: `${adminUrl}/dev/authorize`,
    STAFF_TOKEN_URL: `${adminUrl}/dev/token`,
  };
}

/**
 * The environment of the embedded profile: what the user set, and for everything else what was started here. One by one:
 * a given `DATABASE_URL`, `REDIS_URL`, `S3_ENDPOINT` or `SMTP_URL` replaces the built-in part.
 */
export function embeddedEnvironment(
  given: Given,
  made: {
    paths: EmbeddedPaths;
    secrets: EmbeddedSecrets;
    ports: EmbeddedPorts;
    database: { appUrl: string; ownerUrl: string; queueUrl: string };
    /** Variables of the partners that are played here, and where they listen. */
    simulated: { providers: readonly string[]; environment: Record<string, string>; origins: readonly string[] };
  },
): Record<string, string | undefined> {
  const { paths, secrets, ports, database, simulated } = made;
  const adminUrl = `http://127.0.0.1:${ports.adminPort}`;
  return {
    ORGANISATION_NAME: 'Demo Organisation',
    // A name, in no language: pages without a profile, like /recover, have these words in all languages.
    HELP_DESK_CONTACT: 'Team Helpdesk (100)',
    RP_ID: 'localhost',
    LOG_LEVEL: 'warn',
    PROVIDERS: [...new Set(['local', ...(given.SANDBOX_BASE_URL ? ['sandbox'] : []), ...simulated.providers])].join(
      ',',
    ),
    ...simulated.environment,
    ...given,
    REGAIN_PROFILE: 'embedded',
    PORT: orUnreadable(given.PORT, ports.port),
    ADMIN_PORT: orUnreadable(given.ADMIN_PORT, ports.adminPort),
    PUBLIC_URL: publicUrlOf(given, ports),
    BIND_ADDRESS: '127.0.0.1',
    ADMIN_TOKEN: secrets.adminToken,
    BOOTSTRAP_API_KEY: secrets.apiKey,
    KEYRING_FILE: given.KEYRING_FILE ?? paths.keyRingFile,
    DATA_DIR: paths.dataDir,
    DATABASE_URL: database.appUrl,
    DATABASE_OWNER_URL: database.ownerUrl,
    QUEUE_DATABASE_URL: given.REDIS_URL ? undefined : database.queueUrl,
    OBJECTS_DIR: given.S3_ENDPOINT ? undefined : paths.objectsDir,
    STAFF_ISSUER: given.STAFF_ISSUER ?? `${adminUrl}/dev`,
    STAFF_AUDIENCE: given.STAFF_AUDIENCE ?? 'regain',
    STAFF_JWKS_URL: given.STAFF_JWKS_URL ?? `${adminUrl}/dev/jwks.json`,
    ...consoleOf(given, adminUrl),
    OUTBOUND_ALLOWED_ORIGINS: [given.OUTBOUND_ALLOWED_ORIGINS, adminUrl, ...simulated.origins]
      .filter(Boolean)
      .join(','),
  };
}
