import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { freemem, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';

/**
 * `npm test`: starts one real PostgreSQL for the whole run (unless TEST_DATABASE_SUPERUSER_URL names one), then every test.
 * Arguments go to jest. The build has to be there: tests start compiled child processes.
 */
const { startEmbeddedPostgres, removeEmbeddedPostgres } = await import('../dist/src/embedded/postgres/index.js');
const { ServiceProcess } = await import('../dist/scripts/harness/service-process.js');

const JEST = ['node_modules/jest/bin/jest.js', '-c', 'jest.config.mjs'];
/** Databases of a few tests at a time, the log of their changes, one seeded service. */
const ROOM_BYTES = 4 * 2 ** 30;
const args = process.argv.slice(2);
const given = process.env.TEST_DATABASE_SUPERUSER_URL;
const directory = mkdtempSync(join(placeForData(), 'regain-test-'));
const env = {
  ...process.env,
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  NODE_OPTIONS:
    `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`.trim(),
};
const postgres = given ? undefined : await startEmbeddedPostgres({ dataDir: directory });
if (postgres) {
  env.TEST_POSTGRES_DATA_DIR = directory;
  if (startServices()) env.TEST_SEEDED_SERVICE_DIR = await seedService(join(directory, 'seeded-service'));
}

const code = await new Promise((resolve) => {
  const child = spawn(process.execPath, [...JEST, ...args], { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('close', (status) => resolve(status ?? 1));
});

await postgres?.stop();
if (postgres) await removeEmbeddedPostgres(directory).catch(() => undefined);
rmSync(directory, { recursive: true, force: true });
process.exitCode = code;

/**
 * In memory where there is room: commits then wait for no disk. No test cuts the power; the server's settings stay as
 * they are.
 */
function placeForData() {
  const memory = '/dev/shm';
  try {
    const { bavail, bsize } = statfsSync(memory);
    // What lies there counts against a container's own limit too.
    const limit = process.constrainedMemory() || totalmem();
    return Math.min(bavail * bsize, freemem(), limit / 2) > ROOM_BYTES ? memory : tmpdir();
  } catch {
    return tmpdir();
  }
}

/** Whether the chosen tests are such that start services. */
function startServices() {
  const { stdout } = spawnSync(process.execPath, [...JEST, '--listTests', ...args], { env, encoding: 'utf8' });
  return /\.e2e-spec\.ts$/m.test(stdout);
}

/** One whole first start, for the others to be copies of (test/support/seeded-service.ts). */
async function seedService(dataDir) {
  const { appUrl, ownerUrl, queueUrl } = await postgres.createDatabase('seeded');
  const database = { DATABASE_URL: appUrl, DATABASE_OWNER_URL: ownerUrl, QUEUE_DATABASE_URL: queueUrl };
  try {
    await (await ServiceProcess.start({ dataDir, env: database })).stop();
    return dataDir;
  } catch (error) {
    // Every test that needs a service will say so too; the others can go on.
    process.stderr.write(`${error.message}\n`);
    return '';
  }
}
