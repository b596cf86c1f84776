import { Queue } from 'bullmq';
import type { Config } from '../platform/config/config.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { Database } from '../platform/database/database.js';
import { openQueueConnection } from '../platform/queue/queue-connection.js';
import { redrive, type Redriven } from '../platform/queue/redrive.js';
import { auditRedrive } from './redrive-audit.js';

/** `regain queue redrive`, beside a running service. @throws Error for a queue that does not exist */
export async function redriveDeadLetters(
  config: Config,
  { queueNames, queue, jobId }: { queueNames: readonly string[]; queue?: string; jobId?: string },
): Promise<Redriven[]> {
  const ring = KeyRing.fromFile(config.KEYRING_FILE);
  const database = await Database.connect({ url: config.DATABASE_URL, poolSize: 2, statementTimeoutMs: 15_000, ring });
  const store = await openQueueConnection({
    redisUrl: config.REDIS_URL,
    databaseUrl: config.QUEUE_DATABASE_URL,
    poolSize: 4,
  });
  const queues = queueNames.map((name) => new Queue(name, { connection: store.connection }));
  try {
    return await redrive(queues, { queue, jobId }, (intended) => auditRedrive(database, 'command', [intended]));
  } finally {
    await Promise.all(queues.map((one) => one.close()));
    await store.close();
    await database.close();
  }
}
