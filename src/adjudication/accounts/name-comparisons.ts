import { setImmediate as breathe } from 'node:timers/promises';
import type { KnownIdentity } from '../../directory/known-identities.js';
import { isOneOf, readNames, type NamedPerson, type ReadNames } from './namesakes.js';

/** Names that are compared in one go: some milliseconds. Then others who wait for this thread have their turn. */
const AT_ONCE = 200;

/** An account, and what a recovery would compare with. */
export interface AskedName {
  subjectId: string;
  person: NamedPerson;
}

interface Asker {
  subjectId: string;
  names: ReadNames;
}

/**
 * Compares names of many accounts with each other. One account may have to be compared with hundreds, and each of those
 * with hundreds. So every name is read once, and the thread is given up after each {@link AT_ONCE} comparisons.
 */
export class NameComparisons {
  readonly #askers = new Map<string, Asker[]>();
  #compared = 0;

  /** Has this account compared with those. */
  add({ subjectId, person }: AskedName, others: readonly string[]): void {
    const asker: Asker = { subjectId, names: readNames(person) };
    for (const other of others) {
      const known = this.#askers.get(other);
      if (known) known.push(asker);
      else this.#askers.set(other, [asker]);
    }
  }

  /** All accounts that any is compared with. */
  others(): string[] {
    return [...this.#askers.keys()];
  }

  /** The accounts that are compared with this one. */
  askersOf(other: string): string[] {
    return (this.#askers.get(other) ?? []).map(({ subjectId }) => subjectId);
  }

  /** Those of them who could be taken for it, by what its profile or its record says, or said a week ago. */
  async namesakesOf({ subjectId, profile, record = {}, formerly = [] }: KnownIdentity): Promise<string[]> {
    const theirs = readNames(profile, record, ...formerly);
    const found: string[] = [];
    for (const asker of this.#askers.get(subjectId) ?? []) {
      if (isOneOf(asker.names, theirs)) found.push(asker.subjectId);
      this.#compared += 1;
      if (this.#compared % AT_ONCE === 0) await breathe();
    }
    return found;
  }
}
