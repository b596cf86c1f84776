import { readFileSync } from 'node:fs';
import pg from 'pg';
import { reindexAccounts } from '../adjudication/accounts/reindex-accounts.js';
import { appendAudit } from '../audit-trail/append.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { tombstoneKeys } from '../erasure/tombstones.js';
import type { Config } from '../platform/config/config.js';
import { KeyRing, withoutSecret, type KeyRingContent } from '../platform/crypto/key-ring.js';
import { Database } from '../platform/database/database.js';
import { createObjectStore } from '../platform/storage/create-object-store.js';
import type { CommandOutcome } from '../policy/policy-commands.js';
import { addUse, keyUsage, lacking, needed, type KeyNeeds } from './key-usage.js';
import type { UseEnds } from './key-uses.js';
import { reseal, type ResealReport } from './reseal.js';

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
  await record(config, { keyId: ring.activeId, report });
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
 * `regain keys forget ID`: the content of a ring file without that key's secret.
 * @throws Error while the key is needed; `anyway` gives up what cannot be put under another one, and never what can
 */
export async function ringWithout(
  config: Config,
  { keyId, anyway }: { keyId: string; anyway: boolean },
): Promise<KeyRingContent> {
  const content = withoutSecret(JSON.parse(readFileSync(config.KEYRING_FILE, 'utf8')), keyId);
  const key = (await usage(config)).find((one) => one.keyId === keyId);
  if (!key) return content;
  if (needed(key, 'resealed') > 0)
    throw new Error(`${keyId} still seals ${told(key, ['resealed'])}: run \`regain keys reseal\``);
  const lost = told(key, LOST_WITHOUT);
  if (lost !== '' && !anyway)
    throw new Error(`${keyId} is still needed for ${lost}: wait, or give these up with --anyway`);
  return content;
}

const told = ({ needs }: KeyNeeds, ends: readonly UseEnds[]): string =>
  ends
    .flatMap((end) => Object.entries(needs[end] ?? {}))
    .map(([use, count]) => `${use} (${count})`)
    .join(', ');

async function usage(config: Config): Promise<KeyNeeds[]> {
  const ring = KeyRing.fromFile(config.KEYRING_FILE);
  const keys = await connected(config, (client) => keyUsage(client, ring));
  const stones = await tombstoneKeys(await createObjectStore(config));
  return addUse({ keys, ring }, { use: 'notes of erasures', ends: 'resealed', counts: stones });
}

async function record(config: Config, { keyId, report }: { keyId: string; report: ResealReport }): Promise<void> {
  const { resealed, ...numbers } = report;
  const database = await Database.connect({ url: config.DATABASE_URL, poolSize: 1, statementTimeoutMs: STATEMENT_MS });
  try {
    await database.transaction((tx) =>
      appendAudit(tx, {
        chainId: CHAIN,
        type: 'keys.resealed',
        actor: SYSTEM,
        data: { keyId, ...resealed, ...numbers },
      }),
    );
  } finally {
    await database.close();
  }
}

async function connected<Result>(config: Config, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: config.DATABASE_URL, statement_timeout: STATEMENT_MS });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
