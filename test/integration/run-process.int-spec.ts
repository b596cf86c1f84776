import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { packagePath } from '../../src/platform/package-root/package-root.js';
import { QueueEvictsError } from '../../src/platform/queue/queue-connection.js';

const SECRET = 'ana.petrova@example.org';
const RUN = pathToFileURL(packagePath('dist/src/run-process.js')).href;
const CONFIG = pathToFileURL(packagePath('dist/src/platform/config/config.js')).href;

const QUEUE = pathToFileURL(packagePath('dist/src/platform/queue/queue-connection.js')).href;

interface Line {
  code: string;
  error?: { errorName: string; errorCode?: string };
  [field: string]: unknown;
}

/** A process whose start is this code. Gives its exit code, what it wrote, and which of it are log lines. */
async function run(
  body: string,
  env: Record<string, string> = {},
): Promise<{ exitCode: number; said: string; done: string; lines: Line[] }> {
  const code = `import { runProcess } from '${RUN}';
    import { ConfigurationError } from '${CONFIG}';
    import { QueueEvictsError } from '${QUEUE}';
    await runProcess(async (shutdown) => { ${body} }, { logLevel: 'info' });`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    env: { PATH: process.env.PATH, ...env },
  });
  const [said, done, [exitCode]] = await Promise.all([
    text(child.stderr),
    text(child.stdout),
    once(child, 'exit') as Promise<[number]>,
  ]);
  const lines = said
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);
  return { exitCode, said, done, lines };
}

/** A part that takes a moment to stop, and says when it has. */
const PART = `const alive = setInterval(() => undefined, 1000);
  shutdown.onShutdown('part', async () => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    process.stdout.write('finished');
    clearInterval(alive);
  });`;
const failing = `Object.assign(new RangeError('value ${SECRET} out of range'), { code: 'ERR_ODD' })`;

describe('what nobody caught (F46)', () => {
  it.each([
    ['an error', `setTimeout(() => { throw ${failing}; }, 10);`, 'uncaughtException'],
    ['a rejection', `setTimeout(() => void Promise.reject(${failing}), 10);`, 'unhandledRejection'],
  ])('%s is logged by its name, what is under way ends, and the exit code is 1', async (_what, fault, origin) => {
    const { exitCode, said, done, lines } = await run(PART + fault);
    expect(exitCode).toBe(1);
    expect(done).toBe('finished');
    expect(lines.map(({ code }) => code)).toEqual(['starting', 'uncaught_error', 'stopping', 'stopped']);
    expect(lines[1]).toMatchObject({ origin, error: { errorName: 'RangeError', errorCode: 'ERR_ODD' } });
    expect(said).not.toContain('ana.petrova');
    expect(said.trim().split('\n')).toHaveLength(lines.length);
  });

  it('ends the process at once when it happens again', async () => {
    const twice = `for (const ms of [10, 60]) setTimeout(() => { throw ${failing}; }, ms);`;
    const { exitCode, done, said, lines } = await run(PART + twice);
    expect([exitCode, done]).toEqual([1, '']);
    expect(lines.map(({ code }) => code)).toEqual(['starting', 'uncaught_error', 'stopping', 'uncaught_error']);
    expect(said).not.toContain('ana.petrova');
  });
});

describe('a start that fails', () => {
  it('says what is wrong to people, and that it failed in one line of the log', async () => {
    const { exitCode, said, lines } = await run(
      `throw new ConfigurationError(['PORT: is not a number', 'ADMIN_TOKEN: is missing']);`,
    );
    expect(exitCode).toBe(1);
    expect(said).toContain('could not start: The configuration is not valid:\n  - PORT: is not a number\n');
    expect(lines.filter(({ code }) => code === 'start_failed')).toEqual([
      expect.objectContaining({ faults: 2, settings: 'PORT ADMIN_TOKEN' }),
    ]);
  });

  it.each([
    [`new TypeError("Cannot create property 'mailer' on string '${SECRET}'")`, 'TypeError'],
    [`Object.assign(new Error('getaddrinfo ENOTFOUND ${SECRET}'), { code: 'ENOTFOUND' })`, 'Error (ENOTFOUND)'],
    [`'${SECRET}'`, 'string'],
    [`new QueueEvictsError('allkeys-lru')`, new QueueEvictsError('allkeys-lru').message],
  ])('in production tells no words of a library, which may quote a setting: %#', async (thrown, told) => {
    const { said } = await run(`throw ${thrown};`, { REGAIN_PROFILE: 'production' });
    expect(said).toContain(`could not start: ${told}\n`);
    expect(said).not.toContain('ana.petrova');
  });

  it('tells where in the log, not as a stack of several lines', async () => {
    const { said, lines } = await run(`throw new TypeError('the port is taken');`);
    expect(said.split('\n').filter((line) => line !== '' && !line.startsWith('{'))).toEqual([
      'could not start: the port is taken',
    ]);
    expect(lines.find(({ code }) => code === 'start_failed')?.error).toMatchObject({
      errorName: 'TypeError',
      at: expect.any(Array),
    });
  });
});

describe('stopping', () => {
  it('logs the step that failed, and goes on', async () => {
    const { exitCode, done, lines } = await run(
      `${PART} shutdown.onShutdown('stuck', async () => { throw new Error('port ${SECRET}'); });
       setTimeout(() => process.kill(process.pid, 'SIGTERM'), 10);`,
    );
    expect([exitCode, done]).toEqual([1, 'finished']);
    expect(lines.map(({ code }) => code)).toEqual(['starting', 'stopping', 'stop_step_failed', 'stopped']);
    expect(lines[1]).toMatchObject({ signal: 'SIGTERM' });
    expect(lines[2]).toMatchObject({ step: 'stuck' });
  });
});
