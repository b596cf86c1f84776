import type { SeededRandom } from '../harness/seeded-random.js';
import type { Person } from '../../test/people/person.js';
import type { Pair } from './matching-rules.js';

/** Pairs of one kind. */
export interface PairClass {
  name: string;
  /** Whether record and document are of one person. */
  samePerson: boolean;
  /** Nothing for a person that the class does not fit. */
  make(person: Person, random: SeededRandom): Pair | undefined;
  /**
   * Published, and outside of what is promised: no rule can tell these apart by names, or only one that gives up
   * elsewhere.
   */
  limit?: true;
}

/** A pair of which nobody else in the directory has the name. */
export const pairOf = (record: Pair['record'], document: Pair['document']): Pair => ({
  record,
  document,
  nameIsShared: false,
});
