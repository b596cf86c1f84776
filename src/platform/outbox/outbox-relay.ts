import pg from 'pg';
import type { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import { failpoint, failpointsOf } from '../failpoints/failpoints.js';
import type { Logger } from '../logging/logger.js';
import { parsePayload, type JobContract } from '../queue/job-contract.js';
import { currentCorrelation, withCorrelation, type Correlation } from '../telemetry/correlation.js';
import { inSpan } from '../telemetry/tracing.js';
import { OUTBOX_CHANNEL, type OutboxPayload } from './outbox.js';

export interface PlannedJob {
  contract: JobContract<unknown>;
  payload: OutboxPayload;
}

/** What `src/pipeline.ts` gives the relay: which jobs an event becomes. An event nobody routes is an error at start. */
export type Routes = (event: string, payload: OutboxPayload) => PlannedJob[];

export interface JobSink {
  add(job: PlannedJob & { jobId: string; delayMs: number; correlation?: Correlation }): Promise<void>;
}

interface OutboxRow {
  id: string;
  event: string;
  payload: OutboxPayload;
  delayMs: number;
  correlationId: string | null;
  traceparent: string | null;
}

/** A row that was set aside, and where it stands among those. */
type RefusedRow = OutboxRow & Place;

/** Whether it was said already that a row was refused. */
type Refusal = 'told' | 'told before';

interface Place {
  /** As text: it has more digits than a `Date`. */
  refusedAt: string;
  id: string;
}

/** A row that was looked at, and the jobs that the queue took for it; none when it cannot become any. */
interface Looked<Row extends OutboxRow> {
  row: Row;
  jobs: readonly PlannedJob[] | undefined;
}

/** What came of a batch. Rows behind those that were looked at stand for another one. */
interface Batch {
  more: boolean;
  failure?: { error: unknown };
}

const correlationOf = ({ correlationId, traceparent }: OutboxRow): Correlation | undefined =>
  correlationId === null ? undefined : { id: correlationId, ...(traceparent === null ? {} : { traceparent }) };

const BATCH_ROWS = 100;
const POLL_INTERVAL_MS = 1_000;
/** How often rows that were set aside are looked at anew, and how many at most each time. */
const REFUSED_INTERVAL_MS = 60_000;
const REFUSED_BATCHES = 10;
const BEFORE_ALL: Place = { refusedAt: '-infinity', id: '0' };
/**
 * For all jobs of a row. A queue that takes the connection and says nothing would be waited for for ever, inside an open
 * transaction. What it takes later after all is the same job once more: its id is the row's.
 */
const ADD_LIMIT_MS = 10_000;
/**
 * No further row is begun in a batch after this long. With the limit above it is less than the time after which PostgreSQL
 * ends a transaction that rests (database.ts): the batch would be rolled back, and sent once more, for ever.
 */
const CARRY_MS = 10_000;
/** Longest delay the queue is given, about 23 days; what comes early finds nothing to do and the sweeper finds it again. */
const MAX_DELAY_MS = 2_000_000_000;

/**
 * Carries committed outbox rows to the queue, each at least once. It takes no lock that others wait for (`SKIP
 * LOCKED`), so any number of relays may run (F47). The job id comes from the row's id: a row carried twice is one job
 * while the first is still in the queue.
 */
export class OutboxRelay {
  #listener: pg.Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #draining: Promise<void> | undefined;
  #again = false;
  #stopped = false;
  #refusedDueAt = 0;
  /** Where the next look at what was set aside goes on: rows that stay there keep none behind them from being looked at. */
  #refusedUpTo = BEFORE_ALL;

  constructor(
    private readonly parts: {
      database: Database;
      databaseUrl: string;
      routes: Routes;
      sink: JobSink;
      logger: Logger;
      addLimitMs?: number;
      carryMs?: number;
      pollIntervalMs?: number;
      refusedIntervalMs?: number;
    },
  ) {}

  start(): void {
    this.#timer = setInterval(() => this.wake(), this.parts.pollIntervalMs ?? POLL_INTERVAL_MS);
    this.wake();
    void this.listen();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#listener?.end().catch(() => undefined);
    await this.#draining;
  }

  /** Drains soon; calls while a drain is running make one more run after it. */
  wake(): void {
    if (this.#stopped) return;
    if (this.#draining) {
      this.#again = true;
      return;
    }
    this.#draining = failpointsOf('outbox-relay', () => this.drain()).finally(() => {
      this.#draining = undefined;
      if (this.#again) {
        this.#again = false;
        this.wake();
      }
    });
  }

  private async drain(): Promise<void> {
    try {
      while (!this.#stopped && (await this.batch((tx) => this.publishBatch(tx))).more);
      await this.takeUpRefused();
    } catch (error) {
      this.parts.logger.warn('outbox_publish_failed', { error });
    }
  }

  /** A transaction of its own. @throws what ended the batch early, once what went before it is committed */
  private async batch<Done extends Batch>(work: (tx: Transaction) => Promise<Done>): Promise<Done> {
    const done = await this.parts.database.transaction(work);
    if (done.failure) throw done.failure.error;
    return done;
  }

  private async publishBatch(tx: Transaction): Promise<Batch> {
    const rows = await tx.many<OutboxRow>`
      SELECT id::text, event, payload, correlation_id, traceparent,
        LEAST(${MAX_DELAY_MS}, GREATEST(0, EXTRACT(EPOCH FROM due_at - clock_timestamp()) * 1000))::int AS delay_ms
      FROM outbox WHERE published_at IS NULL AND refused_at IS NULL ORDER BY id LIMIT ${BATCH_ROWS} FOR UPDATE SKIP LOCKED`;
    if (rows.length === 0) return { more: false };
    await failpoint('outbox.before_publish');
    const { looked, ...batch } = await this.carryInTime(rows, 'told');
    await failpoint('outbox.after_publish');
    const refused = looked.filter(({ jobs }) => jobs === undefined).map(({ row }) => row.id);
    await tx.run`UPDATE outbox SET published_at = CASE WHEN id = ANY(${refused}::bigint[]) THEN NULL ELSE clock_timestamp() END,
        refused_at = CASE WHEN id = ANY(${refused}::bigint[]) THEN clock_timestamp() END
      WHERE id = ANY(${looked.map(({ row }) => row.id)}::bigint[])`;
    return batch;
  }

  /** Carries one row after the other, until the time is over or the queue fails: what it took by then is not carried again. */
  private async carryInTime<Row extends OutboxRow>(
    rows: readonly Row[],
    refusal: Refusal,
  ): Promise<Batch & { looked: Looked<Row>[] }> {
    const until = performance.now() + (this.parts.carryMs ?? CARRY_MS);
    const looked: Looked<Row>[] = [];
    for (const row of rows) {
      if (looked.length > 0 && performance.now() >= until) return { looked, more: true };
      const jobs = this.plan(row, refusal);
      try {
        if (jobs) await withCorrelation(correlationOf(row), () => this.carry(row, jobs));
      } catch (error) {
        return { looked, more: true, failure: { error } };
      }
      looked.push({ row, jobs });
    }
    return { looked, more: rows.length === BATCH_ROWS };
  }

  /**
   * A relay of an earlier version sets aside what it does not know, as while a release is rolled out; whoever knows it takes
   * it up. It is carried in the same transaction: given back, the relay that refused it could be the next to see it.
   */
  private async takeUpRefused(): Promise<void> {
    if (performance.now() < this.#refusedDueAt) return;
    this.#refusedDueAt = performance.now() + (this.parts.refusedIntervalMs ?? REFUSED_INTERVAL_MS);
    for (let batch = 0; batch < REFUSED_BATCHES && !this.#stopped; batch += 1) {
      const { more, last } = await this.batch((tx) => this.takeUpBatch(tx, this.#refusedUpTo));
      this.#refusedUpTo = last && more ? last : BEFORE_ALL;
      if (!more) return;
    }
  }

  /** What still cannot become a job stays where it is: set aside, counted, alarmed about. */
  private async takeUpBatch(tx: Transaction, after: Place): Promise<Batch & { last?: Place }> {
    const rows = await tx.many<RefusedRow>`
      SELECT id::text, event, payload, correlation_id, traceparent, refused_at::text,
        LEAST(${MAX_DELAY_MS}, GREATEST(0, EXTRACT(EPOCH FROM due_at - clock_timestamp()) * 1000))::int AS delay_ms
      FROM outbox WHERE refused_at IS NOT NULL AND (refused_at, id) > (${after.refusedAt}::timestamptz, ${after.id}::bigint)
      ORDER BY refused_at, id LIMIT ${BATCH_ROWS} FOR UPDATE SKIP LOCKED`;
    const { looked, ...batch } = await this.carryInTime(rows, 'told before');
    const carried = looked.filter(({ jobs }) => jobs !== undefined).map(({ row }) => row.id);
    if (carried.length > 0) {
      await tx.run`UPDATE outbox SET published_at = clock_timestamp(), refused_at = NULL WHERE id = ANY(${carried}::bigint[])`;
      this.parts.logger.info('outbox_rows_taken_up', { rows: carried.length });
    }
    return { ...batch, last: looked.at(-1)?.row };
  }

  private carry(row: OutboxRow, jobs: readonly PlannedJob[]): Promise<void> {
    return inSpan({ kind: 'outbox', subject: row.event, attributes: { 'regain.event': row.event } }, async () => {
      const until = performance.now() + (this.parts.addLimitMs ?? ADD_LIMIT_MS);
      for (const job of jobs) {
        const correlation = currentCorrelation();
        const added = this.parts.sink.add({ ...job, jobId: `outbox-${row.id}`, delayMs: row.delayMs, correlation });
        await within(Math.max(0, until - performance.now()), added);
      }
    });
  }

  /** The jobs of a row, or undefined when it cannot become any: an event of another version, a payload with a gap. */
  private plan(row: OutboxRow, refusal: Refusal): PlannedJob[] | undefined {
    try {
      const jobs = this.parts.routes(row.event, row.payload);
      for (const job of jobs) parsePayload(job.contract, job.payload);
      return jobs;
    } catch (error) {
      if (refusal === 'told') this.parts.logger.error('outbox_row_refused', { event: row.event, error });
      return undefined;
    }
  }

  /** A notification shortens the wait; the interval above makes it unnecessary for correctness. */
  private async listen(): Promise<void> {
    if (this.#stopped) return;
    const client = new pg.Client({ connectionString: this.parts.databaseUrl, keepAlive: true });
    const again = (): void => {
      if (this.#listener !== client) return;
      this.#listener = undefined;
      void client.end().catch(() => undefined);
      setTimeout(() => void this.listen(), POLL_INTERVAL_MS).unref();
    };
    this.#listener = client;
    client.on('error', again);
    client.on('end', again);
    client.on('notification', () => this.wake());
    try {
      await client.connect();
      await client.query(`LISTEN ${OUTBOX_CHANNEL}`);
    } catch {
      again();
    }
  }
}

/** @throws QueueSilentError when the work takes longer; what becomes of it then nobody hears */
async function within(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new QueueSilentError()), limitMs);
  });
  work.catch(() => undefined);
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The queue did not say in time whether it took a job. */
class QueueSilentError extends Error {
  constructor() {
    super('the queue is silent');
    this.name = 'QueueSilentError';
  }
}
