import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { MODEL_IDS, MODELS } from '../../providers/local/model-manifest.js';
import { packagePath } from '../../src/platform/package-root/package-root.js';

interface LockedPackage {
  dev?: boolean;
  devOptional?: boolean;
}

const { packages } = JSON.parse(readFileSync(packagePath('package-lock.json'), 'utf8')) as {
  packages: Record<string, LockedPackage>;
};

/** Folders that `npm ci --omit=dev` fills, each of one package. */
const installed = Object.keys(packages).filter(
  (folder) => folder !== '' && !packages[folder]?.dev && !packages[folder]?.devOptional,
);

/** The one package that holds a model and is used itself, too. */
const ALSO_A_PROGRAM = 'zxing-wasm';

/** `docs/production.md` says both; two fifths of the first are programs of ONNX Runtime for other systems. */
const MOST_INSTALLED = 440 * 2 ** 20;
const MOST_IN_IMAGE = 220 * 2 ** 20;

const ONNX_PROGRAMS = 'node_modules/onnxruntime-node/bin';

describe('what production installs', () => {
  it('holds no package that models are taken from', () => {
    const sources = [...new Set(MODEL_IDS.map((id) => MODELS[id].package))].filter((name) => name !== ALSO_A_PROGRAM);
    expect(sources.length).toBeGreaterThanOrEqual(6);
    for (const name of sources) {
      const folders = Object.keys(packages).filter((folder) => folder.endsWith(`node_modules/${name}`));
      expect([name, folders.length > 0]).toEqual([name, true]);
      expect(folders.filter((folder) => installed.includes(folder))).toEqual([]);
    }
  });

  it('weighs no more than operators are told', () => {
    const weights = installed.filter((folder) => existsSync(packagePath(folder))).map((folder) => weightOf(folder));
    expect(weights.length).toBeGreaterThan(200);
    const whole = weights.reduce((sum, weight) => sum + weight, 0);
    expect(whole).toBeLessThan(MOST_INSTALLED);
    expect(whole - foreignPrograms().reduce((sum, folder) => sum + weightOf(folder), 0)).toBeLessThan(MOST_IN_IMAGE);
  });

  it('is freed in the image of the programs for other systems, and of those only', () => {
    const root = mkdtempSync(join(tmpdir(), 'regain-dependencies-'));
    try {
      const kept = ['napi-v6/linux/x64', 'napi-v6/linux/arm64'];
      for (const folder of [...kept, 'napi-v6/darwin/arm64', 'napi-v6/win32/x64'])
        mkdirSync(join(root, ONNX_PROGRAMS, folder), { recursive: true });
      expect(spawnSync('sh', ['-c', removal()], { cwd: root, encoding: 'utf8' })).toMatchObject({
        status: 0,
        stderr: '',
      });
      expect(readdirSync(join(root, ONNX_PROGRAMS, 'napi-v6'))).toEqual(['linux']);
      expect(readdirSync(join(root, ONNX_PROGRAMS, 'napi-v6/linux')).sort()).toEqual(['arm64', 'x64']);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});

/** What the image's stage of dependencies does after `npm ci`. */
function removal(): string {
  const dockerfile = readFileSync(packagePath('Dockerfile'), 'utf8').replace(/\\\n\s*/g, ' ');
  const [, command] = /^RUN npm ci --omit=dev\s+&&\s+(.*)$/m.exec(dockerfile) ?? [];
  return command ?? 'exit 1';
}

function foreignPrograms(): string[] {
  const versions = readdirSync(packagePath(ONNX_PROGRAMS)).map((version) => join(ONNX_PROGRAMS, version));
  return versions.flatMap((version) =>
    readdirSync(packagePath(version))
      .filter((system) => system !== 'linux')
      .map((system) => join(version, system)),
  );
}

/** Bytes of a folder's files; packages that lie within it are counted as the packages they are. */
function weightOf(folder: string): number {
  return readdirSync(packagePath(folder), { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? sum : sum + weightOf(path);
    return entry.isFile() ? sum + lstatSync(packagePath(path)).size : sum;
  }, 0);
}
