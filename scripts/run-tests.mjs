import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * `npm test`: starts one real PostgreSQL for the whole run (unless TEST_DATABASE_SUPERUSER_URL names one), then every test.
 * Arguments go to jest. The build has to be there: tests start compiled child processes.
 */
const { startEmbeddedPostgres, removeEmbeddedPostgres } = await import('../dist/src/embedded/postgres/index.js');

const given = process.env.TEST_DATABASE_SUPERUSER_URL;
const directory = mkdtempSync(join(tmpdir(), 'regain-test-'));
const postgres = given ? undefined : await startEmbeddedPostgres({ dataDir: directory });
const env = {
  ...process.env,
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  NODE_OPTIONS:
    `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`.trim(),
  ...(given ? {} : { TEST_POSTGRES_DATA_DIR: directory, TEST_SEEDED_SERVICE_DIR: join(directory, 'seeded-service') }),
};

const code = await new Promise((resolve) => {
  const child = spawn(
    process.execPath,
    ['node_modules/jest/bin/jest.js', '-c', 'jest.config.mjs', ...process.argv.slice(2)],
    { stdio: 'inherit', env },
  );
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('close', (status) => resolve(status ?? 1));
});

await postgres?.stop();
if (postgres) await removeEmbeddedPostgres(directory).catch(() => undefined);
rmSync(directory, { recursive: true, force: true });
process.exitCode = code;
