import { setTimeout as pause } from 'node:timers/promises';
import { Queue } from 'bullmq';
import type { Config } from '../platform/config/config.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { Database } from '../platform/database/database.js';
import { openQueueConnection, type QueueConnection } from '../platform/queue/queue-connection.js';
import { redrive, type Redriven } from '../platform/queue/redrive.js';
import { auditRedrive } from './redrive-audit.js';

const ANSWER_WITHIN_MS = 5_000;

interface WantedRedrive {
  queueNames: readonly string[];
  queue?: string;
  jobId?: string;
  answerWithinMs?: number;
}

/** `regain queue redrive`, beside a running service. @throws Error for a queue that does not exist, or does not answer */
export async function redriveDeadLetters(
  config: Config,
  { answerWithinMs = ANSWER_WITHIN_MS, ...wanted }: WantedRedrive,
): Promise<Redriven[]> {
  const store = await openQueueConnection({
    redisUrl: config.REDIS_URL,
    databaseUrl: config.QUEUE_DATABASE_URL,
    poolSize: 4,
    answerWithinMs,
  });
  try {
    await answers(store, answerWithinMs);
    return await redriveIn(store, config, wanted);
  } finally {
    await store.close();
  }
}

/** A process waits for a queue that is away; the operator at a terminal is told. */
async function answers(store: QueueConnection, withinMs: number): Promise<void> {
  const ended = new AbortController();
  const tooLong = pause(withinMs, false, { signal: ended.signal }).catch(() => false);
  // What its library says of a server that refuses us has the password in it.
  const answer = store.ping().then(
    () => true,
    () => false,
  );
  const answered = await Promise.race([answer, tooLong]).finally(() => ended.abort());
  if (!answered)
    throw new Error('the queue does not answer: REDIS_URL, or QUEUE_DATABASE_URL, leads to no server that lets us in');
}

async function redriveIn(
  store: QueueConnection,
  config: Config,
  { queueNames, queue, jobId }: WantedRedrive,
): Promise<Redriven[]> {
  const ring = KeyRing.fromFile(config.KEYRING_FILE);
  const database = await Database.connect({ url: config.DATABASE_URL, poolSize: 2, statementTimeoutMs: 15_000, ring });
  const queues = queueNames.map((name) => silent(new Queue(name, { connection: store.connection })));
  try {
    return await redrive(queues, { queue, jobId }, (intended) => auditRedrive(database, 'command', [intended]));
  } finally {
    // One that is away does not keep the others, and the database, open.
    await Promise.allSettled(queues.map((one) => one.close()));
    await database.close();
  }
}

/** Without a listener BullMQ prints what went wrong, with the password of the connection. */
const silent = (queue: Queue): Queue => queue.on('error', () => undefined);
