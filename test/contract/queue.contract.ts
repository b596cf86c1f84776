import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Queue, Worker, type Job, type WorkerOptions } from 'bullmq';
import { z } from 'zod';
import type { JobContract } from '../../src/platform/queue/job-contract.js';
import { workerOptions } from '../../src/platform/queue/job-contract.js';
import { JobProcessor, PermanentJobError } from '../../src/platform/queue/job-processor.js';
import type { QueueConnection } from '../../src/platform/queue/queue-connection.js';
import { createSink } from '../../src/platform/queue/queue.module.js';
import type { JobSink } from '../../src/platform/outbox/outbox-relay.js';
import { auditRedrive } from '../../src/admin/redrive-audit.js';
import { queueSource } from '../../src/admin/queue-gauges.js';
import { readSources } from '../../src/admin/scrape-sources.js';
import { redriveDeadLetters } from '../../src/admin/redrive-command.js';
import type { Config } from '../../src/platform/config/config.js';
import { DeadLetters } from '../../src/platform/queue/dead-letters.js';
import { redrive } from '../../src/platform/queue/redrive.js';
import { Metrics } from '../../src/platform/telemetry/metrics.js';
import { eventually } from '../../scripts/demo/eventually.js';
import type { TestDatabase } from '../support/test-database.js';

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
type Work = (payload: Payload) => Promise<void>;

const CONTRACT: JobContract<Payload> = {
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
function latch(): { opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

/** What the product relies on in any queue it runs on. Called by one spec per backend: the backend is process-wide. */
export function queueContract(name: string, makePlace: () => Promise<QueuePlace>): void {
  describe(`queue contract: ${name}`, () => {
    let place: QueuePlace;
    let queue: Queue;
    let sink: JobSink;
    let workers: Worker[];
    let seen: string[];

    beforeEach(async () => {
      place = await makePlace();
      queue = new Queue(CONTRACT.name, { connection: place.connection.connection });
      queue.on('error', () => undefined);
      await queue.waitUntilReady();
      sink = createSink(new Map([[CONTRACT.name, queue]]));
      [workers, seen] = [[], []];
    });
    afterEach(async () => {
      await Promise.all(workers.map((worker) => worker.close(true)));
      await queue.close();
      await place.connection.close();
      await place.dispose();
      await place.test.asOwner('TRUNCATE dead_letters');
    });

    const add = (jobId: string, { caseId = jobId, delayMs = 0 } = {}): Promise<void> =>
      sink.add({ contract: CONTRACT, payload: { caseId }, jobId, delayMs });

    async function work(handle: Work = async () => undefined, options: Partial<WorkerOptions> = {}): Promise<Worker> {
      const processor = new Processor(async (payload) => {
        seen.push(payload.caseId);
        await handle(payload);
      });
      processor.keepDeadLettersIn(new DeadLetters(place.test.database, [queue]));
      const worker = new Worker(CONTRACT.name, (job: Job) => processor.process(job), {
        connection: place.connection.connection,
        ...workerOptions(CONTRACT),
        ...QUICK,
        ...options,
      });
      worker.on('error', () => undefined);
      worker.on('failed', (job) => void processor.onFailed(job));
      workers.push(worker);
      await worker.waitUntilReady();
      return worker;
    }

    const empty = async (): Promise<boolean> =>
      Object.values(await queue.getJobCounts('wait', 'active', 'delayed', 'failed')).every((count) => count === 0);
    const failed = async (jobId: string): Promise<Job | undefined> =>
      (await queue.getFailed()).find((job) => job.id === jobId);

    it('answers that it is there', async () => {
      await expect(place.connection.ping()).resolves.toBeUndefined();
    });

    it('brings a job to its processor once and keeps nothing of it', async () => {
      await work();
      await add('outbox-1');
      await eventually('the job is done', empty);
      expect(seen).toEqual(['outbox-1']);
      expect(await queue.getJob('outbox-1')).toBeFalsy();
    });

    it('holds one job of an id while it is waiting or worked on, and takes the id again afterwards (F7)', async () => {
      const gate = latch();
      await Promise.all(Array.from({ length: 10 }, () => add('outbox-1')));
      await work(() => gate.opened);
      await eventually('it is worked on', async () => seen.length > 0);
      await add('outbox-1');
      gate.open();
      await eventually('the job is done', empty);
      expect(seen).toEqual(['outbox-1']);
      await add('outbox-1');
      await eventually('it is done again', async () => seen.length === 2 && (await empty()));
    });

    it('keeps a delayed job until it is due', async () => {
      await work();
      const addedAt = performance.now();
      await add('outbox-late', { delayMs: 400 });
      await add('outbox-now');
      await eventually('both are done', empty);
      expect(seen).toEqual(['outbox-now', 'outbox-late']);
      expect(performance.now() - addedAt).toBeGreaterThanOrEqual(380);
    });

    it('tries a failing job as often as its contract says, then parks it with a name and no message (F8)', async () => {
      await work(async ({ caseId }) => {
        if (caseId === 'poison') throw new TypeError('something personal');
      });
      await add('poison');
      await add('healthy');
      const job = await eventually('it is parked', () => failed('poison'));
      expect(seen.filter((caseId) => caseId === 'poison')).toHaveLength(CONTRACT.tries);
      expect(seen).toContain('healthy');
      expect(job.attemptsMade).toBe(CONTRACT.tries);
      expect(job.failedReason).toBe('TypeError');
      expect(JSON.stringify(job.asJSON())).not.toContain('personal');
    });

    it('parks what can never work at once', async () => {
      await work(async () => {
        throw new PermanentJobError('the case is gone');
      });
      await add('hopeless');
      await eventually('it is parked', () => failed('hopeless'));
      expect(seen).toEqual(['hopeless']);
    });

    it('lets a parked job go round again', async () => {
      let broken = true;
      await work(async () => {
        if (broken) throw new Error('not yet');
      });
      await add('mended');
      const job = await eventually('it is parked', () => failed('mended'));
      broken = false;
      await job.retry('failed');
      await eventually('it is done', empty);
      expect(seen).toHaveLength(CONTRACT.tries + 1);
    });

    const deaths = (): Promise<{ about: string; jobId: string; deaths: number }[]> =>
      place.test.database.read(
        (tx) => tx.many<{ about: string; jobId: string; deaths: number }>`
          SELECT about, job_id, deaths FROM dead_letters WHERE queue = ${CONTRACT.name} ORDER BY about`,
      );
    const poison: Work = async ({ caseId }) => {
      if (caseId === 'rc_poison') throw new Error('poison');
    };

    it('keeps one dead letter of a piece of work, whatever job of it died, and writes it down (F8)', async () => {
      await work(poison);
      await add('outbox-1', { caseId: 'rc_poison' });
      await eventually('it is parked', () => failed('outbox-1'));
      await add('outbox-2', { caseId: 'rc_poison' });
      await eventually('the later one is parked alone', async () =>
        (await failed('outbox-2')) && !(await failed('outbox-1')) ? true : undefined,
      );
      expect((await queue.getFailed()).map(({ id }) => id)).toEqual(['outbox-2']);
      expect(await deaths()).toEqual([{ about: 'caseId=rc_poison', jobId: 'outbox-2', deaths: 1 }]);
    });

    it('writes down what took its worker with it each time (F8, F9)', async () => {
      await add('outbox-1', { caseId: 'rc_fatal' });
      for (let life = 1; life <= 2; life += 1) {
        const before = seen.length;
        const dying = await work(() => latch().opened, { skipStalledCheck: life === 1, maxStalledCount: 1 });
        await eventually('it is worked on', async () => seen.length > before);
        await dying.close(true);
      }
      await work(undefined, { maxStalledCount: 1 });
      await eventually('it is parked', () => failed('outbox-1'));
      await eventually('it is written down', async () => (await deaths()).length === 1);
      expect(seen).toHaveLength(2);
    });

    it('has its dead letters put back, with the note that goes before (regain queue redrive)', async () => {
      let broken = true;
      await work(async () => {
        if (broken) throw new Error('not yet');
      });
      await add('outbox-1');
      await add('outbox-2');
      await eventually('both are parked', async () => (await queue.getFailed()).length === 2);
      broken = false;
      const noted = (intended: { queue: string; jobIds: string[] }): Promise<void> =>
        auditRedrive(place.test.database, 'operators_port', [intended]);
      expect(await redrive([queue], { jobId: 'outbox-1' }, noted)).toEqual([
        { queue: CONTRACT.name, jobIds: ['outbox-1'] },
      ]);
      await eventually('one is done', async () => (await queue.getFailed()).length === 1);
      expect((await deaths()).map(({ jobId }) => jobId)).toEqual(['outbox-2']);
      const config = { ...place.settings, DATABASE_URL: place.test.appUrl } as Config;
      const byCommand = await redriveDeadLetters(config, { queueNames: [CONTRACT.name], args: ['queue', 'redrive'] });
      expect(byCommand).toEqual([{ queue: CONTRACT.name, jobIds: ['outbox-2'] }]);
      await eventually('the other is done', empty);
      expect(await deaths()).toEqual([]);
    });

    it('tells how many jobs are in which state, and how long the next has been due', async () => {
      await work(poison);
      await add('outbox-1', { caseId: 'rc_poison' });
      await eventually('it is parked', () => failed('outbox-1'));
      await workers[0]?.close();
      await add('outbox-2');
      await add('outbox-3', { delayMs: 60_000 });
      const metrics = new Metrics();
      const text = await eventually('the next has been due for a moment', async () => {
        await readSources([queueSource([queue], metrics)], metrics);
        const told = await metrics.registry.metrics();
        return /oldest_waiting_age_seconds\{queue="contract-job"\} 0\.[0-9]*[1-9]/.test(told) ? told : undefined;
      });
      const jobs = [...text.matchAll(/^regain_queue_jobs\{queue="contract-job",state="(\w+)"\} (\d+)$/gm)];
      expect(Object.fromEntries(jobs.map(([, state, count]) => [state, Number(count)]))).toEqual({
        waiting: 1,
        active: 0,
        delayed: 1,
        failed: 1,
      });
    });

    it('takes no payload that is not ids, and parks at once one that came in by another way', async () => {
      await expect(
        sink.add({ contract: CONTRACT, payload: { caseId: 'a name with spaces' }, jobId: 'x', delayMs: 0 }),
      ).rejects.toThrow();
      expect(await empty()).toBe(true);
      await work();
      await queue.add(CONTRACT.name, { somebody: 'else' }, { jobId: 'foreign', attempts: 3 });
      const job = await eventually('it is parked', () => failed('foreign'));
      expect([seen, job.failedReason]).toEqual([[], 'ZodError']);
    });

    it('works on as many at once as the contract says', async () => {
      const gate = latch();
      let [running, most] = [0, 0];
      await work(async () => {
        running += 1;
        most = Math.max(most, running);
        if (running === CONTRACT.concurrency) gate.open();
        await gate.opened;
        running -= 1;
      });
      for (let index = 0; index < 6; index += 1) await add(`outbox-${index}`);
      await eventually('all are done', async () => seen.length === 6 && (await empty()));
      expect(most).toBe(CONTRACT.concurrency);
    });

    it('gives the job of a worker that vanished to another one (F4)', async () => {
      const never = latch();
      const dying = await work(() => never.opened, { skipStalledCheck: true });
      await add('orphan');
      await eventually('it is worked on', async () => seen.length === 1);
      await dying.close(true);
      await work();
      await eventually('another worker did it', async () => seen.length === 2 && (await empty()));
    });

    it('closes in order: what is worked on ends, what waits is left for the next (F36)', async () => {
      const gate = latch();
      const leaving = await work(() => gate.opened, { concurrency: 1 });
      await add('running');
      await eventually('it is worked on', async () => seen.length === 1);
      await add('waiting');
      const closed = leaving.close();
      gate.open();
      await closed;
      expect(seen).toEqual(['running']);
      expect(await queue.getJobCounts('wait', 'active')).toMatchObject({ wait: 1, active: 0 });
      await work();
      await eventually('the next did it', empty);
      expect(seen).toEqual(['running', 'waiting']);
    });

    it('goes on by itself when every session is cut (F13)', async () => {
      await work();
      await add('before');
      await eventually('the first is done', empty);
      await place.cutSessions();
      await eventually('one more is taken', () =>
        add('after').then(
          () => true,
          () => false,
        ),
      );
      await eventually('and done', async () => seen.includes('after') && (await empty()));
    });

    it('takes a job again whose queue was lost under it (F10)', async () => {
      await add('lost');
      await place.flush();
      await work();
      await add('lost');
      await eventually('it is done', async () => seen.length === 1 && (await empty()));
    });
  });
}
