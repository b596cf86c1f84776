import { performance } from 'node:perf_hooks';
import { Sensitive, type EvidenceKind, type SessionContext } from '../../providers/kit/index.js';
import { createLocalAdapter } from '../../providers/local/adapter.js';
import { renderDemoPictures, type DemoPictures } from '../../src/embedded/demo-people/index.js';
import type { Campaign } from './campaign.js';
import { CARDS_DAY } from './card-score.js';
import { openLocalClient } from './local-client.js';
import { median } from './permutation-test.js';
import type { Part } from './progress.js';

const CHECKS_BY_EACH = 4;
const MOST_WHOLE_MS = 1_200;
const LEAST_SCALE = 1.7;

const SESSION = { reference: 'timing', externalId: 'timing', attempt: 1, nonce: '', returnUrl: '' };

/** A whole check of a card with both sides, a selfie and a portrait on record: how long, for what, and beside another. */
export const localCheckTime: Campaign = {
  help: 'a whole check with document reading: median at most 1.2 s; two processes do at least 1.7 × the work of one',
  defaultUnits: 10,
  unit: 'rounds',
  async *run({ units, done }) {
    const rig = await openRig();
    try {
      for (let at = done; at < units; at += 1) yield await measureRound(rig);
    } finally {
      await Promise.all([rig.one.close(), rig.two.close()]);
    }
  },
  judge(parts) {
    const whole = median(valuesOf(parts, 'whole_ms'));
    const scale = median(valuesOf(parts, 'scale'));
    return [
      ...(whole <= MOST_WHOLE_MS ? [] : [`a whole check takes ${Math.round(whole)} ms`]),
      ...(scale >= LEAST_SCALE ? [] : [`two processes do only ${scale.toFixed(2)} × the work of one`]),
    ];
  },
  summary(parts) {
    const of = (name: string): string => String(Math.round(median(valuesOf(parts, name))));
    const scale = median(valuesOf(parts, 'scale')).toFixed(2);
    return (
      `whole check ${of('whole_ms')} ms by two processes, ${of('alone_ms')} ms by one; faces ${of('compare_ms')}, front ${of('front_ms')}, ` +
      `both sides ${of('sides_ms')}; two processes ${scale} × one`
    );
  },
};

interface Rig {
  one: ReturnType<typeof openLocalClient>;
  two: ReturnType<typeof openLocalClient>;
  pictures: DemoPictures;
}

async function openRig(): Promise<Rig> {
  const pictures = (await renderDemoPictures()).get('demo.ana');
  if (!pictures) throw new Error('the demo has no pictures');
  const rig = { one: openLocalClient(1), two: openLocalClient(2), pictures };
  // Both processes of the pair have to be warm.
  await checkWhole(rig.one, pictures);
  await checkMany(rig.two, { pictures, checks: 4, atOnce: 2 });
  return rig;
}

async function measureRound({ one, two, pictures }: Rig): Promise<Part> {
  const { documentFront: front, documentBack: back, selfie, referencePortrait: reference } = pictures;
  const figures = {
    whole_ms: await timed(() => checkWhole(two, pictures)),
    alone_ms: await timed(() => checkWhole(one, pictures)),
    compare_ms: await timed(() => one.compare({ document: front, selfie, reference })),
    front_ms: await timed(() => one.read({ front }, CARDS_DAY)),
    sides_ms: await timed(() => one.read({ front, back }, CARDS_DAY)),
    single_ms: await timed(() => checkMany(one, { pictures, checks: CHECKS_BY_EACH, atOnce: 1 })),
    double_ms: await timed(() => checkMany(two, { pictures, checks: 2 * CHECKS_BY_EACH, atOnce: 2 })),
  };
  return { units: 1, faults: [], figures: { ...figures, scale: (2 * figures.single_ms) / figures.double_ms } };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

async function checkWhole(client: Rig['one'], pictures: DemoPictures): Promise<void> {
  const sensitive = async (picture: Uint8Array | undefined) => picture && new Sensitive(picture);
  const byKind: Partial<Record<EvidenceKind, Uint8Array>> = {
    document_front: pictures.documentFront,
    document_back: pictures.documentBack,
    selfie: pictures.selfie,
  };
  const context: SessionContext = {
    ...SESSION,
    evidence: {
      read: (kind) => sensitive(byKind[kind]),
      isSaidToBeLive: async () => false,
      readReferencePortrait: () => sensitive(pictures.referencePortrait),
    },
  };
  await createLocalAdapter(client, { now: () => new Date() }).fetchResult(context);
}

async function checkMany(
  client: Rig['one'],
  { pictures, checks, atOnce }: { pictures: DemoPictures; checks: number; atOnce: number },
): Promise<void> {
  let left = checks;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await checkWhole(client, pictures);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

function valuesOf(parts: readonly Part[], name: string): number[] {
  return parts.flatMap(({ figures }) => figures?.[name] ?? []);
}
