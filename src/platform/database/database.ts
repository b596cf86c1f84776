import { DataSource, QueryFailedError, QueryRunnerAlreadyReleasedError } from 'typeorm';
import { failpoint } from '../failpoints/failpoints.js';
import { inSpan } from '../telemetry/tracing.js';
import { Transaction } from './transaction.js';

export interface DatabaseOptions {
  url: string;
  poolSize: number;
  /** A statement that runs longer is cancelled by the server. */
  statementTimeoutMs: number;
}

/** PostgreSQL could not be reached or gave up; callers answer 503 and change nothing (rule 12). */
export class DatabaseUnavailableError extends Error {
  constructor(cause: unknown) {
    super('the database is not available', { cause });
    this.name = 'DatabaseUnavailableError';
  }
}

/** PostgreSQL error classes that mean "try the whole transaction again" (serialization failure, deadlock). */
const RETRYABLE_CODES = new Set(['40001', '40P01']);
const MAX_TRIES = 4;
/** Classes 08 (connection), 53 (resources), 57 (operator intervention); and what node-postgres says itself. */
const UNAVAILABLE_CODE = /^(08|53|57)/;
const UNAVAILABLE_ERRNO = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
  'EHOSTUNREACH',
  'ENOTFOUND',
]);
const UNAVAILABLE_MESSAGE =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Driver not Connected|not queryable/i;

export function postgresErrorCode(error: unknown): string | undefined {
  const source: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return source && typeof source === 'object' && 'code' in source ? String(source.code) : undefined;
}

export const isUniqueViolation = (error: unknown): boolean => postgresErrorCode(error) === '23505';

function isUnavailable(error: unknown): boolean {
  // TypeORM releases a runner by itself when its connection is lost between two statements; nobody else does.
  if (error instanceof QueryRunnerAlreadyReleasedError) return true;
  const code = postgresErrorCode(error) ?? '';
  return (
    UNAVAILABLE_CODE.test(code) ||
    UNAVAILABLE_ERRNO.has(code) ||
    (error instanceof Error && UNAVAILABLE_MESSAGE.test(error.message))
  );
}

/**
 * The application's connection to PostgreSQL. TypeORM gives the pool, the transactions and the parameter binding; there
 * are no entities, no `save()` and no synchronisation, because each state change is one guarded UPDATE written out
 * (rule 1, docs/adr/0002).
 */
export class Database {
  private constructor(private readonly source: DataSource) {}

  /** Connects and refuses a connection that could lose an acknowledged commit. */
  static async connect(options: DatabaseOptions): Promise<Database> {
    const source = new DataSource({
      type: 'postgres',
      url: options.url,
      poolSize: options.poolSize,
      connectTimeoutMS: 5_000,
      // A lookup with undefined must throw, not match every row (T26). Nothing here uses find options; keep it pinned.
      invalidWhereValuesBehavior: { null: 'throw', undefined: 'throw' },
      poolErrorHandler: () => undefined,
      extra: {
        options: `-c search_path=regain -c statement_timeout=${options.statementTimeoutMs} -c idle_in_transaction_session_timeout=30000`,
        idleTimeoutMillis: 30_000,
        connectionTimeoutMillis: 5_000,
      },
    });
    await source.initialize();
    const database = new Database(source);
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
    const { master } = this.source.driver as unknown as {
      master?: { totalCount: number; idleCount: number; waitingCount: number };
    };
    if (!master) return { inUse: 0, idle: 0, waiting: 0 };
    const { totalCount, idleCount, waitingCount } = master;
    return { inUse: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
  }

  /**
   * Runs `work` in one READ COMMITTED transaction; anything thrown rolls back. Serialization failures and deadlocks are
   * repeated here, a few times and with jitter, and nowhere else.
   * @throws DatabaseUnavailableError
   */
  async transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    return inSpan({ kind: 'transaction', subject: 'postgresql' }, () => this.repeated(work));
  }

  private async repeated<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.once(work);
      } catch (error) {
        if (attempt >= MAX_TRIES || !RETRYABLE_CODES.has(postgresErrorCode(error) ?? '')) throw error;
        await new Promise((resolve) => setTimeout(resolve, attempt * 10 + (process.hrtime()[1] % 20)));
      }
    }
  }

  /** Statements outside a transaction: for reads of one consistent statement each. @throws DatabaseUnavailableError */
  async read<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    const runner = this.source.createQueryRunner();
    try {
      return await work(new Transaction(runner));
    } catch (error) {
      throw isUnavailable(error) ? new DatabaseUnavailableError(error) : error;
    } finally {
      await runner.release().catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    if (this.source.isInitialized) await this.source.destroy();
  }

  private async once<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    const runner = this.source.createQueryRunner();
    try {
      await runner.startTransaction();
      const result = await work(new Transaction(runner));
      await failpoint('transaction.before_commit');
      await runner.commitTransaction();
      await failpoint('transaction.after_commit');
      return result;
    } catch (error) {
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw isUnavailable(error) ? new DatabaseUnavailableError(error) : error;
    } finally {
      await runner.release().catch(() => undefined);
    }
  }
}
