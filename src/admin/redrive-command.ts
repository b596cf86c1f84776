import { parseArgs } from 'node:util';
import { Queue } from 'bullmq';
import type { Config } from '../platform/config/config.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { Database } from '../platform/database/database.js';
import { openQueueConnection } from '../platform/queue/queue-connection.js';
import { redrive, type Redriven } from '../platform/queue/redrive.js';
import { auditRedrive } from './redrive-audit.js';

const OPTIONS = { queue: { type: 'string' }, job: { type: 'string' } } as const;

/** `regain queue redrive`, beside a running service. @throws Error for an option or a queue that does not exist */
export async function redriveDeadLetters(
  config: Config,
  { queueNames, args }: { queueNames: readonly string[]; args: readonly string[] },
): Promise<Redriven[]> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  const ring = KeyRing.fromFile(config.KEYRING_FILE);
  const database = await Database.connect({ url: config.DATABASE_URL, poolSize: 2, statementTimeoutMs: 15_000, ring });
  const store = await openQueueConnection({
    redisUrl: config.REDIS_URL,
    databaseUrl: config.QUEUE_DATABASE_URL,
    poolSize: 4,
  });
  const queues = queueNames.map((name) => new Queue(name, { connection: store.connection }));
  try {
    return await redrive(queues, { queue: values.queue, jobId: values.job }, (intended) =>
      auditRedrive(database, 'command', [intended]),
    );
  } finally {
    await Promise.all(queues.map((queue) => queue.close()));
    await store.close();
    await database.close();
  }
}
