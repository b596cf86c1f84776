import type { Database } from '../database/database.js';
import type { ObjectStore } from '../storage/object-store.port.js';

export type DependencyState = 'up' | 'down';

export interface Readiness {
  ready: boolean;
  dependencies: Record<string, DependencyState>;
}

const TIMEOUT_MS = 3_000;

/**
 * Told, and decides nothing. Most of what people and staff do needs the database alone: stopping a recovery, a partner's
 * delivery, opening a case, a passkey, the pause. A balancer that took every process away with the store would refuse them
 * all that, for pictures that are refused by themselves. That a database was held against the store's anchors does decide.
 */
const TOLD_ONLY: ReadonlySet<string> = new Set(['objectStore']);

type Check = () => Promise<unknown>;

async function state(check: Check): Promise<DependencyState> {
  const timeout = new Promise<never>((_resolve, reject) =>
    setTimeout(() => reject(new Error('slow')), TIMEOUT_MS).unref(),
  );
  return Promise.race([check(), timeout]).then(
    () => 'up' as const,
    () => 'down' as const,
  );
}

/** Asks every dependency, each with a time limit. */
export async function readiness(parts: {
  database: Database;
  objects: Pick<ObjectStore, 'check'>;
  queue?: Check;
  extra?: Record<string, Check>;
}): Promise<Readiness> {
  const checks: Record<string, Check> = {
    database: () => parts.database.read((tx) => tx.one`SELECT 1 AS one`),
    objectStore: () => parts.objects.check(),
    ...(parts.queue ? { queue: parts.queue } : {}),
    ...parts.extra,
  };
  const entries = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await state(check)] as const),
  );
  const deciding = entries.filter(([name]) => !TOLD_ONLY.has(name));
  return { ready: deciding.every(([, value]) => value === 'up'), dependencies: Object.fromEntries(entries) };
}
