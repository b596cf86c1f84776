import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { migrate } from '../../../src/platform/database/migrator.js';
import { eventually } from '../../harness/eventually.js';
import { doubled, type FaultCase, type Scene } from '../fault-case.js';
import type { FaultRig } from '../rig/fault-rig.js';

const CUT_COMMITS = 20;
const POOL_BACK_MS = 10_000;
const EVERY = ['case.reported', 'decision.made', 'passkey.registered', 'case.completed'];
const once = (scene: Scene): Promise<string[]> => doubled(scene.rig, EVERY);

/** Statements past all rules, by PostgreSQL's superuser. */
async function asSuperuser(rig: FaultRig, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: rig.deployment.superuserUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

async function restarts(scene: Scene, signals: readonly ('SIGINT' | 'SIGQUIT' | 'SIGKILL')[]): Promise<string[]> {
  const { deployment } = scene.rig;
  const late: string[] = [];
  for (const signal of signals) {
    await pause(1_000 + scene.random.below(2_000));
    await deployment.restartPostgres(signal, 1_000);
    const startedAt = performance.now();
    const ready = async (): Promise<boolean> =>
      (await Promise.all(deployment.processes.map((one) => one.isReady()))).every(Boolean);
    await eventually('all pools are back', ready, { timeoutMs: 60_000 }).catch((error: Error) => {
      const ended = deployment.processes.filter((one) => !one.running).map(({ name }) => `${name} has ended`);
      late.push(`${signal}: ${error.message} ${ended.join(', ')}`);
    });
    const tookMs = Math.round(performance.now() - startedAt);
    if (tookMs > POOL_BACK_MS) late.push(`pools were back ${tookMs} ms after ${signal}`);
  }
  return late;
}

const END_BACKENDS = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'regain_app' AND state LIKE '%transaction%'`;

/** A trigger that gives up on every third change of a case, as a hot row does under SERIALIZABLE. */
const giveUp = (code: string): string[] => [
  `CREATE OR REPLACE FUNCTION regain.campaign_give_up() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
     IF random() < 0.33 THEN RAISE EXCEPTION 'try again' USING ERRCODE = '${code}'; END IF; RETURN NEW; END $$`,
  'GRANT EXECUTE ON FUNCTION regain.campaign_give_up() TO regain_app',
  'CREATE OR REPLACE TRIGGER campaign_give_up BEFORE UPDATE ON regain.recovery_cases FOR EACH ROW EXECUTE FUNCTION regain.campaign_give_up()',
];

export const DATABASE_FAULTS: readonly FaultCase[] = [
  {
    id: 'F15',
    injected: 'PostgreSQL restarted fast, immediately and by SIGKILL under load',
    people: 8,
    during: (scene) => restarts(scene, ['SIGINT', 'SIGQUIT', 'SIGKILL']),
    afterwards: once,
  },
  {
    id: 'F16',
    injected: 'connections cut between COMMIT and its answer (20 times), and ended by the server inside transactions',
    people: 10,
    async during({ rig }) {
      const { database } = rig.deployment.network;
      const before = database.cutCommits;
      const cut = (): number => database.cutCommits - before;
      const more: Promise<string[]>[] = [];
      database.weather = { kind: 'cut_commit', times: CUT_COMMITS };
      for (let round = 0; round < 20; round += 1) {
        await asSuperuser(rig, END_BACKENDS);
        await pause(300);
      }
      // Each round brings somebody who has things to commit.
      for (let round = 0; round < 20 && cut() < CUT_COMMITS; round += 1) {
        more.push(rig.recoverAll(await rig.newPeople(1)));
        await pause(3_000);
      }
      database.weather = { kind: 'clear' };
      const few = cut() < CUT_COMMITS ? [`only ${cut()} commits lost their answer`] : [];
      return [...few, ...(await Promise.all(more)).flat()];
    },
    afterwards: once,
  },
  {
    id: 'F17',
    injected: 'serialization failures, then deadlocks, on a third of all changes of cases',
    people: 8,
    async during({ rig }) {
      for (const code of ['40001', '40P01']) {
        await asSuperuser(rig, ...giveUp(code));
        await pause(5_000);
      }
      await asSuperuser(rig, 'DROP TRIGGER campaign_give_up ON regain.recovery_cases');
      return [];
    },
    afterwards: once,
  },
  {
    id: 'F18',
    injected: 'the database takes three connections of the application in all, for 8 s',
    people: 8,
    async during({ rig }) {
      await asSuperuser(rig, 'ALTER ROLE regain_app CONNECTION LIMIT 3', END_BACKENDS.replace(/ AND state.*/, ''));
      const startedAt = performance.now();
      const answer = await fetch(`${rig.deployment.url}/v1/flow`).then(
        ({ status }) => status,
        () => 0,
      );
      const tookMs = Math.round(performance.now() - startedAt);
      await pause(8_000);
      await asSuperuser(rig, 'ALTER ROLE regain_app CONNECTION LIMIT -1');
      return tookMs > 8_000 ? [`an answer (${answer}) took ${tookMs} ms while the pool was exhausted`] : [];
    },
    afterwards: once,
  },
  {
    id: 'F39',
    injected: 'the network to the database swallows everything for 20 s, without a reset',
    people: 6,
    async during({ rig }) {
      rig.deployment.network.database.weather = { kind: 'silent' };
      await pause(20_000);
      return [];
    },
    afterwards: once,
  },
  {
    id: 'F40',
    injected: 'the database refuses connections for 6 s, four times',
    people: 6,
    async during({ rig, random }) {
      for (let round = 0; round < 4; round += 1) {
        rig.deployment.network.database.weather = { kind: 'refuse' };
        await pause(6_000);
        rig.deployment.network.database.weather = { kind: 'clear' };
        await pause(random.below(2_000));
      }
      return [];
    },
    afterwards: once,
  },
  {
    id: 'F41',
    injected: 'every packet to and from the database 100 ms late, then connections cut after 20 kB',
    people: 6,
    async during({ rig }) {
      rig.deployment.network.database.weather = { kind: 'slow', delayMs: 100 };
      await pause(8_000);
      rig.deployment.network.database.weather = { kind: 'cut_after', bytes: 20_000 };
      await pause(8_000);
      return [];
    },
    afterwards: once,
  },
  {
    id: 'F47',
    injected: 'two migrators at once under load; two relays and two sweepers as always',
    people: 6,
    async during({ rig }) {
      const { ownerUrl } = rig.deployment;
      const done = await Promise.allSettled([migrate(ownerUrl), migrate(ownerUrl), migrate(ownerUrl)]);
      return done.flatMap((one) => (one.status === 'rejected' ? [`a migrator failed: ${String(one.reason)}`] : []));
    },
    afterwards: once,
  },
];
