import { readFileSync } from 'node:fs';
import pg from 'pg';
import { reindexAccounts } from '../adjudication/accounts/reindex-accounts.js';
import { appendAudit, type AuditEntry } from '../audit-trail/append.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { raiseMacFloor, TrailBrokenError } from '../audit-trail/raise-floor.js';
import { AuditVerifier } from '../audit-trail/verification.js';
import { tombstoneKeys } from '../erasure/tombstones.js';
import type { Config } from '../platform/config/config.js';
import { KeyRing, withoutSecret } from '../platform/crypto/key-ring.js';
import { Database } from '../platform/database/database.js';
import { createObjectStore } from '../platform/storage/create-object-store.js';
import type { CommandOutcome } from '../policy/policy-commands.js';
import { addUse, keyUsage, lacking, needed, type KeyNeeds } from './key-usage.js';
import type { UseEnds } from './key-uses.js';
import { writeNewRing } from './new-ring-file.js';
import { reseal } from './reseal.js';
import { signRows } from './sign-rows.js';

const CHAIN = 'key-ring';
/** One statement may read a large table once. */
const STATEMENT_MS = 600_000;
const LOST_WITHOUT: UseEnds[] = ['resealed', 'expires', 'replaced'];

/** `regain keys usage`. @throws ObjectStoreUnavailableError, and what PostgreSQL throws */
export async function usageOutcome(config: Config): Promise<CommandOutcome> {
  const keys = await usage(config);
  const missing = lacking(keys);
  return {
    lines: [JSON.stringify({ keys, missing }, undefined, 2)],
    exitCode: missing.some(({ givenUp }) => !givenUp) ? 2 : 0,
  };
}

/** `regain keys reseal`: what was done, and what is left. @throws ObjectStoreUnavailableError, and what PostgreSQL throws */
export async function resealOutcome(config: Config): Promise<CommandOutcome> {
  const ring = KeyRing.fromFile(config.KEYRING_FILE);
  const objects = await createObjectStore(config);
  const reindex = (): ReturnType<typeof reindexAccounts> => reindexAccounts(config);
  const report = await connected(config, (client) => reseal({ client, ring, objects, reindex }));
  const { resealed, ...numbers } = report;
  await record(config, { type: 'keys.resealed', data: { keyId: ring.activeId, ...resealed, ...numbers } });
  const left = (await usage(config)).filter((key) => !key.active && needed(key, 'resealed') > 0);
  const lines = [JSON.stringify({ active: ring.activeId, ...report, left }, undefined, 2)];
  if (left.length > 0) {
    lines.push(
      'something is still, or again, under another key: restart every process on this key ring, then run it once more',
    );
  }
  return { lines, exitCode: left.length + report.unreadable > 0 ? 2 : 0 };
}

/**
 * `regain keys forget ID`: the content of the ring's file without that key's secret goes into a new file, `out`, and what was
 * given up with it into the audit trail. The rows of the trail that this key signed stand by their checkpoints from then on.
 * @throws Error while the key is needed, TrailBrokenError; `anyway` gives up what cannot be put under another one, and
 * never what can
 */
export async function forgetOutcome(
  config: Config,
  { keyId, anyway, out }: { keyId: string; anyway: boolean; out: string },
): Promise<CommandOutcome> {
  const content = withoutSecret(JSON.parse(readFileSync(config.KEYRING_FILE, 'utf8')), keyId);
  const needs = (await usage(config)).find((one) => one.keyId === keyId)?.needs ?? {};
  const still = told(needs, ['resealed']);
  if (still !== '') throw new Error(`${keyId} still seals ${still}: run \`regain keys reseal\``);
  const lost = told(needs, LOST_WITHOUT);
  if (lost !== '' && !anyway)
    throw new Error(`${keyId} is still needed for ${lost}: wait, or give these up with --anyway`);
  const givenUp = Object.fromEntries(countsOf(needs, LOST_WITHOUT));
  await writeNewRing(out, content, async () => {
    await leaveRowsToCheckpoints(config, { keyId, anyway, next: new KeyRing(content) });
    await record(config, { type: 'keys.forgotten', data: { keyId, anyway, ...givenUp } });
  });
  return { lines: [JSON.stringify({ forgotten: keyId, ring: out, givenUp }, undefined, 2)], exitCode: 0 };
}

/**
 * `regain keys sign-rows`, as the owner of the schema: {@link signRows}. Exit code 2 when passkeys, API
 * keys or policies are left of which the trail does not speak.
 * @throws TrailBrokenError, DatabaseUnavailableError, and what PostgreSQL throws
 */
export async function signRowsOutcome(
  config: Pick<Config, 'DATABASE_URL' | 'KEYRING_FILE'>,
  { ownerUrl, anyway }: { ownerUrl: string; anyway: boolean },
): Promise<CommandOutcome> {
  const report = await connected({ DATABASE_URL: ownerUrl }, (owner) =>
    onDatabase(config, (database, ring) => signRows({ database, ring, owner }, { anyway })),
  );
  return {
    lines: [JSON.stringify(report, undefined, 2)],
    exitCode: Object.values(report.leftOut).some((left) => left > 0) ? 2 : 0,
  };
}

const countsOf = (needs: KeyNeeds['needs'], ends: readonly UseEnds[]): [use: string, count: number][] =>
  ends.flatMap((end) => Object.entries(needs[end] ?? {}));

const told = (needs: KeyNeeds['needs'], ends: readonly UseEnds[]): string =>
  countsOf(needs, ends)
    .map(([use, count]) => `${use} (${count})`)
    .join(', ');

async function usage(config: Config): Promise<KeyNeeds[]> {
  const ring = KeyRing.fromFile(config.KEYRING_FILE);
  const keys = await connected(config, (client) => keyUsage(client, ring));
  const stones = await tombstoneKeys(await createObjectStore(config));
  return addUse({ keys, ring }, { use: 'notes of erasures', ends: 'resealed', counts: stones });
}

/**
 * A MAC of a missing key cannot be checked. So the trail is verified once more with the key, and without it afterwards.
 */
async function leaveRowsToCheckpoints(
  config: Config,
  { keyId, anyway, next }: { keyId: string; anyway: boolean; next: KeyRing },
): Promise<void> {
  await onDatabase(config, async (database, ring) => {
    await raiseMacFloor({ database, ring }, { reason: 'key_forgotten', also: { keyId }, anyway });
    const without = await new AuditVerifier(database, next).verify();
    if (!without.intact && !anyway) throw new TrailBrokenError(without);
  });
}

const record = (config: Config, entry: Pick<AuditEntry, 'type' | 'data'>): Promise<void> =>
  onDatabase(config, (database) =>
    database.transaction((tx) => appendAudit(tx, { chainId: CHAIN, actor: SYSTEM, ...entry })),
  );

async function onDatabase<Result>(
  config: Pick<Config, 'DATABASE_URL' | 'KEYRING_FILE'>,
  work: (database: Database, ring: KeyRing) => Promise<Result>,
): Promise<Result> {
  const ring = KeyRing.fromFile(config.KEYRING_FILE);
  const url = config.DATABASE_URL;
  const database = await Database.connect({ url, poolSize: 1, statementTimeoutMs: STATEMENT_MS, ring });
  try {
    return await work(database, ring);
  } finally {
    await database.close();
  }
}

async function connected<Result>(
  config: Pick<Config, 'DATABASE_URL'>,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: config.DATABASE_URL, statement_timeout: STATEMENT_MS });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
