import type { InferenceClient } from '../../providers/local/client.js';
import type { SideReading } from '../../providers/local/documents/document-reading.js';
import { drawDocument, photograph, photographStrip, SEVERITIES, type Severity } from '../../test/cards/index.js';
import { SeededRandom } from '../harness/seeded-random.js';
import type { Campaign } from './campaign.js';
import { CARDS_DAY, scoreCard, type CardOutcome } from './card-score.js';
import { forgeZone } from './forged-zone.js';
import { readInParts, type Stretch } from './local-client.js';
import type { Part } from './progress.js';

const OUTCOMES: readonly CardOutcome[] = ['exact', 'wrong', 'failed', 'false_valid'];

const STRIP_KINDS = ['td1', 'td2', 'td3', 'mrv_a', 'mrv_b'] as const;
const CARD_KINDS = ['td1', 'td2', 'td3'] as const;
const CARD_WIDTHS = [1280, 900] as const;

/**
 * Zones that were printed with a wrong check digit, photographed. The reader reads a zone with a wrong digit again and
 * chooses the reading with the fewest faults: here is counted how often that makes a forged digit a right one.
 */
export const localForged: Campaign = {
  help: 'zones printed with a wrong check digit or character, photographed at three severities: none is read as right',
  defaultUnits: 270,
  unit: 'pictures',
  run: (run) => readInParts(run, readPart),
  judge(parts) {
    const falsely = countOf(parts, 'false_valid');
    return falsely === 0 ? [] : [`${falsely} zones with a wrong digit were read as right`];
  },
  summary(parts) {
    const found = (group: string): string =>
      OUTCOMES.map((outcome) => `${countOf(parts, outcome, group)} ${outcome}`).join(', ');
    return ['strip', 'card'].map((group) => `${group}: ${found(group)}`).join('; ');
  },
};

async function readPart(client: InferenceClient, { seed, from, to }: Stretch): Promise<Part> {
  const figures: Record<string, number> = {};
  for (let place = from; place < to; place += 1) {
    const { group, severity, picture, mrz } = await forgedPicture(seed * 10_000 + place, place);
    const { front } = await client.read({ front: picture }, CARDS_DAY);
    const name = `${group}.${severity}.${outcomeOf(mrz, front)}`;
    figures[name] = (figures[name] ?? 0) + 1;
  }
  return { units: to - from, faults: [], figures };
}

/** No letter that no digit covers makes a forged zone right: whatever is valid is falsely so. */
function outcomeOf(mrz: readonly string[], front: SideReading): CardOutcome {
  const outcome = scoreCard({ mrz }, front);
  return outcome === 'valid' ? 'false_valid' : outcome;
}

interface ForgedPicture {
  group: 'strip' | 'card';
  severity: Severity;
  picture: Buffer;
  mrz: readonly string[];
}

/** By turns a zone by itself and a whole card. */
async function forgedPicture(seed: number, place: number): Promise<ForgedPicture> {
  const index = Math.floor(place / 2);
  const random = new SeededRandom(seed);
  const change = (zone: readonly string[]): string[] => forgeZone(zone, random);
  if (place % 2 === 0) {
    const severity = turn(SEVERITIES, Math.floor(index / STRIP_KINDS.length));
    const { jpeg, mrz } = await photographStrip({ seed, kind: turn(STRIP_KINDS, index), severity, change });
    return { group: 'strip', severity, picture: jpeg, mrz };
  }
  const severity = turn(SEVERITIES, Math.floor(index / CARD_KINDS.length));
  const kind = turn(CARD_KINDS, index);
  const { mrz: right } = await drawDocument({ seed, kind });
  const { front, back, mrz } = await drawDocument({ seed, kind, mrz: change(right) });
  const cardWidth = turn(CARD_WIDTHS, Math.floor(index / (CARD_KINDS.length * SEVERITIES.length)));
  return { group: 'card', severity, picture: await photograph(back ?? front, { seed, severity, cardWidth }), mrz };
}

function turn<Value>(values: readonly Value[], index: number): Value {
  const value = values[index % values.length];
  if (value === undefined) throw new Error('there is nothing to choose from');
  return value;
}

function countOf(parts: readonly Part[], outcome: CardOutcome, group?: string): number {
  return parts
    .flatMap(({ figures }) => Object.entries(figures ?? {}))
    .filter(([name]) => name.endsWith(`.${outcome}`) && (group === undefined || name.startsWith(`${group}.`)))
    .reduce((sum, [, count]) => sum + Number(count), 0);
}
