import { createPostgresBackend, createRedisBackend, setDefaultBackendFactory, type ConnectionOptions } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { Logger } from '../logging/logger.js';
import { evictionPolicyOf } from './eviction-policy.js';
import { tellPresence } from './presence.js';

const POSTGRES_BACKEND = createPostgresBackend as unknown as typeof createRedisBackend;

export interface QueueConnectionOptions {
  /** Production. Refused when the server may evict keys: at the start, or once it answers. */
  redisUrl?: string;
  /** How long a start waits for that answer. */
  answerWithinMs?: number;
  /** Embedded: the queue's own role, schema and pool on the same PostgreSQL. */
  databaseUrl?: string;
  poolSize: number;
  /** Told when a Redis goes away and when it is back. */
  logger?: Logger;
}

/** The server may throw away what it is given. */
export class QueueEvictsError extends Error {
  override readonly name = 'QueueEvictsError';

  constructor(policy: string) {
    super(`the queue server must have maxmemory-policy noeviction, and has ${policy}`);
  }
}

export interface QueueConnection {
  connection: ConnectionOptions;
  /**
   * Resolves when a server that was away comes back with a policy that may evict keys: the caller then ends the
   * process, and the next start is refused. With a correct server it never resolves.
   */
  refused: Promise<QueueEvictsError>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the queue's store. The backend is BullMQ's process-wide default, so one process has one kind at a time. It is said
 * for either kind: a store in a process that had the other one before (as a worker of tests has) waits for ever if not. On
 * PostgreSQL the pool does not wait for the disk: a lost job is re-derived by the outbox and the sweeper (rule 2).
 */
export async function openQueueConnection(options: QueueConnectionOptions): Promise<QueueConnection> {
  setDefaultBackendFactory(options.redisUrl ? createRedisBackend : POSTGRES_BACKEND);
  return options.redisUrl ? openRedis(options.redisUrl, options) : openPostgres(options);
}

const ANSWER_WITHIN_MS = 3_000;

/**
 * A server that is away is waited for beside the start, not by it: a process that answers no probe meanwhile would be
 * killed for what it cannot help.
 */
async function openRedis(
  url: string,
  { answerWithinMs = ANSWER_WITHIN_MS, logger }: QueueConnectionOptions,
): Promise<QueueConnection> {
  const redis = new Redis(url, { maxRetriesPerRequest: null, enableReadyCheck: true });
  redis.on('error', () => undefined);
  if (logger) tellPresence(redis, logger);
  let told = (_error: QueueEvictsError): void => undefined;
  const refused = new Promise<QueueEvictsError>((resolve) => (told = resolve));
  const answered = new Promise<undefined>((resolve) => {
    redis.on('ready', () => {
      void evictionPolicyOf(redis).then((policy) => {
        if (policy !== undefined && policy !== 'noeviction') told(new QueueEvictsError(policy));
        resolve(undefined);
      });
    });
    setTimeout(() => resolve(undefined), answerWithinMs).unref();
  });
  const early = await Promise.race([refused, answered]);
  if (early) {
    redis.disconnect();
    throw early;
  }
  return {
    connection: redis as unknown as ConnectionOptions,
    refused,
    ping: async () => void (await redis.ping()),
    // A command to a server that is away waits until it is back.
    close: async () =>
      redis.status === 'ready' ? void (await redis.quit().catch(() => redis.disconnect())) : redis.disconnect(),
  };
}

async function openPostgres(options: QueueConnectionOptions): Promise<QueueConnection> {
  const pool = new pg.Pool({
    connectionString: options.databaseUrl,
    max: options.poolSize,
    keepAlive: true,
    options: '-c search_path=bullmq -c synchronous_commit=off',
  });
  // Every worker and queue adds a listener of its own to the shared pool.
  pool.setMaxListeners(0);
  pool.on('error', () => undefined);
  // A connection that is cut while it is checked out must not end the process; the query that was running fails.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return {
    connection: pool as unknown as ConnectionOptions,
    refused: new Promise(() => undefined),
    ping: async () => void (await pool.query('SELECT 1')),
    close: () => pool.end(),
  };
}
