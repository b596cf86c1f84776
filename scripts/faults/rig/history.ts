import { performance } from 'node:perf_hooks';
import { isLinearizable, OPENED_ONCE, REFUSED, SPENT_ONCE, type Model, type Operation } from '../linearizable.js';

const MODELS = { opening: OPENED_ONCE, token: SPENT_ONCE } satisfies Record<string, Model<string>>;

/** What clients asked of the things that may happen once, and when each was told what. */
export class History {
  readonly #operations = new Map<string, { kind: keyof typeof MODELS; operations: Operation[] }>();

  /** Does `ask` on one token or one idempotency key, which `about` stands for. An answer of undefined: nobody was told. */
  async record<Given>(
    of: { kind: keyof typeof MODELS; about: string },
    ask: () => Promise<Given>,
    answerOf: (given: Given) => string | undefined,
  ): Promise<Given> {
    const operation: Operation = { calledAt: performance.now(), returnedAt: Infinity, answer: undefined };
    const known = this.#operations.get(of.about) ?? { kind: of.kind, operations: [] };
    this.#operations.set(of.about, known);
    known.operations.push(operation);
    const given = await ask();
    Object.assign(operation, { returnedAt: performance.now(), answer: answerOf(given) });
    return given;
  }

  /** How many there were of which more than one was under way. */
  get contested(): number {
    return [...this.#operations.values()].filter(({ operations }) => operations.length > 1).length;
  }

  forget(): void {
    this.#operations.clear();
  }

  /**
   * Histories that no order of the operations explains. A token may have been replaced by one that was issued later: to a
   * request that its browser had given up. Then nobody spends it, and everybody is refused; `replaced` says of which.
   */
  async faults(replaced: (token: string) => Promise<boolean>): Promise<string[]> {
    const faults: string[] = [];
    for (const [about, { kind, operations }] of this.#operations) {
      if (isLinearizable(operations, MODELS[kind])) continue;
      const allRefused = operations.every(({ answer }) => answer === undefined || answer.startsWith(REFUSED));
      if (kind === 'token' && allRefused && (await replaced(about))) continue;
      faults.push(`I1: no order explains what became of one ${kind}: ${JSON.stringify(operations)}`);
    }
    return faults;
  }
}
