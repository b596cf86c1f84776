import pg, { type FieldDef, type PoolClient } from 'pg';
import prepared from 'pg/lib/utils.js';
import type { Duplex } from 'node:stream';

/** The text of a statement and the name under which each connection prepares it once. */
export interface Statement {
  name: string;
  text: string;
}

/** What the server answered to one statement; columns are in camelCase. */
export interface Answer {
  command: string;
  rowCount: number;
  rows: Record<string, unknown>[];
}

/** A statement, and who waits for its answer. */
interface Asked extends Statement {
  values: readonly unknown[];
  answered: (answer: Answer) => void;
  failed: (error: Error) => void;
}

/** The same with its values as they are sent. */
interface Part extends Asked {
  values: (string | Buffer | null)[];
}

interface Column {
  name: string;
  parse: (text: string) => unknown;
}

/** What node-postgres' own `Query` uses of a connection. */
interface Wire {
  readonly stream: Duplex;
  /**
   * Texts by name: of what the server has, and of what was sent to it. node-postgres moves them by
   * {@link StatementBatch.name}.
   */
  readonly parsedStatements: Record<string, string>;
  readonly submittedNamedStatements: Record<string, string>;
  parse(message: Statement): void;
  bind(message: { statement: string; values: Part['values'] }): void;
  describe(message: { type: 'P' }): void;
  execute(message: object): void;
  sync(): void;
}

/** Columns of what a connection has prepared: the server refuses a statement whose columns changed. None: it gives no rows. */
const columnsKnown = new WeakMap<Wire, Map<string, readonly Column[]>>();

function columnsOf(wire: Wire): Map<string, readonly Column[]> {
  const known = columnsKnown.get(wire) ?? new Map<string, readonly Column[]>();
  columnsKnown.set(wire, known);
  return known;
}

const camelCase = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

const columnOf = ({ name, dataTypeID, format }: FieldDef): Column => ({
  name: camelCase(name),
  parse: pg.types.getTypeParser(dataTypeID, format as 'text') as (text: string) => unknown,
});

/** As the server says it of what stands behind a failed statement of a transaction. */
export class SkippedError extends Error {
  readonly code = '25P02';

  constructor(readonly failure: Error) {
    super('current transaction is aborted, commands ignored until end of transaction block');
  }
}

/** What a statement leaves with. */
export interface Departure {
  /** From here on, what is sent leaves with something else. */
  readonly hasLeft: boolean;
}

/**
 * Sends statements together, with one `Sync` behind them all. The server answers them in one piece, says once that it
 * is ready, and skips what stands behind one that failed (PostgreSQL, "Pipelining"). The columns of a statement are
 * asked for the first time only.
 */
class StatementBatch extends pg.Query implements Departure {
  hasLeft = false;
  /** Of the statement that is being answered: node-postgres notes by them what the server has prepared. */
  name = '';
  text = '';
  /** Ends node-postgres' timer. */
  callback?: (error: Error | null) => void;
  readonly parts: Part[] = [];
  readonly #answers: Answer[] = [];
  #wire: Wire | undefined;
  #columns: readonly Column[] | undefined;
  #rows: Answer['rows'] = [];

  /** @param alone no transaction is around it: either all of it is done or nothing, and that is known in the end only */
  constructor(readonly alone: boolean) {
    super('');
  }

  override readonly submit = (connection: unknown): void => {
    const wire = connection as Wire;
    this.#wire = wire;
    const known = columnsOf(wire);
    wire.stream.cork();
    for (const { name, text, values } of this.parts) {
      if (!(name in wire.parsedStatements) && !(name in wire.submittedNamedStatements)) {
        wire.parse({ name, text });
        wire.submittedNamedStatements[name] = text;
      }
      wire.bind({ statement: name, values });
      if (!known.has(name)) wire.describe({ type: 'P' });
      wire.execute({});
    }
    wire.sync();
    wire.stream.uncork();
    this.next();
  };

  handleRowDescription({ fields }: { fields: FieldDef[] }): void {
    this.#columns = fields.map(columnOf);
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    const row: Record<string, unknown> = {};
    this.#columns?.forEach(({ name, parse }, at) => {
      const field = fields[at] ?? null;
      row[name] = field === null ? null : parse(field);
    });
    this.#rows.push(row);
  }

  /** `INSERT 0 1`, `SELECT 2`, `BEGIN`: the last word is the number of rows, if there is one. */
  handleCommandComplete({ text }: { text: string }): void {
    if (this.#wire) columnsOf(this.#wire).set(this.name, this.#columns ?? []);
    const words = text.split(' ');
    this.#answers.push({ command: words[0] ?? '', rowCount: Number(words.at(-1)) || 0, rows: this.#rows });
    this.next();
  }

  handleReadyForQuery(): void {
    this.tell(this.#answers.length);
    this.callback?.(null);
  }

  handleError(error: Error): void {
    const failed = this.#answers.length;
    const fromServer = error instanceof pg.DatabaseError;
    if (!this.alone) this.tell(failed);
    for (const [at, part] of this.parts.entries()) {
      if (this.#wire && at >= failed) delete this.#wire.submittedNamedStatements[part.name];
      part.failed(this.alone || at <= failed || !fromServer ? error : new SkippedError(error));
    }
    this.callback?.(error);
  }

  private tell(count: number): void {
    for (const [at, answer] of this.#answers.slice(0, count).entries()) this.parts[at]?.answered(answer);
  }

  private next(): void {
    const part = this.parts[this.#answers.length];
    this.name = part?.name ?? '';
    this.text = part?.text ?? '';
    this.#columns = this.#wire && columnsOf(this.#wire).get(this.name);
    this.#rows = [];
  }
}

/** What is gathered for a connection during this turn of the event loop. */
const gathering = new WeakMap<PoolClient, StatementBatch[]>();

/** Sends a statement together with all else of this turn. `alone`: no transaction is around it. */
export function gather(client: PoolClient, asked: Asked, { alone }: { alone: boolean }): Departure {
  const part = { ...asked, values: asked.values.map((value) => prepared.prepareValue(value)) };
  const batches = gathering.get(client) ?? [];
  if (batches.length === 0) {
    gathering.set(client, batches);
    process.nextTick(sendGathered, client);
  }
  let batch = batches.at(-1);
  if (batch?.alone !== alone) batches.push((batch = new StatementBatch(alone)));
  batch.parts.push(part);
  return batch;
}

/** Sends what is gathered now: before something that is not gathered, and before somebody else gets the connection. */
export function sendGathered(client: PoolClient): void {
  const batches = gathering.get(client);
  if (!batches) return;
  gathering.delete(client);
  const { stream } = client.connection;
  stream.cork();
  for (const batch of batches) {
    batch.hasLeft = true;
    client.query(batch);
  }
  stream.uncork();
}
