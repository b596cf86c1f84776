import {
  drawDocument,
  drawLicence,
  inventLicence,
  photograph,
  photographStrip,
  pickPortrait,
  SEVERITIES,
  type Severity,
} from '../../test/cards/index.js';
import { SeededRandom } from '../harness/seeded-random.js';

export const CARD_GROUPS = ['strip', 'visa_strip', 'card_640', 'card_900', 'card_1280', 'pdf417'] as const;
export type CardGroup = (typeof CARD_GROUPS)[number];

/** One picture to read, and what is on it. */
export interface PlannedPicture {
  group: CardGroup;
  severity: Severity;
  picture: Buffer;
  mrz?: readonly string[];
  barcode?: string;
}

interface Plan {
  group: CardGroup;
  severity: Severity;
  make(seed: number): Promise<Omit<PlannedPicture, 'group' | 'severity'>>;
}

const ZONE_KINDS = ['td1', 'td2', 'td3'] as const;
const VISA_KINDS = ['mrv_a', 'mrv_b'] as const;
const CARD_WIDTHS = [640, 900, 1280] as const;

/**
 * 40 of each severity and zone kind together make 120 strips; 40 strips of visas; the same 40 TD2 cards at three widths;
 * 60 barcodes of each severity on a card of 900 pixels. The order mixes the groups, so that the first few are a sample.
 */
export const CARD_PLANS: readonly Plan[] = interleave([
  repeat(120, (index) => strip('strip', ZONE_KINDS[index % 3] ?? 'td1', severityOf(Math.floor(index / 3)))),
  repeat(40, (index) => strip('visa_strip', VISA_KINDS[index % 2] ?? 'mrv_a', severityOf(Math.floor(index / 2)))),
  ...CARD_WIDTHS.map((width) => repeat(40, (index) => card(width, index))),
  repeat(180, (index) => licence(severityOf(index))),
]);

/** Draws and photographs the picture at a place of the plan. */
export async function planned(seed: number, place: number): Promise<PlannedPicture> {
  const plan = CARD_PLANS[place];
  if (!plan) throw new Error(`the plan has no picture ${place}`);
  return { group: plan.group, severity: plan.severity, ...(await plan.make(seed * 10_000 + place)) };
}

function strip(group: CardGroup, kind: Parameters<typeof photographStrip>[0]['kind'], severity: Severity): Plan {
  return {
    group,
    severity,
    make: async (seed) => {
      const { jpeg, mrz } = await photographStrip({ seed, kind, severity });
      return { picture: jpeg, mrz };
    },
  };
}

/** The card is the same at every width: what differs is the distance. */
function card(width: (typeof CARD_WIDTHS)[number], index: number): Plan {
  const severity = severityOf(index);
  return {
    group: `card_${width}`,
    severity,
    make: async (seed) => {
      const cardSeed = Math.floor(seed / 10_000) * 10_000 + 5_000 + index;
      const { front, mrz } = await drawDocument({ seed: cardSeed, kind: 'td2' });
      return { picture: await photograph(front, { seed: cardSeed, severity, cardWidth: width }), mrz };
    },
  };
}

function licence(severity: Severity): Plan {
  return {
    group: 'pdf417',
    severity,
    make: async (seed) => {
      const random = new SeededRandom(seed);
      const { back, text } = await drawLicence(inventLicence(random), { portrait: await pickPortrait(random) });
      // Measured elsewhere with cards turned by up to six degrees when hard.
      const conditions = severity === 'hard' ? { tiltDegrees: 6 } : undefined;
      return { picture: await photograph(back, { seed, severity, cardWidth: 900, conditions }), barcode: text };
    },
  };
}

function severityOf(index: number): Severity {
  return SEVERITIES[index % SEVERITIES.length] ?? 'clean';
}

function repeat(count: number, make: (index: number) => Plan): Plan[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function interleave(groups: readonly (readonly Plan[])[]): Plan[] {
  const total = groups.reduce((sum, { length }) => sum + length, 0);
  return groups
    .flatMap((group) => group.map((plan, index) => ({ plan, at: ((index + 0.5) * total) / group.length })))
    .sort((one, other) => one.at - other.at)
    .map(({ plan }) => plan);
}
