import { readFile } from 'node:fs/promises';
import { drawDocument, FACE_PAIRS, HEADS, photograph, printedPortrait, selfieOf } from '../../test/cards/index.js';
import type { FaceInferenceClient } from '../../providers/local/client.js';
import type { Campaign } from './campaign.js';
import { CARDS_DAY } from './card-score.js';
import { openLocalClient } from './local-client.js';
import type { Part } from './progress.js';

const CHECKS_PER_PART = 20;
const MOST_GROWTH = 1.2;

interface Sample {
  document: Buffer;
  selfie: Buffer;
}

/** One worker process, check after check: what it holds after 500 is what it held after 20, or nearly. */
export const localSoak: Campaign = {
  help: 'one worker process through 500 checks: its memory after them at most 1.2 × that after 20',
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

async function samplesOf(seed: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const [index, kind] of (['td2', 'td3', 'mrv_a', 'td2', 'td3'] as const).entries()) {
    const { portrait, selfie } = HEADS[FACE_PAIRS[index % FACE_PAIRS.length] ?? 'ana'];
    const own = seed * 100 + index;
    const { front } = await drawDocument({ seed: own, kind, portrait: await printedPortrait(portrait) });
    const document = await photograph(front, { seed: own, severity: 'medium', cardWidth: 1280 });
    samples.push({ document, selfie: await selfieOf(selfie) });
  }
  return samples;
}

async function checkOnce(client: FaceInferenceClient, sample: Sample | undefined): Promise<void> {
  if (!sample) throw new Error('there is no sample');
  await client.compare({ document: sample.document, selfie: sample.selfie });
  await client.read({ front: sample.document }, CARDS_DAY);
}

/** Resident memory of the only process, from Linux. */
async function memoryOf(client: FaceInferenceClient): Promise<Record<string, number>> {
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
