import { createHash } from 'node:crypto';
import pg, { type PoolClient, type QueryResult } from 'pg';
import type { KeyRing } from '../crypto/key-ring.js';

/** What a parameter can be: everything node-postgres turns into text without asking the value how. */
type Scalar = string | number | bigint | boolean | Date | Uint8Array | null;
export type SqlValue = Scalar | undefined | readonly Scalar[];

/** A result row with its columns in camelCase. Callers name the shape they selected. */
type Row = object;

/** The text of a statement and the name under which each connection prepares it once. */
interface Statement {
  name: string;
  text: string;
}

/** A statement as it is written down in the sources, and what stands in its places. */
interface Asked {
  text: TemplateStringsArray;
  values: SqlValue[];
}

/** One entry for each place in the sources that has a statement: their number is small and does not grow. */
const statements = new WeakMap<TemplateStringsArray, Statement>();

function statementOf(parts: TemplateStringsArray): Statement {
  const known = statements.get(parts);
  if (known) return known;
  const text = parts.reduce((built, part, index) => `${built}$${index}${part}`);
  const statement = { name: createHash('sha256').update(text).digest('base64url'), text };
  statements.set(parts, statement);
  return statement;
}

const camelCase = new Map<string, string>();

function toCamelCase(name: string): string {
  const known = camelCase.get(name);
  if (known !== undefined) return known;
  const changed = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  camelCase.set(name, changed);
  return changed;
}

function camelise(row: Record<string, unknown>): Record<string, unknown> {
  const camelised: Record<string, unknown> = {};
  for (const name in row) camelised[toCamelCase(name)] = row[name];
  return camelised;
}

function rowsOf<R extends Row>({ rows }: QueryResult): R[] {
  return (rows as Record<string, unknown>[]).map((row) => camelise(row) as R);
}

/** Connections whose statements of this turn of the event loop are being gathered. */
const gathering = new WeakSet<PoolClient>();

/** Lets everything that is sent during this turn of the event loop leave in one write to the socket. */
export function gather(client: PoolClient): PoolClient {
  if (gathering.has(client)) return client;
  const { stream } = client.connection;
  gathering.add(client);
  stream.cork();
  process.nextTick(() => {
    gathering.delete(client);
    stream.uncork();
  });
  return client;
}

type Answered = (error: Error | null, result: QueryResult) => void;

/** A statement under its name. Made of its parts: what node-postgres is given as one object it copies property by property. */
class PreparedQuery extends pg.Query {
  readonly name: string;

  constructor(
    { name, text }: Statement,
    values: SqlValue[],
    readonly callback: Answered,
  ) {
    super(text, values);
    this.name = name;
  }
}

/**
 * Sends a word to the server, together with all else of this turn. By a callback, as statements are: node-postgres' own
 * promise brings another one with it, and each promise costs, because a request's correlation (`AsyncLocalStorage`) follows
 * it: on Node 20 a fifth of a delivery's time in the API. Methods that only pass an answer on are no `async` functions here.
 */
export function say(client: PoolClient, word: 'BEGIN' | 'COMMIT'): Promise<QueryResult> {
  return new Promise((resolve, reject) =>
    gather(client).query(word, (error: Error | null, result) => (error ? reject(error) : resolve(result))),
  );
}

/** The error as of where its statement is, and not of where the socket was read. */
function fromHere(error: unknown): never {
  if (error instanceof Error) Error.captureStackTrace(error);
  throw error;
}

/** What may leave together with `BEGIN`, because it changes nothing: a function that writes is not called like that. */
const LOOKS = /^\s*SELECT\b/;

/**
 * One open transaction (or, for reads, one connection). SQL is written as tagged templates, so every value is a
 * parameter and there is no other way to pass one (T91):
 * `tx.maybeOne<{ state: CaseState }>`\`SELECT state FROM recovery_cases WHERE id = ${id}\``.
 *
 * Statements go to the server in the order in which they are written down, and do not wait for each other's answers
 * (docs/adr/0012): what does not need a result is {@link send}, and what needs several asks for them at once.
 */
export class Transaction {
  readonly #afterwards: (() => void)[] = [];
  readonly #channels = new Set<string>();
  /** The answer to the last of what was sent; those before it are answered by then. */
  #lastSent: Promise<void> | undefined;
  #over = false;
  #failure: Error | undefined;
  #opening: Promise<unknown> | undefined;
  #hasOnlyLooked = true;

  readonly #ring: KeyRing | undefined;

  /** @param opening the answer to `BEGIN`; without it, each statement is its own transaction */
  constructor(
    private readonly client: PoolClient,
    { opening, ring }: { opening?: Promise<unknown>; ring?: KeyRing } = {},
  ) {
    this.#opening = opening;
    this.#ring = ring;
    opening?.then(
      () => (this.#opening = undefined),
      () => undefined,
    );
  }

  many<R extends Row>(text: TemplateStringsArray, ...values: SqlValue[]): Promise<R[]> {
    return this.execute({ text, values }, rowsOf<R>);
  }

  /** The first row, or undefined when there is none: for a guarded UPDATE that is the typed "somebody else won". */
  maybeOne<R extends Row>(text: TemplateStringsArray, ...values: SqlValue[]): Promise<R | undefined> {
    return this.execute({ text, values }, (result) => rowsOf<R>(result)[0]);
  }

  /** Exactly one row. @throws Error when there is none: only for rows whose absence is a bug. */
  async one<R extends Row>(text: TemplateStringsArray, ...values: SqlValue[]): Promise<R> {
    const row = await this.maybeOne<R>(text, ...values);
    if (!row) throw new Error('a row that must exist is missing');
    return row;
  }

  /** Runs a statement and tells how many rows it touched. */
  run(text: TemplateStringsArray, ...values: SqlValue[]): Promise<number> {
    return this.execute({ text, values }, ({ rowCount }) => rowCount ?? 0);
  }

  /** Sends a statement whose result nobody needs. When it fails, the whole transaction does. */
  send(text: TemplateStringsArray, ...values: SqlValue[]): void {
    const answered = (): void => undefined;
    this.#lastSent = this.execute({ text, values }, answered).catch(answered);
  }

  /** Whether something was sent that {@link settle} waits for. */
  get hasSent(): boolean {
    return this.#lastSent !== undefined;
  }

  /** Waits for all that was sent. @throws what the first statement that failed threw, whichever that was */
  async settle(): Promise<void> {
    await this.#lastSent;
    if (this.#failure) throw this.#failure;
  }

  /** What a row is signed with that has to be known as ours. @throws Error on a connection that was made without a key ring */
  get ring(): KeyRing {
    if (!this.#ring)
      throw new Error('this connection was made without a key ring, and writes nothing that has to be signed');
    return this.#ring;
  }

  /** What the first failed statement threw: those behind it only hear that the transaction is aborted. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Runs `effect` once what was done is committed, and never when it is not: for what counts things that happened. */
  onCommit(effect: () => void): void {
    this.#afterwards.push(effect);
  }

  /** Wakes who listens to a channel, soon after what was done is committed ({@link Database.wakeSoon}). */
  wake(channel: string): void {
    this.#channels.add(channel);
  }

  /** To be called by whoever has committed. Returns the channels to be woken. */
  committed(): ReadonlySet<string> {
    for (const effect of this.#afterwards.splice(0)) effect();
    return this.#channels;
  }

  /** From here on nothing more is sent: whoever still works on a transaction that was refused gets an error. */
  close(): void {
    this.#over = true;
  }

  /** Whether everything so far only looks: what followed a `BEGIN` that failed would be committed by itself. */
  private goesWithBegin({ text }: Statement): boolean {
    this.#hasOnlyLooked &&= LOOKS.test(text);
    return this.#hasOnlyLooked;
  }

  /** What `read` makes of the answer. Two promises each, the caller's own not counted: no more than it takes. */
  private execute<Answer>(asked: Asked, read: (result: QueryResult) => Answer): Promise<Answer> {
    const statement = statementOf(asked.text);
    const opening = this.#opening;
    const ask = (): Promise<QueryResult> => this.ask(statement, asked.values);
    const answer = opening && !this.goesWithBegin(statement) ? opening.then(ask) : ask();
    return answer.then(read, fromHere);
  }

  private ask(statement: Statement, values: SqlValue[]): Promise<QueryResult> {
    if (this.#over) return Promise.reject(new Error('the transaction is over'));
    return new Promise((resolve, reject) => {
      const answered: Answered = (error, result) => {
        if (!error) return resolve(result);
        // At once: before anybody hears of what was sent behind it.
        this.#failure ??= error;
        reject(error);
      };
      gather(this.client).query(new PreparedQuery(statement, values, answered));
    });
  }
}
