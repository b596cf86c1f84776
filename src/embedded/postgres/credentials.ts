import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readIfExists, writePrivateFile } from '../process/index.js';

const FILE = 'postgres-credentials.json';

/**
 * Who connects: `postgres` administers the server; `regain_owner` owns the database and migrates it; `regain_app` is
 * what the service runs as, with the grants of the migrations; `regain_queue` owns the schema `bullmq` and sees no other.
 */
export const ROLES = ['postgres', 'regain_owner', 'regain_app', 'regain_queue'] as const;
export type Role = (typeof ROLES)[number];

/** One random password per role, 192 bits. */
export type Credentials = Record<Role, string>;

/** The passwords of this data directory, or undefined when none were made yet. */
export async function readCredentials(dataDir: string): Promise<Credentials | undefined> {
  const text = await readIfExists(join(dataDir, FILE));
  return text === undefined ? undefined : (JSON.parse(text) as Credentials);
}

/** Makes the passwords and stores them, mode 0600, before anything uses them. */
export async function createCredentials(dataDir: string): Promise<Credentials> {
  const entries = ROLES.map((role) => [role, randomBytes(24).toString('base64url')]);
  const credentials = Object.fromEntries(entries) as Credentials;
  await writePrivateFile(join(dataDir, FILE), `${JSON.stringify(credentials, null, 2)}\n`);
  return credentials;
}

/** Where a role connects to a database of the server. */
export interface ConnectionTarget {
  credentials: Credentials;
  host: string;
  port: number;
}

/** `postgresql://role:password@host:port/database`. */
export function connectionUrl(target: ConnectionTarget, role: Role, database: string): string {
  return `postgresql://${role}:${target.credentials[role]}@${target.host}:${target.port}/${database}`;
}
