import type { QueryRunner } from 'typeorm';

/** A result row with its columns in camelCase. Callers name the shape they selected. */
type Row = object;

const toCamelCase = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

function camelise(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [toCamelCase(name), value]));
}

/**
 * One open transaction (or, for reads, one connection). SQL is written as tagged templates, so every value is a
 * parameter and there is no other way to pass one (T91):
 * `tx.maybeOne<{ state: CaseState }>`\`SELECT state FROM recovery_cases WHERE id = ${id}\``.
 */
export class Transaction {
  constructor(private readonly runner: QueryRunner) {}

  async many<R extends Row>(text: TemplateStringsArray, ...values: unknown[]): Promise<R[]> {
    const result = await this.execute(text, values);
    return (result.records as Record<string, unknown>[]).map((row) => camelise(row) as R);
  }

  /** The first row, or undefined when there is none: for a guarded UPDATE that is the typed "somebody else won". */
  async maybeOne<R extends Row>(text: TemplateStringsArray, ...values: unknown[]): Promise<R | undefined> {
    return (await this.many<R>(text, ...values))[0];
  }

  /** Exactly one row. @throws Error when there is none: only for rows whose absence is a bug. */
  async one<R extends Row>(text: TemplateStringsArray, ...values: unknown[]): Promise<R> {
    const row = await this.maybeOne<R>(text, ...values);
    if (!row) throw new Error('a row that must exist is missing');
    return row;
  }

  /** Runs a statement and tells how many rows it touched. */
  async run(text: TemplateStringsArray, ...values: unknown[]): Promise<number> {
    return (await this.execute(text, values)).affected ?? 0;
  }

  private async execute(text: TemplateStringsArray, values: unknown[]) {
    const sql = text.reduce((built, part, index) => `${built}$${index}${part}`);
    return this.runner.query(sql, values, true);
  }
}
