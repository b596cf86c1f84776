import { SeededRandom } from '../harness/seeded-random.js';
import { generatePeople } from '../../test/people/generate-people.js';
import { DIFFERENT_PEOPLE } from './different-people-pairs.js';
import { MATCHING_RULES, type Claims, type Pair, type RuleName } from './matching-rules.js';
import type { PairClass } from './pair-class.js';
import { SAME_PERSON } from './same-person-pairs.js';

export const PAIR_CLASSES: readonly PairClass[] = [...SAME_PERSON, ...DIFFERENT_PEOPLE];
export const RULE_NAMES = Object.keys(MATCHING_RULES) as RuleName[];

/** How each rule did on one class: wrong answers, which are non-matches of one person or matches of two. */
export interface ClassRow {
  name: string;
  samePerson: boolean;
  limit: boolean;
  pairs: number;
  wrong: Record<RuleName, number>;
}

/** People looked at for one pair before a class is given up: one culture in 23, and a trait that one in ten of it has. */
const TRIES = 400;
/** Classes have seeds of their own. */
const SEEDS_APART = 1_009;

/** How the document says whose national its holder is: in a nationality that was read, by its kind and issuer, or not at all. */
export type NationalityShown = 'read' | 'by_issuer' | 'not_at_all';

/** Every rule on `perClass` pairs of every class. The same seed gives the same table, and the same people whatever is shown. */
export const measure = (seed: number, perClass: number, shown: NationalityShown = 'read'): ClassRow[] =>
  PAIR_CLASSES.map((kind) => measureClass(kind, { seed, perClass, shown }));

interface Sample {
  seed: number;
  perClass: number;
  shown?: NationalityShown;
}

/** Pairs of one class, from people in the order in which they are invented. */
export function* pairsOf(kind: PairClass, { seed, perClass }: Sample): Generator<Pair> {
  const own = seed * SEEDS_APART + PAIR_CLASSES.indexOf(kind);
  const random = new SeededRandom(own);
  let found = 0;
  for (const person of generatePeople(own, perClass * TRIES)) {
    const pair = kind.make(person, random);
    if (pair) {
      found += 1;
      yield pair;
    }
    if (found === perClass) return;
  }
}

function asShown({ nationality, ...document }: Claims, shown: NationalityShown): Claims {
  if (shown === 'not_at_all') return document;
  if (shown === 'read') return { ...document, ...(nationality !== undefined && { nationality }) };
  return { ...document, shown: { documentType: 'passport', issuingCountry: nationality } };
}

export function measureClass(kind: PairClass, sample: Sample): ClassRow {
  const { name, samePerson, limit } = kind;
  const wrong = { ours: 0, entraExact: 0, entraRelaxed: 0, duo: 0 };
  let count = 0;
  for (const pair of pairsOf(kind, sample)) {
    count += 1;
    const seen = { ...pair, document: asShown(pair.document, sample.shown ?? 'read') };
    for (const rule of RULE_NAMES) if (MATCHING_RULES[rule](seen) !== samePerson) wrong[rule] += 1;
  }
  return { name, samePerson, limit: limit === true, pairs: count, wrong };
}

/** Sum of some rows. */
export function total(name: string, rows: readonly ClassRow[]): ClassRow {
  const sum = (of: (row: ClassRow) => number): number => rows.reduce((before, row) => before + of(row), 0);
  return {
    name,
    samePerson: rows[0]?.samePerson ?? true,
    limit: false,
    pairs: sum(({ pairs }) => pairs),
    wrong: {
      ours: sum(({ wrong }) => wrong.ours),
      entraExact: sum(({ wrong }) => wrong.entraExact),
      entraRelaxed: sum(({ wrong }) => wrong.entraRelaxed),
      duo: sum(({ wrong }) => wrong.duo),
    },
  };
}

/** Classes in which ours recognises fewer people, or mistakes more, than in the table beside it; of the same pairs. */
export const worseThan = (rows: readonly ClassRow[], full: readonly ClassRow[]): ClassRow[] =>
  rows.filter(({ name, wrong }) => full.some((row) => row.name === name && row.wrong.ours < wrong.ours));

/**
 * What the table promises, row by row and in sum: where somebody is to be recognised we are wrong less often than each
 * other rule, or none is wrong; where two are to be told apart we are wrong no more often. Each text is a broken promise.
 */
export function brokenPromises(rows: readonly ClassRow[]): string[] {
  const kept = rows.filter(({ limit }) => !limit);
  const sums = [true, false].map((samePerson) =>
    total(
      'overall',
      kept.filter((row) => row.samePerson === samePerson),
    ),
  );
  return [...kept, ...sums].flatMap((row) =>
    brokenBy(row).map((rule) => `${row.name}: ${row.wrong.ours} wrong, ${rule} ${row.wrong[rule]} of ${row.pairs}`),
  );
}

/** Rules that do better on one row than the promise allows. */
export const brokenBy = (row: ClassRow): RuleName[] =>
  RULE_NAMES.filter((rule) => rule !== 'ours' && !isKept(row, rule));

function isKept({ samePerson, wrong }: ClassRow, rule: RuleName): boolean {
  return samePerson ? wrong.ours < wrong[rule] || wrong.ours === 0 : wrong.ours <= wrong[rule];
}
