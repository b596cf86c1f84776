import { Queue, Worker, type Job, type WorkerOptions } from 'bullmq';
import { z } from 'zod';
import type { Config } from '../../../src/platform/config/config.js';
import type { JobSink } from '../../../src/platform/outbox/outbox-relay.js';
import { DeadLetters } from '../../../src/platform/queue/dead-letters.js';
import { workerOptions, type JobContract } from '../../../src/platform/queue/job-contract.js';
import { JobProcessor } from '../../../src/platform/queue/job-processor.js';
import type { QueueConnection } from '../../../src/platform/queue/queue-connection.js';
import { createSink } from '../../../src/platform/queue/queue.module.js';
import type { TestDatabase } from '../../support/test-database.js';

/** One store that a queue runs on: what a spec of a backend brings. */
export interface QueuePlace {
  connection: QueueConnection;
  /** Where the service finds it. */
  settings: Pick<Config, 'REDIS_URL' | 'QUEUE_DATABASE_URL'>;
  test: TestDatabase;
  /** Ends every session of the queue's store, as a restart of it would. */
  cutSessions(): Promise<void>;
  /** Loses everything that is in the store. */
  flush(): Promise<void>;
  dispose(): Promise<void>;
}

type Payload = { caseId: string };
export type Work = (payload: Payload) => Promise<void>;

export const CONTRACT: JobContract<Payload> = {
  name: 'contract-job',
  schema: z.strictObject({ caseId: z.string() }),
  tries: 3,
  backoffMs: 20,
  concurrency: 2,
};

class Processor extends JobProcessor<Payload> {
  readonly contract = CONTRACT;
  constructor(private readonly whatToDo: Work) {
    super();
  }
  protected override handle(payload: Payload): Promise<void> {
    return this.whatToDo(payload);
  }
}

/** Noticed within a second instead of ten: only the figures differ from the product's. */
const QUICK = { lockDuration: 600, stalledInterval: 300, drainDelay: 1 };

/** A latch that work waits on. */
export function latch(): { opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

/** A queue with the workers of one test, on a place of that test's own. */
export class QueueRig {
  readonly workers: Worker[] = [];
  /** The case of each job that reached a worker, in order, each time it did. */
  readonly seen: string[] = [];
  readonly sink: JobSink;

  private constructor(
    readonly place: QueuePlace,
    readonly queue: Queue,
  ) {
    this.sink = createSink(new Map([[CONTRACT.name, queue]]));
  }

  static async open(place: QueuePlace): Promise<QueueRig> {
    const queue = new Queue(CONTRACT.name, { connection: place.connection.connection });
    queue.on('error', () => undefined);
    await queue.waitUntilReady();
    return new QueueRig(place, queue);
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.close(true)));
    await this.queue.close();
    await this.place.connection.close();
    await this.place.dispose();
    await this.place.test.asOwner('TRUNCATE dead_letters');
  }

  add(jobId: string, { caseId = jobId, delayMs = 0 } = {}): Promise<void> {
    return this.sink.add({ contract: CONTRACT, payload: { caseId }, jobId, delayMs });
  }

  async work(handle: Work = async () => undefined, options: Partial<WorkerOptions> = {}): Promise<Worker> {
    const processor = new Processor(async (payload) => {
      this.seen.push(payload.caseId);
      await handle(payload);
    });
    processor.keepDeadLettersIn(new DeadLetters(this.place.test.database, [this.queue]));
    const worker = new Worker(CONTRACT.name, (job: Job) => processor.process(job), {
      connection: this.place.connection.connection,
      ...workerOptions(CONTRACT),
      ...QUICK,
      ...options,
    });
    worker.on('error', () => undefined);
    worker.on('failed', (job) => void processor.onFailed(job));
    this.workers.push(worker);
    await worker.waitUntilReady();
    return worker;
  }

  async isEmpty(): Promise<boolean> {
    const counts = await this.queue.getJobCounts('wait', 'active', 'delayed', 'failed');
    return Object.values(counts).every((count) => count === 0);
  }

  async failed(jobId: string): Promise<Job | undefined> {
    return (await this.queue.getFailed()).find((job) => job.id === jobId);
  }

  deaths(): Promise<{ about: string; jobId: string; deaths: number }[]> {
    return this.place.test.database.read(
      (tx) => tx.many<{ about: string; jobId: string; deaths: number }>`
        SELECT about, job_id, deaths FROM dead_letters WHERE queue = ${CONTRACT.name} ORDER BY about`,
    );
  }
}
