import type { InferenceClient } from '../../providers/local/client.js';
import { FORMATS } from '../../src/embedded/specimens/index.js';
import {
  drawDocument,
  photograph,
  photographOfCopy,
  SCREEN_KINDS,
  SEVERITIES,
  shotFromLife,
  shotFromScreen,
} from '../../test/cards/index.js';
import type { Campaign } from './campaign.js';
import { CARDS_DAY } from './card-score.js';
import { readInParts, type Stretch } from './local-client.js';
import type { Part } from './progress.js';

const CARD_KINDS = ['td2', 'td3', 'td1'] as const;
const CARD_WIDTH = 1280;

/** A drawn card at one of three severities. */
interface Sheet {
  front: Buffer;
  seed: number;
  severity: (typeof SEVERITIES)[number];
  widthMm: number;
}

type Way = readonly [name: string, take: (sheet: Sheet) => Promise<Buffer>];

const straight = ({ front, seed, severity }: Sheet): Promise<Buffer> =>
  photograph(front, { seed, severity, cardWidth: CARD_WIDTH });

/** Whoever shows a picture on a screen takes a good one. */
const clean = (sheet: Sheet): Promise<Buffer> => straight({ ...sheet, severity: 'clean' });

/** The card itself, by two cameras, and what is no card any more. */
const WAYS: readonly Way[] = [
  ['card', straight],
  ['card, the screens’ camera', async (sheet) => shotFromLife(await straight(sheet), sheet.seed)],
  ...SCREEN_KINDS.map((screen): Way => [
    screen,
    async (sheet) => shotFromScreen(await clean(sheet), { seed: sheet.seed, screen }),
  ]),
  ['copy', (sheet) => photographOfCopy(sheet.front, { ...sheet, cardWidth: CARD_WIDTH })],
];

const DOCUMENTS = 24;

/** Cards, and the same cards shown on a screen or copied in black and white, read by the product's own worker. */
export const localRecaptures: Campaign = {
  help: 'cards, cards on a screen and photocopies of cards: how often a screen or a copy is suspected, and how often wrongly',
  defaultUnits: DOCUMENTS * WAYS.length,
  unit: 'pictures',
  run: (run) => readInParts(run, readPart),
  // What a signal may cost honest people is held here; what it finds is only measured.
  judge: (parts) => {
    const wrongly = WAYS.slice(0, 2).reduce((sum, [name]) => sum + countOf(parts, `${name}.either`), 0);
    const all = WAYS.slice(0, 2).reduce((sum, [name]) => sum + countOf(parts, `${name}.all`), 0);
    return wrongly > all / 20
      ? [`${wrongly} of ${all} cards themselves were suspected, at most one in twenty may be`]
      : [];
  },
  summary: (parts) =>
    WAYS.map(([name]) => {
      const [screen, copy, all] = ['screen', 'photocopy', 'all'].map((what) => countOf(parts, `${name}.${what}`));
      return `${name}: screen ${screen}, photocopy ${copy} of ${all}`;
    }).join('; '),
};

const countOf = (parts: readonly Part[], name: string): number =>
  parts.reduce((sum, { figures }) => sum + Number(figures?.[name] ?? 0), 0);

async function readPart(client: InferenceClient, { seed, from, to }: Stretch): Promise<Part> {
  const figures: Record<string, number> = {};
  const count = (name: string, isSeen = true): void => void (figures[name] = (figures[name] ?? 0) + Number(isSeen));
  for (let place = from; place < to; place += 1) {
    const [name, take] = WAYS[place % WAYS.length] ?? ['card', straight];
    const picture = await take(await sheetAt(seed, Math.floor(place / WAYS.length)));
    const { screen, photocopy } = (await client.read({ front: picture }, CARDS_DAY)).front.signals;
    count(`${name}.all`);
    count(`${name}.screen`, screen === 'seen');
    count(`${name}.photocopy`, photocopy === 'seen');
    count(`${name}.either`, screen === 'seen' || photocopy === 'seen');
  }
  return { units: to - from, faults: [], figures };
}

async function sheetAt(seed: number, index: number): Promise<Sheet> {
  const kind = CARD_KINDS[Math.floor(index / SEVERITIES.length) % CARD_KINDS.length] ?? 'td2';
  const own = seed * 10_000 + index;
  const { front } = await drawDocument({ seed: own, kind });
  const severity = SEVERITIES[index % SEVERITIES.length] ?? 'clean';
  return { front, seed: own, severity, widthMm: FORMATS[kind].widthMm };
}
