import { setTimeout as pause } from 'node:timers/promises';
import { status, type Fault } from '../../providers/kit/conformance/fault.js';
import type { SeededRandom } from '../harness/seeded-random.js';
import type { FaultRig } from './rig/fault-rig.js';

/** One thing that goes wrong, and is put right again by itself. */
export interface ChaosAct {
  name: string;
  happen(rig: FaultRig, random: SeededRandom): Promise<void>;
}

const PARTNER: readonly Fault[] = [
  status(503, { 'retry-after': '1' }),
  status(500),
  { kind: 'reset' },
  { kind: 'hang', accepted: true },
  { kind: 'truncated' },
];

async function partnerFails(rig: FaultRig, random: SeededRandom): Promise<void> {
  rig.partner.network.arm(random.pick(PARTNER));
  await pause(1_000 + random.below(5_000));
  rig.partner.network.arm(undefined);
}

export const CHAOS: readonly ChaosAct[] = [
  {
    name: 'a process killed',
    async happen({ deployment }, random) {
      const one = random.pick(deployment.processes);
      await one.kill9();
      await pause(random.below(4_000));
      await one.start();
    },
  },
  {
    name: 'a process stopped and started',
    async happen({ deployment }, random) {
      const one = random.pick(deployment.processes);
      await one.stop();
      await one.start();
    },
  },
  {
    name: 'a worker asleep past its lock',
    async happen({ deployment }, random) {
      const one = random.pick(deployment.workers);
      one.pause();
      await pause(12_000 + random.below(6_000));
      one.resume();
    },
  },
  {
    name: 'PostgreSQL restarted',
    happen: ({ deployment }, random) =>
      deployment.restartPostgres(random.pick(['SIGINT', 'SIGQUIT', 'SIGKILL'] as const), random.below(3_000)),
  },
  {
    name: 'commits without an answer',
    async happen({ deployment }, random) {
      deployment.network.database.weather = { kind: 'cut_commit', times: 1 + random.below(8) };
      await pause(3_000);
      deployment.network.database.weather = { kind: 'clear' };
    },
  },
  {
    name: 'no way to the database',
    async happen({ deployment }, random) {
      const { database } = deployment.network;
      database.weather = random.chance(0.5) ? { kind: 'refuse' } : { kind: 'slow', delayMs: 50 + random.below(100) };
      await pause(1_000 + random.below(3_000));
      database.weather = { kind: 'clear' };
    },
  },
  { name: 'the partner fails', happen: partnerFails },
  {
    name: 'mail refused',
    async happen({ mail }, random) {
      mail.down = true;
      await pause(1_000 + random.below(6_000));
      mail.down = false;
    },
  },
  {
    name: 'Redis killed, its last second lost',
    async happen({ deployment }, random) {
      const { queue } = deployment.servers;
      await queue?.loseLastSecond();
      await pause(random.below(3_000));
      await queue?.startAgain();
    },
  },
  {
    name: 'no way to Redis',
    async happen({ deployment }, random) {
      const { queue } = deployment.servers;
      if (queue) queue.network.weather = random.chance(0.5) ? { kind: 'refuse' } : { kind: 'silent' };
      await pause(1_000 + random.below(4_000));
      if (queue) queue.network.weather = { kind: 'clear' };
    },
  },
  {
    name: 'Redis emptied',
    happen: async ({ deployment }) => void (await deployment.emptyQueue()),
  },
  {
    name: 'an API process killed, PostgreSQL restarted and the partner away, within 5 s',
    async happen(rig, random) {
      const one = random.pick(rig.deployment.apis);
      await Promise.all([
        one.kill9().then(() => pause(random.below(2_000))),
        rig.deployment.restartPostgres('SIGQUIT', random.below(1_000)),
        partnerFails(rig, random),
      ]);
      await one.start();
    },
  },
];
