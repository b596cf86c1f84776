import { heal } from '../faults/fault-case.js';
import { crowd } from '../faults/crowd.js';
import { FaultRig } from '../faults/rig/fault-rig.js';
import type { Campaign } from './campaign.js';
import type { Part } from './progress.js';

const PEOPLE = 10;
const PATIENCE_MS = 240_000;
/** After these everybody comes to an end, and the system is looked at; what was shown is kept. */
const ROUNDS_A_PART = 5;

/** People before there is anything to restart: what they are refused is what nobody else may be refused more of. */
const TWIN_MS = 40_000;
/**
 * The page asks until the link has come: how often depends on how long the mail took. Who is in haste is refused once,
 * which the history of the token has to explain.
 */
const JUDGED_ELSEWHERE = /^401 \S* GET \/v1\/flow$| POST \/v1\/passkey-registrations$/;

/**
 * One process of each kind after the other is told to stop and started anew while people are on their way (F36). They
 * repeat what was refused or answered 503, with the same key; nothing else may fail, and no event stream may be cut. What
 * a client is refused for good is held against a twin: as many people at a time, and nothing restarted.
 */
export const rollingRestart: Campaign = {
  help: '20 rounds of stopping and starting API and worker processes under load: no error that a client may not repeat',
  defaultUnits: 20,
  unit: 'rounds',
  async *run({ units, done }) {
    if (done >= units) return;
    const rig = await FaultRig.start();
    try {
      const usual = await refusedInPeace(rig);
      for (let left = units - done; left > 0; left -= ROUNDS_A_PART)
        yield await rounds(rig, { units: Math.min(left, ROUNDS_A_PART), usual });
    } finally {
      await rig.stop();
    }
  },
  summary: (parts) => parts.map(({ figures }) => JSON.stringify(figures)).join(' '),
};

async function rounds(
  rig: FaultRig,
  { units, usual }: { units: number; usual: ReadonlyMap<string, number> },
): Promise<Part> {
  const retriedBefore = rig.book.retried;
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
  faults.push(...others, ...restless, ...(await rig.seen()), ...(await rig.invariants()));
  for (const [what, count] of rig.book.refusals())
    if (!JUDGED_ELSEWHERE.test(what) && count > started * (usual.get(what) ?? 0))
      faults.push(`${count} × ${what}, in peace ${usual.get(what) ?? 0} for each person`);
  rig.forget();
  const repeated = rig.book.retried - retriedBefore;
  return { units, faults, figures: { started, completed, streamsEnded, streamsCut, repeated, quietMs } };
}

/** How often each kind of request is refused for good when nothing is restarted, for each person. */
async function refusedInPeace(rig: FaultRig): Promise<ReadonlyMap<string, number>> {
  const { started } = await crowd(rig, {
    people: PEOPLE,
    over: AbortSignal.timeout(TWIN_MS),
    patienceMs: PATIENCE_MS,
  });
  const refused = new Map([...rig.book.refusals()].map(([what, count]) => [what, count / started]));
  rig.forget();
  return refused;
}
