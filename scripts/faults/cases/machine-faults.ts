import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { eventually } from '../../harness/eventually.js';
import { doubled, type FaultCase, type Scene } from '../fault-case.js';
import type { ManagedProcess } from '../../harness/managed-process.js';

const run = promisify(execFile);

const TEN_MINUTES_MS = 600_000;
const BACK_WITHIN_MS = 20_000;
const ONCE = ['case.opened', 'case.reported', 'decision.made', 'passkey.registered', 'case.completed'];
const PRELOAD = fileURLToPath(new URL('../rig/wrong-clock.js', import.meta.url));

const once = (scene: Scene): Promise<string[]> => doubled(scene.rig, ONCE);

/** Its wall clock is wrong by the first, and after a while by the second. */
async function startWithWrongClock(one: ManagedProcess | undefined, byMs: readonly [number, number]): Promise<void> {
  await one?.stop();
  await one?.start('', { NODE_OPTIONS: `--import file://${PRELOAD}`, WRONG_CLOCK_MS: byMs.join(',') });
}

/** No descriptor more than it has open now (prlimit, util-linux); undefined puts the limit back. */
async function limitFiles({ pid }: ManagedProcess, more: number | undefined): Promise<void> {
  const open = readdirSync(`/proc/${pid}/fd`).length;
  await run('prlimit', ['--pid', String(pid), `--nofile=${more === undefined ? 4_096 : open + more}:`]);
}

export const MACHINE_FAULTS: readonly FaultCase[] = [
  {
    id: 'F20',
    injected: 'the disk of PostgreSQL is full for 15 s, twice',
    people: 6,
    async during({ rig }) {
      const disk = await rig.deployment.moveToSmallDisk();
      const faults: string[] = [];
      for (let round = 0; round < 2; round += 1) {
        const before = disk.errors;
        disk.fill();
        const more = rig.newPeople(1);
        await pause(15_000);
        if (disk.errors === before) faults.push('nothing was refused for want of room');
        disk.free();
        faults.push(...(await rig.recoverAll(await more)));
      }
      return faults;
    },
    afterwards: once,
  },
  {
    id: 'F33',
    injected:
      'the clock of an API and of a worker process is ten minutes fast, that of the others slow, then the other way',
    people: 6,
    async during({ rig, people }) {
      const { apis, workers } = rig.deployment;
      for (const [index, one] of [...apis, ...workers].entries()) {
        const byMs = index % 2 === 0 ? TEN_MINUTES_MS : -TEN_MINUTES_MS;
        await startWithWrongClock(one, [byMs, -byMs]);
      }
      return rig.recoverAll([...people, ...(await rig.newPeople(4))]);
    },
    afterwards: once,
  },
  {
    id: 'F45',
    injected: 'an API and a worker process may open no file and no connection for 10 s',
    people: 8,
    async during({ rig }) {
      const hit = [...rig.deployment.apis.slice(0, 1), ...rig.deployment.workers.slice(0, 1)];
      for (const one of hit) await limitFiles(one, 0);
      await pause(10_000);
      for (const one of hit) await limitFiles(one, undefined);
      const ended = hit.filter(({ running }) => !running).map(({ name }) => `${name} has ended`);
      const back = async (): Promise<boolean> => (await Promise.all(hit.map((one) => one.isReady()))).every(Boolean);
      return eventually('both are back', back, { timeoutMs: BACK_WITHIN_MS }).then(
        () => ended,
        (error: Error) => [...ended, error.message],
      );
    },
    afterwards: once,
  },
];
