import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { KeyRing } from '../crypto/key-ring.js';
import { type Answer, type Departure, gather, SkippedError, type Statement } from './statement-batch.js';

/** What a parameter can be: everything node-postgres turns into text without asking the value how. */
type Scalar = string | number | bigint | boolean | Date | Uint8Array | null;
export type SqlValue = Scalar | undefined | readonly Scalar[];

/** A result row with its columns in camelCase. Callers name the shape they selected. */
type Row = object;

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

/** The rows are what their statement selects: callers name the shape. */
const rowsOf = <R extends Row>({ rows }: Answer): R[] => rows as R[];

/** A `BEGIN` that was said, and what leaves with it. */
export interface Opening {
  answered: Promise<Answer>;
  leaving: Departure;
}

/** Sends a word to the server, together with all else of this turn. */
export function say(client: PoolClient, word: 'BEGIN' | 'COMMIT'): Opening {
  let leaving: Departure = { hasLeft: true };
  const answered = new Promise<Answer>((answered, failed) => {
    leaving = gather(client, { name: word, text: word, values: [], answered, failed }, { alone: false });
  });
  return { answered, leaving };
}

/** The error as of where its statement is, and not of where the socket was read. */
function fromHere(error: unknown): never {
  if (error instanceof Error) Error.captureStackTrace(error);
  throw error;
}

/** What may leave before `BEGIN` is answered, because it changes nothing: a function that writes is not called like that. */
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
  #opening: Opening | undefined;
  readonly #alone: boolean;
  #hasOnlyLooked = true;

  readonly #ring: KeyRing | undefined;

  /**
   * @param opening the transaction's `BEGIN`; without it, what is sent in one turn of the event loop is a transaction
   * by itself
   */
  constructor(
    private readonly client: PoolClient,
    { opening, ring }: { opening?: Opening; ring?: KeyRing } = {},
  ) {
    this.#opening = opening;
    this.#alone = opening === undefined;
    this.#ring = ring;
    opening?.answered.then(
      () => (this.#opening = undefined),
      () => undefined,
    );
  }

  many<R extends Row>(text: TemplateStringsArray, ...values: SqlValue[]): Promise<R[]> {
    return this.execute({ text, values }, rowsOf<R>);
  }

  /** The first row, or undefined when there is none: for a guarded UPDATE that is the typed "somebody else won". */
  maybeOne<R extends Row>(text: TemplateStringsArray, ...values: SqlValue[]): Promise<R | undefined> {
    return this.execute({ text, values }, (answer) => rowsOf<R>(answer)[0]);
  }

  /** Exactly one row. @throws Error when there is none: only for rows whose absence is a bug. */
  async one<R extends Row>(text: TemplateStringsArray, ...values: SqlValue[]): Promise<R> {
    const row = await this.maybeOne<R>(text, ...values);
    if (!row) throw new Error('a row that must exist is missing');
    return row;
  }

  /** Runs a statement and tells how many rows it touched. */
  run(text: TemplateStringsArray, ...values: SqlValue[]): Promise<number> {
    return this.execute({ text, values }, ({ rowCount }) => rowCount);
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

  /** Wakes who listens to a channel, soon after what was done is committed. */
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

  /**
   * What leaves with `BEGIN` waits for nothing: behind one that failed, the server skips it. Later on only what looks
   * may go ahead, as long as nothing before it waits: anything else would be committed by itself.
   */
  private waitsFor(opening: Opening, { text }: Statement): boolean {
    if (!opening.leaving.hasLeft) return false;
    this.#hasOnlyLooked &&= LOOKS.test(text);
    return !this.#hasOnlyLooked;
  }

  /** What `read` makes of the answer. */
  private execute<Result>(asked: Asked, read: (answer: Answer) => Result): Promise<Result> {
    const statement = statementOf(asked.text);
    const opening = this.#opening;
    const ask = (): Promise<Answer> => this.ask(statement, asked.values);
    const answer = opening && this.waitsFor(opening, statement) ? opening.answered.then(ask) : ask();
    return answer.then(read, fromHere);
  }

  private ask({ name, text }: Statement, values: SqlValue[]): Promise<Answer> {
    if (this.#over) return Promise.reject(new Error('the transaction is over'));
    return new Promise((answered, reject) => {
      const failed = (error: Error): void => {
        // At once: before anybody hears of what was sent behind it.
        this.#failure ??= error instanceof SkippedError ? error.failure : error;
        reject(error);
      };
      gather(this.client, { name, text, values, answered, failed }, { alone: this.#alone });
    });
  }
}
