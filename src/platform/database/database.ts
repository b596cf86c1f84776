import type { Pool, PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import type { KeyRing } from '../crypto/key-ring.js';
import { betweenFailpoints, failpoint } from '../failpoints/failpoints.js';
import { inSpan } from '../telemetry/tracing.js';
import {
  DatabaseUnavailableError,
  hasErrno,
  hasNoRoom,
  isStalePlan,
  postgresErrorCode,
  saysUnavailable,
} from './database-errors.js';
import { CONNECT_TIMEOUT_MS, requirePrimary } from './primary-required.js';
import { sendGathered } from './statement-batch.js';
import { say, Transaction } from './transaction.js';

export interface DatabaseOptions {
  url: string;
  poolSize: number;
  /** A statement that runs longer is cancelled by the server. */
  statementTimeoutMs: number;
  /** What is written through this connection into the audit trail carries a MAC under this ring; without it, nothing is. */
  ring?: KeyRing;
}

/** PostgreSQL error classes that mean "try the whole transaction again" (serialization failure, deadlock). */
const RETRYABLE_CODES = new Set(['40001', '40P01']);
const MAX_TRIES = 4;
/** Long enough for the commits of a busy moment to share one; too short to be noticed. */
const WAKE_AFTER_MS = 10;
const SPAN = { kind: 'transaction', subject: 'postgresql' } as const;
const SQLSTATE = /^[0-9A-Z]{5}$/;
/** The statement took too long; its connection is none the worse for it. */
const STATEMENT_CANCELLED = '57014';
/**
 * Runs the application's SQL on PostgreSQL, in transactions and in reads. TypeORM gives the pool; statements go to its
 * clients (docs/adr/0012). There are no entities, no `save()` and no synchronisation, because each state change is one
 * guarded UPDATE written out (rule 1, docs/adr/0002).
 */
export class Database {
  readonly #woken = new Set<string>();
  readonly #wake = (channels: ReadonlySet<string>): void => {
    for (const channel of channels) this.wakeSoon(channel);
  };

  private constructor(
    private readonly source: DataSource,
    private readonly poolSize: number,
    readonly ring: KeyRing | undefined,
  ) {}

  /** Connects and refuses a connection that could lose an acknowledged commit. */
  static async connect(options: DatabaseOptions): Promise<Database> {
    const source = new DataSource({
      type: 'postgres',
      url: options.url,
      poolSize: options.poolSize,
      connectTimeoutMS: CONNECT_TIMEOUT_MS,
      // A lookup with undefined must throw, not match every row (T26). Nothing here uses find options; keep it pinned.
      invalidWhereValuesBehavior: { null: 'throw', undefined: 'throw' },
      poolErrorHandler: () => undefined,
      extra: {
        // `regain.wakes`: migration 0030. A prepared statement is planned once. Left to itself, the server plans each
        // use of `= ANY($1)` anew, since it takes an array it does not know for ten members; those plans cost more than
        // running them (docs/adr/0018). The plans that are kept are the ones test/growth looks at.
        options: `-c search_path=regain -c plan_cache_mode=force_generic_plan -c regain.wakes=after_commit -c statement_timeout=${options.statementTimeoutMs} -c idle_in_transaction_session_timeout=30000`,
        idleTimeoutMillis: 30_000,
        connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
        onConnect: requirePrimary,
        pipeline: true,
        keepAlive: true,
        // The server’s own limit does not reach us when the way to it is cut (F39); a statement may stand behind another.
        query_timeout: 2 * options.statementTimeoutMs + 5_000,
      },
    });
    await source.initialize();
    const database = new Database(source, options.poolSize, options.ring);
    const { setting } = await database.read(
      (tx) => tx.one<{ setting: string }>`SELECT current_setting('synchronous_commit') AS setting`,
    );
    if (setting === 'off') throw new Error('the application database must have synchronous_commit on');
    return database;
  }

  get options(): DataSource['options'] {
    return this.source.options;
  }

  /** The pool as it is now: connections at work, connections at rest, callers that wait for one. */
  get pool(): { inUse: number; idle: number; waiting: number } {
    const { master } = this.connections;
    if (!master) return { inUse: 0, idle: 0, waiting: 0 };
    const { totalCount, idleCount, waitingCount } = master;
    return { inUse: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
  }

  /**
   * Runs `work` in one READ COMMITTED transaction; anything thrown rolls back. Serialization failures and deadlocks are
   * repeated here, a few times and with jitter, and nowhere else.
   * @throws DatabaseUnavailableError
   */
  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    return inSpan(SPAN, () => this.repeated((client) => committed(this.on(client), work)));
  }

  /**
   * Wakes who listens to a channel, once for all that was committed within a moment. A `NOTIFY` inside a transaction would
   * hold a lock of the whole database from before its commit is written to the disk until it is there, so that commits
   * wait for the disk one by one (PostgreSQL, async.c, `PreCommit_Notify`). Whoever listens looks by itself as well.
   */
  private wakeSoon(channel: string): void {
    if (this.#woken.has(channel)) return;
    this.#woken.add(channel);
    const wake = (): void => {
      this.#woken.delete(channel);
      // Nothing of it has to be on the disk.
      this.read(
        (tx) => tx.run`SELECT pg_notify(${channel}, '') FROM set_config('synchronous_commit', 'off', true)`,
      ).catch(() => undefined);
    };
    setTimeout(wake, WAKE_AFTER_MS).unref();
  }

  private on(client: PoolClient): Opened {
    return { client, ring: this.ring, wake: this.#wake };
  }

  /**
   * Runs `work` once more when PostgreSQL asks for it, and on another connection when the one it had does not know its
   * statements any more: nothing was done there.
   */
  private async repeated<Result>(work: (client: PoolClient) => Promise<Result>, maxTries = MAX_TRIES): Promise<Result> {
    for (let tries = 1, stale = 0; ;) {
      try {
        return await this.connected(work);
      } catch (error) {
        const again = tries < maxTries && RETRYABLE_CODES.has(postgresErrorCode(error) ?? '');
        const elsewhere = isStalePlan(error) && stale < this.poolSize;
        if (!again && !elsewhere) throw error;
        if (elsewhere) stale += 1;
        else await new Promise((resolve) => setTimeout(resolve, tries++ * 10 + (process.hrtime()[1] % 20)));
      }
    }
  }

  /** Statements outside a transaction: for reads of one consistent statement each. @throws DatabaseUnavailableError */
  read<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    return this.repeated((client) => uncommitted(this.on(client), work), 1);
  }

  /**
   * One statement that writes and is a transaction by itself: one way to the server and back instead of three.
   * @throws DatabaseUnavailableError
   */
  write<Result>(statement: (tx: Transaction) => Promise<Result>): Promise<Result> {
    const alone = (client: PoolClient): Promise<Result> =>
      betweenFailpoints({ before: 'transaction.before_commit', after: 'transaction.after_commit' }, () =>
        uncommitted(this.on(client), statement),
      );
    return inSpan(SPAN, () => this.repeated(alone));
  }

  /**
   * The same, and a transaction behind it on the same connection; both leave in one write. What becomes of the transaction
   * undoes nothing of the statement, and when it runs again, the statement does not. @throws DatabaseUnavailableError
   */
  writeThen<First, Result>(
    statement: (tx: Transaction) => Promise<First>,
    work: (tx: Transaction, first: Promise<First>) => Promise<Result>,
  ): Promise<Result> {
    let written: Promise<First> | undefined;
    const write = async (client: PoolClient): Promise<First> => {
      const first = await uncommitted(this.on(client), statement);
      await failpoint('transaction.after_commit');
      return first;
    };
    const both = async (client: PoolClient): Promise<Result> => {
      await failpoint('transaction.before_commit');
      const first = (written ??= write(client));
      first.catch(() => (written = undefined));
      return committed(this.on(client), (tx) => work(tx, first));
    };
    return inSpan(SPAN, () => this.repeated(both));
  }

  async close(): Promise<void> {
    if (this.source.isInitialized) await this.source.destroy();
  }

  private async connected<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    let lost: Error | undefined;
    const noticed = (error: Error): void => void (lost = error);
    const client = await this.checkedOut();
    // A connection that is cut while it is checked out must not end the process; what runs on it fails.
    client.on('error', noticed);
    try {
      return await work(client);
    } catch (error) {
      const unavailable = saysUnavailable(error) || (lost !== undefined && hasErrno(error));
      const usable = !unavailable || postgresErrorCode(error) === STATEMENT_CANCELLED;
      if (!usable || isStalePlan(error)) lost ??= error as Error;
      throw unavailable ? new DatabaseUnavailableError(error) : error;
    } finally {
      client.off('error', noticed);
      sendGathered(client);
      client.release(lost);
    }
  }

  private get connections(): Connections {
    return this.source.driver as Connections;
  }

  /** A server that has no room for another connection is asked again for one of ours that became free, for as long as for any. */
  private async checkedOut(): Promise<PoolClient> {
    const until = performance.now() + CONNECT_TIMEOUT_MS;
    for (;;) {
      try {
        return await this.offered();
      } catch (error) {
        const waits = hasNoRoom(error) && this.pool.inUse + this.pool.idle > 0 && performance.now() < until;
        if (!waits) throw saysUnavailable(error) || hasErrno(error) ? new DatabaseUnavailableError(error) : error;
        await new Promise((resolve) => setTimeout(resolve, 10 + (process.hrtime()[1] % 20)));
      }
    }
  }

  private offered(): Promise<PoolClient> {
    return new Promise((resolve, reject) => {
      const { master } = this.connections;
      if (!master) return reject(new DatabaseUnavailableError(new Error('the pool is closed')));
      master.connect((error, client) =>
        client ? resolve(client) : reject(error ?? new Error('no connection came of it')),
      );
    });
  }
}

/** The part of TypeORM's driver for PostgreSQL that is used: its pool. */
interface Connections {
  master?: Pool;
}

/** A connection, what is written through it is signed with, and what to do with the channels that are to be woken. */
interface Opened {
  client: PoolClient;
  ring: KeyRing | undefined;
  wake: (channels: ReadonlySet<string>) => void;
}

/** What was sent is waited for together with the COMMIT: when it could not be written, that is a ROLLBACK. */
async function committed<Result>(on: Opened, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
  const { client, ring, wake } = on;
  const opening = say(client, 'BEGIN');
  const tx = new Transaction(client, { opening, ring });
  let result: Result;
  try {
    result = await work(tx);
    await opening.answered;
    tx.close();
    await failpoint('transaction.before_commit');
    // Answered behind all that was sent: by then it is known whether any of it failed.
    const { command } = await say(client, 'COMMIT').answered;
    if (command !== 'COMMIT' || tx.failure) throw tx.failure ?? new Error('the transaction was rolled back');
  } catch (error) {
    tx.close();
    sendGathered(client);
    await client.query('ROLLBACK').catch(() => undefined);
    // The statements behind a failed one are told only that; what it failed of is what has to be known.
    throw SQLSTATE.test(postgresErrorCode(error) ?? '') ? (tx.failure ?? error) : error;
  }
  // From here on nothing can undo it, and nothing is to say that it was undone.
  wake(tx.committed());
  await failpoint('transaction.after_commit');
  return result;
}

/** Statements that are no transaction; when `work` is over, nothing of it goes on. */
async function uncommitted<Result>(on: Opened, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
  const { client, ring, wake } = on;
  const tx = new Transaction(client, { ring });
  try {
    const result = await work(tx);
    if (tx.hasSent) await tx.settle();
    wake(tx.committed());
    return result;
  } finally {
    tx.close();
  }
}
