import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { z } from 'zod';
import { recordingLogger } from '../../../test/model/core-stage.js';
import { eventually } from '../../../scripts/harness/eventually.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { Database } from '../database/database.js';
import type { Logger } from '../logging/logger.js';
import type { JobContract } from '../queue/job-contract.js';
import { OutboxRelay, type JobSink, type Routes } from './outbox-relay.js';
import { OUTBOX_CHANNEL, writeOutbox } from './outbox.js';

const CONTRACT: JobContract<unknown> = {
  name: 'test-job',
  schema: z.unknown(),
  tries: 1,
  backoffMs: 1,
  concurrency: 1,
};
const routes: Routes = (event, payload) => (event === 'unknown' ? fail(event) : [{ contract: CONTRACT, payload }]);
const twice: Routes = (_event, payload) => [1, 2].map(() => ({ contract: CONTRACT, payload }));
function fail(event: string): never {
  throw new Error(`nothing routes ${event}`);
}

/** A queue that remembers: what was added, by job id, and how often. */
class RecordingSink implements JobSink {
  readonly added: { jobId: string; caseId: string; delayMs: number }[] = [];
  failing = 0;

  async add(job: Parameters<JobSink['add']>[0]): Promise<void> {
    if (this.failing > 0) {
      this.failing -= 1;
      throw new Error('the queue is away');
    }
    this.added.push({ jobId: job.jobId, caseId: String(job.payload.caseId), delayMs: job.delayMs });
  }
}

/** A queue that takes the connection and says nothing, until it speaks. */
class SilentQueue implements JobSink {
  readonly #waiting: ((error?: Error) => void)[] = [];

  add(): Promise<void> {
    return new Promise((resolve, reject) => this.#waiting.push((error) => (error ? reject(error) : resolve())));
  }

  speak(error?: Error): void {
    for (const end of this.#waiting) end(error);
  }
}

let test: TestDatabase;
let relays: OutboxRelay[] = [];
let others: Database[] = [];

beforeEach(async () => {
  test = await openTestDatabase();
});
afterEach(async () => {
  await Promise.all(relays.map((relay) => relay.stop()));
  await Promise.all(others.map((database) => database.close()));
  [relays, others] = [[], []];
  await test.close();
});

const write = (caseId: string, delaySeconds?: number): Promise<void> =>
  test.database.transaction((tx) =>
    writeOutbox(tx, { event: 'case.opened', payload: { caseId, attempt: 1 }, delaySeconds }),
  );
const unpublished = (): Promise<number> =>
  test.database.read(
    async (tx) =>
      (await tx.one<{ count: number }>`SELECT count(*)::int AS count FROM outbox WHERE published_at IS NULL`).count,
  );

/** Rows as a relay of another version leaves them that does not know their event. */
const setAside = (event: string, caseId: string, rows: number): Promise<unknown> =>
  test.asOwner(
    "INSERT INTO outbox (event, payload, due_at, refused_at) SELECT $1, jsonb_build_object('caseId', $2::text), now() + interval '600 s', clock_timestamp() FROM generate_series(1, $3)",
    [event, caseId, rows],
  );
const asideCases = (): Promise<string[]> =>
  test.database.read(async (tx) => {
    const rows = await tx.many<{ caseId: string }>`
      SELECT DISTINCT payload->>'caseId' AS case_id FROM outbox WHERE refused_at IS NOT NULL`;
    return rows.map(({ caseId }) => caseId);
  });

const until = (condition: () => boolean | Promise<boolean>): Promise<boolean> =>
  eventually('the condition', async () => condition());

function startRelay(
  sink: JobSink,
  given: {
    database?: Database;
    addLimitMs?: number;
    carryMs?: number;
    pollIntervalMs?: number;
    refusedIntervalMs?: number;
    logger?: Logger;
    routes?: Routes;
    databaseUrl?: string;
  } = {},
): OutboxRelay {
  const { database = test.database, logger = recordingLogger().logger, ...others } = given;
  const relay = new OutboxRelay({ database, databaseUrl: test.appUrl, routes, sink, logger, ...others });
  relays.push(relay);
  relay.start();
  return relay;
}

async function connectionsOf(application: string): Promise<number> {
  const { count } = await test.database.read(
    (tx) => tx.one<{ count: number }>`
      SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND application_name = ${application}`,
  );
  return count;
}

async function listeners(): Promise<number> {
  const { count } = await test.database.read(
    (tx) => tx.one<{ count: number }>`
      SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'`,
  );
  return count;
}

describe('an outbox row', () => {
  it.each([
    ['an address', 'ana@example.org'],
    ['a sentence', 'Ana Petrova'],
    ['nothing', ''],
    ['a line break', 'rc_1\n'],
    ['too much', 'x'.repeat(201)],
    ['a fraction', 1.5],
    ['not a number', Number.NaN],
    ['an object', { id: 'x' } as unknown as string],
    ['nothing at all', undefined as unknown as string],
  ])('with %s is refused (rule 2)', async (_name, value) => {
    await expect(
      test.database.transaction((tx) => writeOutbox(tx, { event: 'case.opened', payload: { caseId: value } })),
    ).rejects.toThrow('is not an id');
    expect(await unpublished()).toBe(0);
  });

  it('exists if and only if the change it tells of was committed', async () => {
    const lost = test.database.transaction(async (tx) => {
      await writeOutbox(tx, { event: 'case.opened', payload: { caseId: 'rc_lost' } });
      throw new Error('rolled back');
    });
    await expect(lost).rejects.toThrow('rolled back');
    expect(await unpublished()).toBe(0);
  });
});

describe('the relay', () => {
  it('carries each row once while several relays run over several pools (F47)', async () => {
    const sink = new RecordingSink();
    others = [await Database.connect({ url: test.appUrl, poolSize: 4, statementTimeoutMs: 15_000 })];
    for (let row = 0; row < 150; row += 1) await write(`rc_${row}`);
    for (const database of [test.database, ...others, test.database]) startRelay(sink, { database });
    await Promise.all(Array.from({ length: 150 }, (_, row) => write(`rc_${150 + row}`)));
    await until(async () => (await unpublished()) === 0);
    expect(sink.added).toHaveLength(300);
    expect(new Set(sink.added.map((job) => job.jobId)).size).toBe(300);
    expect(new Set(sink.added.map((job) => job.caseId)).size).toBe(300);
  });

  it('keeps a row whose job could not be added, and carries it later under the same job id', async () => {
    const sink = new RecordingSink();
    sink.failing = 1;
    await write('rc_1');
    const relay = startRelay(sink);
    await until(() => sink.failing === 0);
    relay.wake();
    await until(async () => (await unpublished()) === 0);
    expect(sink.added.map((job) => job.caseId)).toEqual(['rc_1']);
  });

  it('does not wait for a queue that says nothing: other relays get the row, and stopping ends', async () => {
    const { logger, lines } = recordingLogger();
    const queue = new SilentQueue();
    await write('rc_1');
    try {
      const relay = startRelay(queue, { addLimitMs: 20, logger });
      await until(() => lines.some((line) => line.includes('QueueSilentError')));
      await relay.stop();
      expect(await unpublished()).toBe(1);
    } finally {
      queue.speak();
    }
    const sink = new RecordingSink();
    startRelay(sink);
    await until(async () => (await unpublished()) === 0);
    expect(sink.added.map((job) => job.caseId)).toEqual(['rc_1']);
  });

  it('is not troubled by a queue that fails when nobody waits for it any more', async () => {
    const { logger, lines } = recordingLogger();
    const queue = new SilentQueue();
    const unheard: unknown[] = [];
    const hear = (error: unknown): void => void unheard.push(error);
    process.on('unhandledRejection', hear);
    await write('rc_1');
    try {
      const relay = startRelay(queue, { addLimitMs: 20, logger });
      await until(() => lines.some((line) => line.includes('QueueSilentError')));
      await relay.stop();
    } finally {
      queue.speak(new Error('at last'));
      await new Promise((resolve) => setImmediate(resolve));
      process.off('unhandledRejection', hear);
    }
    expect(unheard).toEqual([]);
  });

  it('carries a row again when it died between adding and committing, under the same job id (F3)', async () => {
    const [first, second] = [new RecordingSink(), new RecordingSink()];
    await write('rc_1');
    // The transaction that marks the row never commits: what was added stays added.
    const dying = await Database.connect({ url: test.appUrl, poolSize: 2, statementTimeoutMs: 15_000 });
    const cut: JobSink = {
      async add(job) {
        await first.add(job);
        throw new Error('the process died here');
      },
    };
    const relay = startRelay(cut, { database: dying });
    await until(() => first.added.length > 0);
    await relay.stop();
    await dying.close();
    startRelay(second);
    await until(async () => (await unpublished()) === 0);
    expect(second.added.map((job) => job.jobId)).toEqual([first.added[0]?.jobId]);
  });

  it('is woken by a commit, long before it would look by itself', async () => {
    const sink = new RecordingSink();
    startRelay(sink, { pollIntervalMs: 3_600_000 });
    await until(async () => (await listeners()) > 0);
    await write('rc_first');
    await until(() => sink.added.length === 1);
    await write('rc_second');
    await until(() => sink.added.length === 2);
  });

  it('passes on how long a row has to wait, by the database’s clock', async () => {
    const sink = new RecordingSink();
    await write('rc_later', 600);
    await write('rc_now');
    startRelay(sink);
    await until(() => sink.added.length === 2);
    const delays = Object.fromEntries(sink.added.map((job) => [job.caseId, job.delayMs]));
    expect(delays.rc_now).toBe(0);
    expect(delays.rc_later).toBeGreaterThan(590_000);
    expect(delays.rc_later).toBeLessThanOrEqual(600_000);
  });

  it('sets aside what cannot become a job, says so, and carries on with what stands behind it', async () => {
    const { logger, lines } = recordingLogger();
    const sink = new RecordingSink();
    await test.database.transaction((tx) => writeOutbox(tx, { event: 'unknown', payload: { caseId: 'rc_1' } }));
    await write('rc_behind');
    const relay = new OutboxRelay({ database: test.database, databaseUrl: test.appUrl, routes, sink, logger });
    relays.push(relay);
    relay.start();
    await until(async () => sink.added.length === 1 && (await unpublished()) === 1);
    expect(sink.added.map(({ caseId }) => caseId)).toEqual(['rc_behind']);
    expect(lines.filter((line) => line.includes('outbox_row_refused'))).toHaveLength(1);
    const { count } = await test.database.read(
      (tx) => tx.one<{ count: number }>`SELECT count(*)::int AS count FROM outbox WHERE refused_at IS NOT NULL`,
    );
    expect(count).toBe(1);
  });

  it('takes up at its start what an earlier version set aside, and leaves there what it knows no better', async () => {
    const { logger, lines } = recordingLogger();
    const sink = new RecordingSink();
    await setAside('unknown', 'rc_unknown', 120);
    await setAside('case.opened', 'rc_known', 1);
    startRelay(sink, { logger, pollIntervalMs: 3_600_000 });
    await until(async () => (await asideCases()).length === 1);
    expect(await asideCases()).toEqual(['rc_unknown']);
    expect(sink.added.map(({ caseId }) => caseId)).toEqual(['rc_known']);
    expect(sink.added[0]?.delayMs).toBeGreaterThan(500_000);
    expect(lines.filter((line) => line.includes('outbox_row_refused'))).toEqual([]);
    expect(lines.filter((line) => line.includes('outbox_rows_taken_up'))).toHaveLength(1);
  });

  it('takes up later what was set aside while it ran, past any number of rows that stay', async () => {
    const sink = new RecordingSink();
    const relay = startRelay(sink, { pollIntervalMs: 3_600_000, refusedIntervalMs: 0 });
    await setAside('unknown', 'rc_unknown', 1_500);
    await setAside('case.opened', 'rc_known', 1);
    await until(async () => {
      relay.wake();
      return sink.added.length > 0;
    });
    await relay.stop();
    expect(sink.added.map(({ caseId }) => caseId)).toEqual(['rc_known']);
    expect(new Set(await asideCases())).toEqual(new Set(['rc_unknown']));
  });

  it('takes up nothing that the queue did not take', async () => {
    const sink = new RecordingSink();
    sink.failing = 1;
    await setAside('case.opened', 'rc_known', 1);
    const relay = startRelay(sink, { pollIntervalMs: 3_600_000 });
    await until(() => sink.failing === 0);
    await relay.stop();
    expect(await asideCases()).toEqual(['rc_known']);
  });

  it('is not stopped by a delay that no timer can hold', async () => {
    const sink = new RecordingSink();
    startRelay(sink);
    await write('rc_late', 60 * 86_400);
    await write('rc_now');
    await until(() => sink.added.some(({ caseId }) => caseId === 'rc_now'));
    expect(sink.added.find(({ caseId }) => caseId === 'rc_late')?.delayMs).toBe(2_000_000_000);
  });

  it('works on after the database was away', async () => {
    const sink = new RecordingSink();
    const relay = startRelay(sink);
    await test.database.transaction(
      (tx) =>
        tx.run`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'regain_app' AND pid <> pg_backend_pid() AND datname = current_database()`,
    );
    await write('rc_1');
    relay.wake();
    await until(async () => (await unpublished()) === 0);
    expect(sink.added).toHaveLength(1);
  });
});

describe('a relay whose queue is slow or fails', () => {
  it('keeps no transaction open over more rows than the queue takes in time', async () => {
    const waiting: (() => void)[] = [];
    const slow: JobSink = { add: () => new Promise<void>((taken) => waiting.push(taken)) };
    for (const caseId of ['rc_1', 'rc_2', 'rc_3']) await write(caseId);
    startRelay(slow, { carryMs: 0 });
    for (const left of [2, 1, 0]) {
      await until(() => waiting.length === 3 - left);
      waiting.at(-1)?.();
      await until(async () => (await unpublished()) === left);
    }
  });

  it('waits for all jobs of a row together as long as for one', async () => {
    const clock = jest.spyOn(performance, 'now');
    const second = new SilentQueue();
    let adds = 0;
    const sink: JobSink = {
      async add() {
        adds += 1;
        if (adds === 1) return;
        // Whoever looks next, which is the relay, sees that the first one took all of the time.
        clock.mockReturnValueOnce(performance.now() + 300_000);
        return second.add();
      },
    };
    const { logger, lines } = recordingLogger();
    await write('rc_1');
    try {
      startRelay(sink, { addLimitMs: 300_000, pollIntervalMs: 3_600_000, logger, routes: twice });
      await until(() => adds > 1);
      await until(() => lines.some((line) => line.includes('QueueSilentError')));
    } finally {
      clock.mockRestore();
      second.speak();
    }
  });

  it.each(['new', 'set aside'])('carries once what the queue took before it failed: %s', async (kind) => {
    const sink = new RecordingSink();
    const cases = ['rc_1', 'rc_2', 'rc_3'];
    for (const caseId of cases) await (kind === 'new' ? write(caseId) : setAside('case.opened', caseId, 1));
    let adds = 0;
    const failing: JobSink = {
      async add(job) {
        adds += 1;
        if (adds === 3) throw new Error('the queue is away');
        await sink.add(job);
      },
    };
    const { logger, lines } = recordingLogger();
    const relay = startRelay(failing, { pollIntervalMs: 3_600_000, refusedIntervalMs: 0, logger });
    await until(() => lines.some((line) => line.includes('outbox_publish_failed')));
    relay.wake();
    await until(async () => (await unpublished()) === 0);
    expect(sink.added.map(({ caseId }) => caseId)).toEqual(cases);
  });
});

it('a relay that cannot listen keeps no connection behind each try', async () => {
  const { query } = pg.Client.prototype;
  let refusals = 0;
  const spy = jest.spyOn(pg.Client.prototype, 'query').mockImplementation(function (
    this: pg.Client,
    ...given: unknown[]
  ) {
    if (given[0] !== `LISTEN ${OUTBOX_CHANNEL}`) return Reflect.apply(query, this, given) as undefined;
    refusals += 1;
    return Promise.reject(new Error('cannot execute LISTEN during recovery')) as unknown as undefined;
  });
  const url = new URL(test.appUrl);
  url.searchParams.set('application_name', 'listener');
  try {
    startRelay(new RecordingSink(), { databaseUrl: url.href });
    await until(() => refusals > 2);
    await until(async () => (await connectionsOf('listener')) <= 1);
  } finally {
    spy.mockRestore();
  }
});

describe('whoever listens to the outbox', () => {
  const heard: string[] = [];
  let listener: pg.Client;
  beforeEach(async () => {
    heard.length = 0;
    listener = new pg.Client({ connectionString: test.appUrl });
    await listener.connect();
    listener.on('notification', ({ payload = '' }) => heard.push(payload));
    await listener.query(`LISTEN ${OUTBOX_CHANNEL}`);
  });
  afterEach(() => listener.end());

  it('is told behind the commit and never by it, so that commits do not wait for each other’s disk', async () => {
    await test.database.transaction((tx) => tx.run`INSERT INTO outbox (event, payload) VALUES ('case.opened', '{}')`);
    await listener.query(`SELECT pg_notify($1, 'after it')`, [OUTBOX_CHANNEL]);
    await until(() => heard.length > 0);
    expect(heard).toEqual(['after it']);
    await write('rc_1');
    await until(() => heard.length > 1);
    expect(heard).toEqual(['after it', '']);
  });

  it('is still told by what an older version commits', async () => {
    await listener.query(`INSERT INTO regain.outbox (event, payload) VALUES ('case.opened', '{}')`);
    await until(() => heard.length > 0);
    expect(heard).toEqual(['']);
  });
});
