import { BullModule, getQueueToken } from '@nestjs/bullmq';
import { Module, type DynamicModule } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { CONFIG, PlatformModule } from '../platform.module.js';
import type { Config } from '../config/config.js';
import { failpoint } from '../failpoints/failpoints.js';
import { Logger } from '../logging/logger.js';
import type { JobSink } from '../outbox/outbox-relay.js';
import { jobContracts, jobData } from './job-contract.js';
import { openQueueConnection, type QueueConnection } from './queue-connection.js';

export const QUEUE_CONNECTION = Symbol('queue connection');
export const JOB_SINK = Symbol('job sink');
export const QUEUES = Symbol('queues');

@Module({
  imports: [PlatformModule],
  providers: [
    {
      provide: QUEUE_CONNECTION,
      inject: [CONFIG, Logger],
      useFactory: ({ REDIS_URL: redisUrl, QUEUE_DATABASE_URL: databaseUrl }: Config, logger: Logger) =>
        openQueueConnection({ redisUrl, databaseUrl, poolSize: 32, logger }),
    },
  ],
  exports: [QUEUE_CONNECTION],
})
export class QueueConnectionModule {}

/** Hands jobs to BullMQ. A job is kept only until it ends: a retained one with the same id would swallow a re-add. */
export function createSink(queues: Map<string, Queue>): JobSink {
  return {
    async add({ contract, payload, jobId, delayMs, correlation }) {
      const queue = queues.get(contract.name);
      if (!queue) throw new Error(`no queue for ${contract.name}`);
      await failpoint('queue.before_add', contract.name);
      await queue.add(contract.name, jobData(contract, payload, correlation), {
        jobId,
        delay: delayMs,
        attempts: contract.tries,
        backoff: { type: 'exponential', delay: contract.backoffMs, jitter: 0.5 },
        removeOnComplete: true,
        removeOnFail: { age: 86_400, count: 1_000 },
      });
      await failpoint('queue.after_add', contract.name);
    },
  };
}

/** A queue's store that goes away is our logger's to report; without a listener BullMQ prints the error itself. */
function listening(queue: Queue, logger: Logger): Queue {
  return queue.on('error', (error) => logger.debug('dependency_unavailable', { queue: queue.name, error }));
}

/** One queue per contract, and the sink the relay writes to. Worker processes import it; the API never touches a queue. */
@Module({})
export class QueueModule {
  static register(): DynamicModule {
    const names = jobContracts().map((contract) => contract.name);
    return {
      module: QueueModule,
      imports: [
        PlatformModule,
        QueueConnectionModule,
        BullModule.forRootAsync({
          imports: [QueueConnectionModule],
          inject: [QUEUE_CONNECTION],
          useFactory: (queue: QueueConnection) => ({ connection: queue.connection }),
        }),
        BullModule.registerQueue(...names.map((name) => ({ name }))),
      ],
      providers: [
        {
          provide: QUEUES,
          inject: [Logger, ...names.map((name) => getQueueToken(name))],
          useFactory: (logger: Logger, ...queues: Queue[]) => queues.map((queue) => listening(queue, logger)),
        },
        {
          provide: JOB_SINK,
          inject: [QUEUES],
          useFactory: (queues: Queue[]) => createSink(new Map(queues.map((queue) => [queue.name, queue]))),
        },
      ],
      exports: [JOB_SINK, QUEUES, QueueConnectionModule, BullModule],
    };
  }
}
