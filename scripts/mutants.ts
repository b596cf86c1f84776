import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '../src/embedded/postgres/index.js';
import { packageRoot } from '../src/platform/package-root/package-root.js';
import { developerOptions } from './developer-options.js';
import { FinishedTrials } from './mutants/finished-trials.js';
import { readMutants, type Mutant } from './mutants/mutant-file.js';
import { Trials } from './mutants/trials.js';
import { WorkCopy } from './mutants/work-copy.js';
import type { Verdict } from './mutants/verdict.js';

/**
 * `npm run mutants [-- NAME…] [--record] [--fresh] [--workers N]`: takes one defence at a time out of a copy of the sources
 * and demands that exactly the tests its file lists turn red, in the specs it names and in every `*.spec.ts` that imports
 * what it changes. A mutant named after a threat (`T33-…`) has to turn a test red that is named after it too. Property
 * tests choose the same inputs in every run.
 *
 * It goes on where an earlier run stopped; `--fresh` starts over. `--record` writes the lists from what turned red, for a
 * person to read the difference. Each further worker has a copy of its own and wants about two cores.
 */
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const { positionals, values } = developerOptions('npm run mutants -- [NAME…] [--record] [--fresh] [--workers N]', {
  record: { type: 'boolean', default: false },
  fresh: { type: 'boolean', default: false },
  workers: { type: 'string', default: '1' },
});
const root = packageRoot();
const workers = Number(values.workers);
if (!Number.isInteger(workers) || workers < 1) throw new Error('--workers takes a whole number from 1 on');

const mutants = chosen(positionals);
const trials = new Trials(root);
const finished = new FinishedTrials(root, { mode: values.record ? 'record' : 'check', fresh: values.fresh });
const waiting = mutants.filter((mutant) => !finished.has(mutant, trials.specsOf(mutant)));
if (waiting.length < mutants.length) say(`${mutants.length - waiting.length} were caught before and did not change`);

let failed = 0;
const stop = new AbortController();
const interrupt = (): void => stop.abort('interrupted');
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt);
if (waiting.length > 0) await tryAll();
say(summary());
process.exitCode = stop.signal.reason === 'interrupted' || failed > 0 ? 1 : 0;

function summary(): string {
  if (stop.signal.reason === 'interrupted') return 'stopped; the next run goes on from here';
  const good = `${mutants.length - failed} of ${mutants.length} mutants`;
  if (values.record) return `${good} have their list`;
  return failed === 0 ? `${good} were caught, each by exactly its tests` : `${good} were caught by exactly their tests`;
}

function chosen(names: readonly string[]): Mutant[] {
  const all = readMutants(root);
  const unknown = names.filter((name) => !all.some((mutant) => mutant.name === name));
  if (unknown.length > 0) throw new Error(`there is no mutant ${unknown.join(', ')}`);
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}

async function tryAll(): Promise<void> {
  const database = await openDatabase();
  const options = { environment: database.environment, signal: stop.signal };
  const copies = Array.from({ length: workers }, () => new WorkCopy(root, options));
  try {
    await Promise.all(copies.map(work));
  } catch (error) {
    if (stop.signal.reason !== 'interrupted') throw error;
  } finally {
    stop.abort('finished');
    for (const copy of copies) copy.remove();
    await database.stop();
  }
}

async function work(copy: WorkCopy): Promise<void> {
  for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
    const verdict = values.record ? await record(mutant, copy) : await check(mutant, copy);
    if (verdict.kind !== 'caught') failed += 1;
    say(`${verdict.kind.padEnd(11)}${mutant.name.padEnd(26)} ${mutant.guards}`);
    for (const detail of verdict.details) say(`           ${detail}`);
  }
}

async function check(mutant: Mutant, copy: WorkCopy): Promise<Verdict> {
  const verdict = await trials.check(mutant, copy);
  if (verdict.kind === 'caught') finished.add(mutant, trials.specsOf(mutant));
  return verdict;
}

async function record(mutant: Mutant, copy: WorkCopy): Promise<Verdict> {
  const { mutant: recorded, verdict } = await trials.record(mutant, copy);
  if (verdict.kind === 'caught') finished.add(recorded, trials.specsOf(recorded));
  return verdict;
}

/** The server a superuser's URL names, or one of our own for this run. */
async function openDatabase(): Promise<{ environment: Record<string, string>; stop(): Promise<void> }> {
  if (process.env.TEST_DATABASE_SUPERUSER_URL) return { environment: {}, stop: async () => undefined };
  const directory = mkdtempSync(join(tmpdir(), 'regain-mutants-db-'));
  const postgres = await startEmbeddedPostgres({ dataDir: directory });
  return {
    environment: { TEST_POSTGRES_DATA_DIR: directory },
    async stop() {
      await postgres.stop();
      await removeEmbeddedPostgres(directory);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
