import { heal } from '../faults/fault-case.js';
import { crowd } from '../faults/crowd.js';
import { FaultRig } from '../faults/rig/fault-rig.js';
import type { Campaign } from './campaign.js';
import type { Part } from './progress.js';

const PEOPLE = 10;
const PATIENCE_MS = 240_000;

/**
 * One process of each kind after the other is told to stop and started anew while people are on their way (F36). They
 * repeat what was refused or answered 503, with the same key; nothing else may fail, and no event stream may be cut.
 */
export const rollingRestart: Campaign = {
  help: '20 rounds of stopping and starting API and worker processes under load: no error that a client may not repeat',
  defaultUnits: 20,
  unit: 'rounds',
  async *run({ units, done }) {
    if (done >= units) return;
    const rig = await FaultRig.start();
    try {
      yield await rounds(rig, units - done);
    } finally {
      await rig.stop();
    }
  },
  summary: (parts) => JSON.stringify(parts.at(-1)?.figures ?? {}),
};

async function rounds(rig: FaultRig, units: number): Promise<Part> {
  const over = new AbortController();
  const walking = crowd(rig, { people: PEOPLE, over: over.signal, patienceMs: PATIENCE_MS });
  const faults: string[] = [];
  for (let round = 0; round < units; round += 1) {
    for (const one of [rig.deployment.apis[round % 2], rig.deployment.workers[round % 2]]) {
      const exitCode = await one?.stop();
      if (exitCode !== 0) faults.push(`round ${round}: ${one?.name} ended with ${exitCode}`);
      await one?.start();
    }
  }
  over.abort();
  const { started, completed, inReview, others, streamsCut, streamsEnded } = await walking;
  await heal(rig);
  const { quietMs, faults: restless } = await rig.quiesce();
  if (streamsCut > 0) faults.push(`${streamsCut} event streams were cut`);
  if (inReview > 0) faults.push(`${inReview} recoveries ended in review`);
  faults.push(...others, ...restless, ...rig.book.failures(), ...(await rig.invariants()));
  const figures = { started, completed, streamsEnded, streamsCut, repeated: rig.book.retried, quietMs };
  return { units, faults, figures };
}
