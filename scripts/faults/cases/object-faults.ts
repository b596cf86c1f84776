import { setTimeout as pause } from 'node:timers/promises';
import { status, type Fault } from '../../../providers/kit/conformance/fault.js';
import { eventually } from '../../harness/eventually.js';
import { doubled, type FaultCase, type Scene } from '../fault-case.js';
import type { ObjectServer } from '../rig/object-server.js';

const EACH_MS = 6_000;
const MET_WITHIN_MS = 30_000;
const ERASED_WITHIN_MS = 120_000;
const ONCE = ['case.opened', 'case.reported', 'decision.made', 'passkey.registered', 'case.completed'];

const once = (scene: Scene): Promise<string[]> => doubled(scene.rig, ONCE);

function objectsOf({ rig }: Scene): ObjectServer {
  const { objects } = rig.deployment.servers;
  if (!objects) throw new Error('there is no S3 server');
  return objects;
}

/** An error in S3's own words (Amazon S3 API reference, "Error responses"). */
const s3Error = (code: number, name: string): Fault => ({
  kind: 'answer',
  status: code,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${name}</Code><Message>later</Message></Error>`,
});

/** The store's network misbehaves in each way for a while. */
const misbehaves =
  (faults: readonly Fault[], hits?: RegExp) =>
  async (scene: Scene): Promise<string[]> => {
    const { network } = objectsOf(scene);
    const missed: string[] = [];
    for (const [index, fault] of faults.entries()) {
      const more = await scene.rig.newPeople(1);
      network.arm(fault, hits);
      const load = scene.rig.recoverAll(more);
      await pause(EACH_MS);
      await eventually('it is met', async () => network.faulted > 0, { timeoutMs: MET_WITHIN_MS }).catch(() =>
        missed.push(`nobody met fault ${index + 1} (${fault.kind})`),
      );
      network.arm(undefined);
      const ends = await load;
      if (ends.length > 0) return ends;
    }
    return missed;
  };

const flipped = (body: Buffer): Buffer => {
  const changed = Buffer.from(body);
  if (changed.length > 0) changed.writeUInt8(changed.readUInt8(changed.length >> 1) ^ 1, changed.length >> 1);
  return changed;
};

/** Reading one object's bytes; a list has a query and no key. */
const READS = /^GET \/[\w-]+\/evidence\//;

/** Everything a policy wants gone is gone, and its receipt is there. */
async function erased({ rig, people }: Scene): Promise<string[]> {
  const cases = people.map(({ caseId }) => caseId);
  const left = async (): Promise<number> => {
    const { count } = await rig.database.read(
      (tx) => tx.one<{ count: number }>`
        SELECT count(*)::int AS count FROM case_keys k WHERE k.case_id = ANY(${cases})
          AND (k.shredded_at IS NULL OR NOT EXISTS (SELECT 1 FROM deletion_receipts d WHERE d.case_id = k.case_id))`,
    );
    return count;
  };
  return eventually('everything is erased', async () => (await left()) === 0, { timeoutMs: ERASED_WITHIN_MS }).then(
    () => [],
    async (error: Error) => [`I8: ${await left()} cases are not erased (${error.message})`],
  );
}

export const OBJECT_FAULTS: readonly FaultCase[] = [
  {
    id: 'F22',
    on: 'pictures',
    injected: 'the S3 server answers 500, SlowDown and half an answer, resets, stores and says nothing',
    people: 4,
    during: misbehaves([
      status(500),
      s3Error(503, 'SlowDown'),
      { kind: 'truncated' },
      { kind: 'reset' },
      { kind: 'hang', accepted: true },
    ]),
    afterwards: once,
  },
  {
    id: 'F23',
    on: 'pictures',
    injected: 'the S3 server sends a byte now and then, or answers after 4 s',
    people: 4,
    during: misbehaves([{ kind: 'dribble' }, { kind: 'slow', delayMs: 4_000 }]),
    afterwards: once,
  },
  {
    id: 'F24',
    on: 'pictures',
    injected: 'the S3 server refuses every deletion until all recoveries are over, and for 30 s more',
    people: 5,
    async during(scene) {
      const { network } = objectsOf(scene);
      network.arm(s3Error(503, 'SlowDown'), /^DELETE /);
      const ends = await scene.rig.recoverAll(scene.people);
      await pause(30_000);
      const kept = (await objectsOf(scene).evidence()).length;
      const faults = kept === 0 ? ['everything was deleted nevertheless'] : [];
      return [...ends, ...faults, ...(network.faulted === 0 ? ['nobody met the fault'] : [])];
    },
    afterwards: async (scene) => [...(await once(scene)), ...(await erased(scene))],
  },
  {
    id: 'F25',
    on: 'pictures',
    injected: 'the S3 server gives back changed bytes, and nothing where there was a picture',
    people: 4,
    during: misbehaves(
      [
        { kind: 'rewritten', rewrite: flipped },
        { kind: 'rewritten', rewrite: () => '' },
      ],
      READS,
    ),
    afterwards: once,
  },
];
