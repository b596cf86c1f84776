import { readFile } from 'node:fs/promises';
import {
  drawDocument,
  drawLicence,
  FACE_PAIRS,
  HEADS,
  inventLicence,
  photograph,
  printedPortrait,
  selfieOf,
} from '../../test/cards/index.js';
import { SeededRandom } from '../harness/seeded-random.js';
import type { InferenceClient } from '../../providers/local/client.js';
import type { Campaign } from './campaign.js';
import { CARDS_DAY } from './card-score.js';
import { openLocalClient } from './local-client.js';
import type { Part } from './progress.js';

const CHECKS_PER_PART = 20;
const MOST_GROWTH = 1.2;

/** Everything that a case hands over. */
interface Sample {
  front: Buffer;
  back?: Buffer;
  selfie: Buffer;
  reference: Buffer;
}

/**
 * One worker process, whole check after whole check (front, back with zone or barcode, selfie, reference, the selfie's
 * code): what it holds after 500 is what it held after 20, or nearly.
 */
export const localSoak: Campaign = {
  help: 'one worker process through 500 whole checks: its memory after them at most 1.2 × that after 20',
  defaultUnits: 500,
  unit: 'checks',
  // Memory is that of one process: a run that was stopped begins again.
  async *run({ units, done, seed }) {
    if (done > 0) throw new Error('a soak cannot be taken up again: use --fresh');
    const client = openLocalClient();
    const samples = await samplesOf(seed);
    try {
      for (let at = 0; at < units; at += CHECKS_PER_PART) {
        const checks = Math.min(CHECKS_PER_PART, units - at);
        for (let check = at; check < at + checks; check += 1) await checkOnce(client, samples[check % samples.length]);
        yield { units: checks, faults: [], figures: await memoryOf(client) };
      }
    } finally {
      await client.close();
    }
  },
  judge(parts) {
    const { first, last, pids } = growthOf(parts);
    return [
      ...(pids === 1 ? [] : [`${pids} processes instead of one`]),
      ...(last <= MOST_GROWTH * first ? [] : [`${last} MB after the last check, ${first} MB after the first 20`]),
    ];
  },
  summary(parts) {
    const { first, last } = growthOf(parts);
    return `${first} MB after 20 checks, ${last} MB at the end: ${(last / first).toFixed(2)} ×`;
  },
};

const KINDS = ['td1', 'td2', 'td3', 'licence'] as const;

async function samplesOf(seed: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const [index, kind] of KINDS.entries()) {
    const { portrait, selfie } = HEADS[FACE_PAIRS[index % FACE_PAIRS.length] ?? 'ana'];
    const own = seed * 100 + index;
    const printed = await printedPortrait(portrait);
    const drawn =
      kind === 'licence'
        ? await drawLicence(inventLicence(new SeededRandom(own)), { portrait: printed })
        : await drawDocument({ seed: own, kind, portrait: printed });
    const shot = { seed: own, severity: 'medium', cardWidth: 1280 } as const;
    samples.push({
      front: await photograph(drawn.front, shot),
      back: drawn.back && (await photograph(drawn.back, shot)),
      selfie: await selfieOf(selfie),
      reference: await selfieOf(portrait),
    });
  }
  return samples;
}

async function checkOnce(client: InferenceClient, sample: Sample | undefined): Promise<void> {
  if (!sample) throw new Error('there is no sample');
  const { front, back, selfie, reference } = sample;
  await client.compare({ document: front, selfie, reference });
  await client.read({ front, back }, CARDS_DAY);
  await client.fingerprint(selfie);
}

/** Resident memory of the only process, from Linux. */
async function memoryOf(client: InferenceClient): Promise<Record<string, number>> {
  const [pid = 0] = client.workerPids;
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kilobytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
  return { pid, megabytes: Math.round(kilobytes / 1024) };
}

function growthOf(parts: readonly Part[]): { first: number; last: number; pids: number } {
  const values = (name: string): number[] => parts.flatMap(({ figures }) => figures?.[name] ?? []);
  const megabytes = values('megabytes');
  return { first: megabytes[0] ?? NaN, last: megabytes.at(-1) ?? NaN, pids: new Set(values('pid')).size };
}
