import { brokenPromises, measureClass, PAIR_CLASSES, RULE_NAMES, type ClassRow } from '../matching/match-table.js';
import type { Campaign } from './campaign.js';
import type { Part } from './progress.js';

/** The published table (docs/matching.md), with more pairs: ours against what Entra and Duo say that they do (T63, T65). */
export const matchTable: Campaign = {
  help: 'ours, Entra and Duo on pairs of one person and of two; ours is wrong less often, class by class',
  defaultUnits: 2_000,
  unit: 'pairs a class',
  async *run({ units, done, seed }) {
    if (done >= units) return;
    const rows = PAIR_CLASSES.map((kind) => measureClass(kind, { seed, perClass: units }));
    yield { units: units - done, faults: brokenPromises(rows), figures: Object.fromEntries(rows.map(figuresOf)) };
  },
  summary: (parts: readonly Part[]) =>
    Object.entries(parts.at(-1)?.figures ?? {})
      .map(([name, figures]) => `${name}: ${[figures].flat().join('/')}`)
      .join(', '),
};

/** Pairs, and wrong answers in the order of the rules. */
const figuresOf = ({ name, pairs, wrong }: ClassRow): [string, number[]] => [
  name,
  [pairs, ...RULE_NAMES.map((rule) => wrong[rule])],
];
