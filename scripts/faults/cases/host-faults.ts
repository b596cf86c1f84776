import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { eventually } from '../../harness/eventually.js';
import { doubled, type FaultCase, type Scene } from '../fault-case.js';
import type { FaultRig } from '../rig/fault-rig.js';

const ONCE = ['case.opened', 'case.reported', 'decision.made', 'passkey.registered', 'case.completed'];
const once = (scene: Scene): Promise<string[]> => doubled(scene.rig, ONCE);
const preloaded = (module: URL): string => `--import file://${fileURLToPath(module)}`;
const WRONG_RESOLVER = new URL('../rig/wrong-resolver.js', import.meta.url);
const STRAY_REJECTION = new URL('../rig/stray-rejection.js', import.meta.url);

const RESOLVER_FAILS_MS = 15_000;
const RESOLVER_WRONG_MS = 25_000;
/** While the partner cannot be found, people come and wait. */
const COMING_EVERY_MS = 4_000;

/** The partner has a name in these lives, and not an address: each process has to ask for it. */
function withAName({ partner }: FaultRig): Record<string, string> {
  const named = new URL(partner.network.baseUrl);
  named.hostname = 'localhost';
  return { SANDBOX_BASE_URL: named.origin, OUTBOUND_ALLOWED_ORIGINS: named.origin };
}

async function withoutResolver({ rig }: Scene): Promise<string[]> {
  for (const one of rig.deployment.processes) {
    await one.stop();
    await one.start('', {
      ...withAName(rig),
      NODE_OPTIONS: preloaded(WRONG_RESOLVER),
      RESOLVER_FAILS_UNTIL_MS: String(RESOLVER_FAILS_MS),
      RESOLVER_WRONG_UNTIL_MS: String(RESOLVER_WRONG_MS),
    });
  }
  const ends: Promise<string[]>[] = [];
  for (let waitedMs = 0; waitedMs < RESOLVER_WRONG_MS; waitedMs += COMING_EVERY_MS) {
    ends.push(rig.recoverAll(await rig.newPeople(1)));
    await pause(COMING_EVERY_MS);
  }
  return (await Promise.all(ends)).flat();
}

const ANCHORED_WITHIN_MS = 60_000;

/** Anchors are refused for a while, by the one folder of the object store that they go to; pictures are not. */
async function withoutAnchors({ rig }: Scene): Promise<string[]> {
  const folder = join(rig.deployment.objectsDir, 'checkpoints');
  const newest = (): string => (existsSync(folder) ? readdirSync(folder) : []).sort().at(-1) ?? '';
  await eventually('an anchor', async () => newest() !== '', { timeoutMs: ANCHORED_WITHIN_MS });
  const aside = `${folder}.aside`;
  renameSync(folder, aside);
  writeFileSync(folder, '');
  const sealedBefore = await newestCheckpoint(rig);
  const faults = await rig.recoverAll(await rig.newPeople(4));
  // The chain is sealed all the same.
  const sealed = async (): Promise<boolean> => (await newestCheckpoint(rig)) > sealedBefore;
  await eventually('the trail is sealed', sealed, { timeoutMs: ANCHORED_WITHIN_MS });
  rmSync(folder);
  renameSync(aside, folder);
  const before = newest();
  const anchored = async (): Promise<boolean> => newest() > before;
  await rig.recoverAll(await rig.newPeople(1)).then((ends) => faults.push(...ends));
  await eventually('what was sealed is anchored', anchored, { timeoutMs: ANCHORED_WITHIN_MS });
  return faults;
}

async function newestCheckpoint({ database }: FaultRig): Promise<number> {
  const row = await database.read(
    (tx) => tx.one<{ newest: number }>`SELECT COALESCE(max(id), 0)::int AS newest FROM audit_checkpoints`,
  );
  return row.newest;
}

/** One process after the other ends of an error that nobody caught, and is started again as an orchestrator does. */
async function strayRejections({ rig }: Scene): Promise<string[]> {
  const { apis, workers } = rig.deployment;
  const faults: string[] = [];
  for (const one of [...apis, ...workers]) {
    await one.stop();
    await one.start('', { NODE_OPTIONS: preloaded(STRAY_REJECTION) });
    const coming = rig.recoverAll(await rig.newPeople(2));
    await pause(COMING_EVERY_MS / 2);
    process.kill(one.pid, 'SIGUSR2');
    await one.ended();
    if (one.exitCode !== 1) faults.push(`${one.name} ended with ${one.exitCode}`);
    if (!one.log().includes('uncaught_error')) faults.push(`${one.name} did not say why`);
    await one.start();
    faults.push(...(await coming));
  }
  return faults;
}

export const HOST_FAULTS: readonly FaultCase[] = [
  {
    id: 'F42',
    injected: `no process can resolve the partner’s name for ${RESOLVER_FAILS_MS / 1_000} s, then all have an address at which nobody listens`,
    people: 4,
    during: withoutResolver,
    afterwards: once,
  },
  {
    id: 'F44',
    injected: 'the object store takes no anchors of the audit trail, then it does again',
    people: 4,
    during: withoutAnchors,
    afterwards: once,
  },
  {
    id: 'F46',
    injected: 'a promise that nobody waits for is rejected in each process, one after the other, under load',
    people: 4,
    during: strayRejections,
    afterwards: once,
  },
];
