import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { packagePath, packageRoot } from '../../src/platform/package-root/package-root.js';
import { startService } from '../support/service.js';

/** A file name in a paragraph of its own, and the block under it. */
const FILE = /^`([\w.-]+)`:\n\n```\w+\n([^]*?)^```$/gm;
const MIN_PASSED = 60;

interface Manifest {
  scripts: { test: string };
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

interface JestResult {
  success: boolean;
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
}

describe('an adapter outside the repository, made by following the guide', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'regain-outside-'));
    const guide = readFileSync(packagePath('docs/adding-a-provider.md'), 'utf8');
    for (const [, name = '', text = ''] of guide.matchAll(FILE)) writeFileSync(join(folder, name), text);
    const { dependencies, devDependencies } = manifestIn(folder);
    for (const name of Object.keys({ ...dependencies, ...devDependencies }))
      link(packagePath(`node_modules/${name}`), join(folder, 'node_modules', name));
    link(packageRoot(), join(folder, 'node_modules/regain'));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('passes the whole conformance suite, over real HTTP, with nothing left out', async () => {
    const { code, output } = await runTests(folder);
    expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
    const result = JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as JestResult;
    expect(result).toMatchObject({ success: true, numFailedTests: 0, numPendingTests: 0 });
    expect(result.numPassedTests).toBeGreaterThan(MIN_PASSED);
  }, 240_000);

  it('is loaded by the service and listed beside the others', async () => {
    const service = await startService({ env: environmentOf(join(folder, 'index.mjs')) });
    try {
      const operator = service.client({ bearer: service.ready.apiKey });
      const { data } = (await operator.get('/v1/providers'))
        .expect(200)
        .json<{ data: { id: string; displayName: string; health: { ok: boolean } }[] }>();
      expect(data.map(({ id }) => id)).toEqual(['acme', 'local']);
      expect(data[0]).toMatchObject({ displayName: 'Acme', health: { ok: true } });
      expect(service.errorLines()).toEqual([]);
    } finally {
      await service.end();
    }
  }, 120_000);

  it.each([
    ['is not there', 'nobody.mjs', /PROVIDER_MODULES: ".*nobody\.mjs" cannot be imported \(ERR_MODULE_NOT_FOUND\)/],
    ['is not an adapter', 'simulator.mjs', /simulator\.mjs" does not export a ProviderDefinition as "provider"/],
  ])(
    'keeps the service from starting when it %s, and says why',
    async (_what, file, message) => {
      await expect(startService({ env: environmentOf(join(folder, file)) })).rejects.toThrow(message);
    },
    120_000,
  );
});

const environmentOf = (path: string): Record<string, string> => ({
  PROVIDER_MODULES: path,
  PROVIDERS: 'local,acme',
  ACME_BASE_URL: 'https://api.acme.example',
  ACME_API_KEY: 'a-key-of-some-length',
});

const manifestIn = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}

/** What `npm test` runs there, as a process of its own that knows nothing of this one. */
async function runTests(folder: string): Promise<{ code: number | null; output: string }> {
  const [command = '', ...parts] = manifestIn(folder).scripts.test.split(' ');
  expect(command).toBe('node');
  const child = spawn(process.execPath, [...parts, '--json', '--outputFile=result.json'], {
    cwd: folder,
    env: { PATH: process.env.PATH, NODE_OPTIONS: '' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, output: output.slice(-8000) };
}
