import { setTimeout as pause } from 'node:timers/promises';
import type { SeededRandom } from '../harness/seeded-random.js';
import type { FaultRig } from './rig/fault-rig.js';
import type { Person } from './rig/person.js';

/** One fault of the list, made to happen under load. What it gives back is what did not hold. */
export interface FaultCase {
  id: string;
  /** What is done, for the record. */
  injected: string;
  people: number;
  /** What the partner says cannot be read: a person has to look, and that is an end too. */
  mayNeedReview?: true;
  /** Makes it happen while people are on their way. Everything is healed afterwards, whatever it left. */
  during(scene: Scene): Promise<string[]>;
  /** What must hold besides the invariants, once everybody has finished and all is quiet. */
  afterwards?(scene: Scene): Promise<string[]>;
  /** What it is injected into, besides the default parts. */
  on?: 'redis' | 'pictures' | 'standby';
  /** Longest the system may take to come to rest. Default: what the sweeper promises. */
  quietWithinMs?: number;
}

export interface Scene {
  rig: FaultRig;
  random: SeededRandom;
  people: readonly Person[];
  /** Writes a figure down, which is printed with the outcome. */
  readonly note: (text: string) => void;
}

const SPREAD_MS = 3_000;

/** Puts everything right again: networks, servers, partner, mail, processes. */
export async function heal(rig: FaultRig): Promise<void> {
  rig.deployment.network.database.weather = { kind: 'clear' };
  rig.deployment.network.front.weather = { kind: 'clear' };
  const { queue, objects } = rig.deployment.servers;
  if (queue) queue.network.weather = { kind: 'clear' };
  await queue?.startAgain();
  objects?.network.arm(undefined);
  rig.partner.network.arm(undefined);
  rig.partner.simulator.setDefaultScenario({ scenario: 'pass' });
  rig.mail.down = false;
  for (const one of rig.deployment.processes) {
    one.resume();
    if (one.changed) await one.stop();
  }
  await rig.deployment.startAll();
}

/** One case from locked-out people to a system at rest. */
export async function runCase(
  rig: FaultRig,
  fault: FaultCase,
  random: SeededRandom,
): Promise<{ faults: string[]; quietMs: number; notes: string[] }> {
  const people = await rig.newPeople(fault.people);
  const notes: string[] = [];
  const scene = { rig, random, people, note: (text: string): void => void notes.push(text) };
  const arrivals = people.map((_, index) => (index === 0 ? 0 : Math.floor(random.next() * SPREAD_MS)));
  const load = Promise.all(people.map((one, index) => arrive(rig, { person: one, afterMs: arrivals[index] ?? 0 })));
  const done = await fault.during(scene).catch((error: Error) => [error.message]);
  // While the fault lasts its store may be away; at rest the invariants look again, and must be able to.
  await rig.lookIntoQueue().catch(() => undefined);
  await heal(rig);
  const [injected = [], ends = []] = [done, (await load).flat()].map((texts) =>
    texts.filter((end) => !(fault.mayNeedReview && end.endsWith(': in_review'))),
  );
  const { quietMs, faults: restless } = await rig.quiesce(fault.quietWithinMs);
  const held = (await fault.afterwards?.(scene)) ?? [];
  const faults = [...injected, ...ends, ...restless, ...held, ...(await rig.invariants()), ...(await rig.seen())];
  rig.forget();
  return { faults, quietMs, notes };
}

async function arrive(rig: FaultRig, who: { person: Person; afterMs: number }): Promise<string[]> {
  await pause(who.afterMs);
  return rig.recoverAll([who.person]);
}

/** Things of the trail that happened more than once for one case, of those that may happen once. */
export async function doubled(rig: FaultRig, types: readonly string[]): Promise<string[]> {
  const rows = await rig.database.read(
    (tx) => tx.many<{ id: string; type: string; count: number }>`
      SELECT chain_id AS id, type, count(*)::int AS count FROM audit_events WHERE type = ANY(${types})
      GROUP BY chain_id, type, data->>'attempt', data->>'sessionId' HAVING count(*) > 1`,
  );
  return rows.map(({ id, type, count }) => `${type} happened ${count} times for ${id}`);
}
