import pg from 'pg';

interface Traced {
  text: string;
  values: number;
}

type Query = (this: pg.Client, ...given: unknown[]) => unknown;

/**
 * Sent at no request's time: the relay is woken for all of a moment at once, and a connection that is new is asked whether it
 * leads to the primary.
 */
const OF_THE_POOL = ['SELECT pg_notify(', 'SHOW transaction_read_only'];

/** Records the text of every statement that any connection of this process sends, with the number of its parameters. */
export class StatementTrace {
  readonly #statements: Traced[] = [];
  readonly #original: Query;

  constructor() {
    this.#original = pg.Client.prototype.query;
    const statements = this.#statements;
    const original = this.#original;
    (pg.Client.prototype as unknown as { query: Query }).query = function traced(...given: unknown[]): unknown {
      const [first] = given;
      const asked = typeof first === 'string' ? { text: first } : (first as Partial<pg.QueryConfig>);
      // What is sent together is one object.
      const { parts = [asked] } = asked as { parts?: Partial<pg.QueryConfig>[] };
      for (const { text = '', values = [] } of parts)
        if (!OF_THE_POOL.some((start) => text.startsWith(start))) statements.push({ text, values: values.length });
      return original.apply(this, given);
    };
  }

  /** What was sent since the last call. */
  take(): string[] {
    return this.#statements.splice(0).map(({ text, values }) => `${text.replaceAll(/\s+/g, ' ').trim()} [${values}]`);
  }

  stop(): void {
    (pg.Client.prototype as unknown as { query: Query }).query = this.#original;
  }
}
