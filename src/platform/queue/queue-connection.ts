import { createPostgresBackend, createRedisBackend, setDefaultBackendFactory, type ConnectionOptions } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';

const POSTGRES_BACKEND = createPostgresBackend as unknown as typeof createRedisBackend;

export interface QueueConnectionOptions {
  /** Production. Refused at start when the server may evict keys. */
  redisUrl?: string;
  /** Embedded: the queue's own role, schema and pool on the same PostgreSQL. */
  databaseUrl?: string;
  poolSize: number;
}

export interface QueueConnection {
  connection: ConnectionOptions;
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
  return options.redisUrl ? openRedis(options.redisUrl) : openPostgres(options);
}

async function openRedis(url: string): Promise<QueueConnection> {
  const redis = new Redis(url, { maxRetriesPerRequest: null, enableReadyCheck: true });
  redis.on('error', () => undefined);
  const policy: unknown = await redis.config('GET', 'maxmemory-policy').catch((): unknown => undefined);
  const value = Array.isArray(policy) ? (policy[1] as unknown) : undefined;
  if (value !== undefined && value !== 'noeviction') {
    await redis.quit();
    throw new Error('the queue server must have maxmemory-policy noeviction');
  }
  return {
    connection: redis as unknown as ConnectionOptions,
    ping: async () => void (await redis.ping()),
    close: async () => void (await redis.quit().catch(() => redis.disconnect())),
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
    ping: async () => void (await pool.query('SELECT 1')),
    close: () => pool.end(),
  };
}
