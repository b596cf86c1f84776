import type { InferenceClient } from '../../providers/local/client.js';
import type { Campaign } from './campaign.js';
import { CARD_GROUPS, CARD_PLANS, planned, type CardGroup } from './card-plan.js';
import { CARDS_DAY, scoreCard, type CardOutcome } from './card-score.js';
import { readInParts, type Stretch } from './local-client.js';
import type { Part } from './progress.js';

const OUTCOMES: readonly CardOutcome[] = ['exact', 'valid', 'false_valid', 'wrong', 'failed'];

/** Least share that must be read exactly. A group without one is measured only. */
const LEAST_EXACT: Readonly<Record<string, number>> = {
  strip: 115 / 120,
  card_1280: 38 / 40,
  'pdf417.clean': 1,
  'pdf417.medium': 58 / 60,
};

/** Drawn documents photographed at three severities and read by the product's own worker. */
export const localCards: Campaign = {
  help: 'machine-readable zones, photographed cards and PDF417 at three severities: how many are read, none falsely',
  defaultUnits: CARD_PLANS.length,
  unit: 'pictures',
  run: (run) => readInParts(run, readPart),
  judge(parts) {
    const counts = countsOf(parts);
    const falsely = [...counts.keys()].filter((name) => outcomeIn(counts, name, 'false_valid') > 0);
    return [
      ...falsely.map((name) => `${name}: another text was read as if it were right`),
      ...Object.entries(LEAST_EXACT).flatMap(([name, least]) => tooFewExact(counts, { name, least })),
    ];
  },
  summary(parts) {
    const counts = countsOf(parts);
    return CARD_GROUPS.flatMap((group) => describeGroup(counts, group)).join('; ');
  },
};

async function readPart(client: InferenceClient, { seed, from, to }: Stretch): Promise<Part> {
  const figures: Record<string, number> = {};
  for (let place = from; place < to; place += 1) {
    const { group, severity, picture, ...truth } = await planned(seed, place);
    const { front } = await client.read({ front: picture }, CARDS_DAY);
    const name = `${group}.${severity}.${scoreCard(truth, front)}`;
    figures[name] = (figures[name] ?? 0) + 1;
  }
  return { units: to - from, faults: [], figures };
}

/** Outcomes by group and severity, `strip.hard` say. */
type Counts = Map<string, Map<string, number>>;

function countsOf(parts: readonly Part[]): Counts {
  const counts: Counts = new Map();
  for (const [key, count] of parts.flatMap(({ figures }) => Object.entries(figures ?? {}))) {
    const [group = '', severity = '', outcome = ''] = key.split('.');
    const name = `${group}.${severity}`;
    const outcomes = counts.get(name) ?? new Map<string, number>();
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + Number(count));
    counts.set(name, outcomes);
  }
  return counts;
}

/** `name` is a group, or a group with its severity. */
function outcomeIn(counts: Counts, name: string, outcome?: CardOutcome): number {
  return [...counts]
    .filter(([key]) => key === name || key.startsWith(`${name}.`))
    .flatMap(([, outcomes]) => [...outcomes])
    .reduce((sum, [key, count]) => sum + (outcome === undefined || key === outcome ? count : 0), 0);
}

function tooFewExact(counts: Counts, { name, least }: { name: string; least: number }): string[] {
  const all = outcomeIn(counts, name);
  const exact = outcomeIn(counts, name, 'exact');
  return exact >= least * all - 1e-9
    ? []
    : [`${name}: ${exact} of ${all} read exactly, at least ${Math.ceil(least * all)} must be`];
}

function describeGroup(counts: Counts, group: CardGroup): string[] {
  const names = [group, ...[...counts.keys()].filter((name) => name.startsWith(`${group}.`)).sort()];
  const [whole, ...severities] = names.map((name) => {
    const others = OUTCOMES.slice(1).flatMap((outcome) => {
      const count = outcomeIn(counts, name, outcome);
      return count > 0 ? [`${count} ${outcome}`] : [];
    });
    return [`${outcomeIn(counts, name, 'exact')}/${outcomeIn(counts, name)}`, ...others].join(' ');
  });
  return outcomeIn(counts, group) === 0 ? [] : [`${group} ${whole} (${severities.join(', ')})`];
}
