import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { packagePath } from '../../src/platform/package-root/package-root.js';

/** Instructions of the last stage, continued lines joined. */
const instructions = readFileSync(packagePath('Dockerfile'), 'utf8')
  .replace(/\\\n\s*/g, ' ')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));
const stages = instructions.reduce<string[][]>((all, line) => {
  if (line.startsWith('FROM ')) all.push([]);
  all.at(-1)?.push(line);
  return all;
}, []);
const service = stages.at(-1) ?? [];
const copied = service
  .filter((line) => line.startsWith('COPY --from=build '))
  .flatMap((line) => line.split(' ').slice(2, -1))
  .map((path) => path.replace('/app/', ''));

/** Nobody listens there. */
const NOBODYS_DATABASE = 'postgresql://regain_app@127.0.0.1:1/regain';

/** No container engine is needed to see whether what the image holds is enough to run. */
describe('the image', () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'regain-image-'));
    for (const path of copied) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      if (path === 'dist') copyDist(root);
      else cpSync(packagePath(path), join(root, path), { recursive: true });
    }
    symlinkSync(packagePath('node_modules'), join(root, 'node_modules'));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('is built in stages and ends without development packages, not as root, with a health check', () => {
    expect(stages).toHaveLength(3);
    expect(stages[1]?.join('\n')).toContain('npm ci --omit=dev');
    expect(service).toContain('USER 1000:1000');
    expect(service.some((line) => line.startsWith('HEALTHCHECK '))).toBe(true);
    expect(service.join('\n')).not.toMatch(/PASSWORD|SECRET|TOKEN|RUN /);
  });

  it('copies only what exists', () => {
    expect(copied.filter((path) => !existsSync(packagePath(path)))).toEqual([]);
  });

  it('holds enough for every process: each starts, looks at its settings and what they lead to, and ends', () => {
    for (const file of ['main', 'worker']) {
      const { status, stderr } = run(`dist/src/${file}.js`);
      expect([status, stderr]).toEqual([1, expect.stringContaining('could not start: The configuration is not valid')]);
      expect(stderr).toMatch(/^ {2}- ADMIN_TOKEN: /m);
      expect(stderr).toMatch(/^ {2}- DATABASE_URL: cannot be used \(ECONNREFUSED\)/m);
      expect(stderr.match(/could not start/g)).toHaveLength(1);
    }
    const ring = join(root, 'keyring.json');
    const { status } = run('dist/src/cli.js', 'keys', 'new', '--out', ring);
    expect([status, JSON.parse(readFileSync(ring, 'utf8'))]).toEqual([
      0,
      { keys: [expect.objectContaining({ id: expect.any(String) })] },
    ]);
  });

  it('holds every file of ours that a process imports, now or later', () => {
    const seen = new Set<string>();
    const follow = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      for (const path of importsOf(file)) follow(path);
    };
    ['src/main', 'src/worker', 'src/cli', 'providers/local/inference-worker'].forEach((entry) =>
      follow(join(root, `dist/${entry}.js`)),
    );
    expect([seen.size > 500, [...seen].filter((file) => !existsSync(file))]).toEqual([true, []]);
  });

  it('holds nothing that plays another party or is run by developers only', () => {
    const files = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' });
    expect(files).toContain('src/main.js');
    expect(
      files.filter((path) => /^(scripts|test)\b|\b(embedded|simulator|conformance)\/|\bspec\./.test(path)),
    ).toEqual([]);
  });

  it('has `regain` where an operator’s commands are typed', () => {
    expect(service).toContain('COPY --from=build /app/scripts/regain.sh /usr/local/bin/regain');
    const script = join(root, 'scripts/regain.sh');
    expect(statSync(script).mode & 0o111).toBe(0o111);
    writeFileSync(script, readFileSync(script, 'utf8').replace('/app/', `${root}/`));
    const { status, stdout, stderr } = spawnSync(script, ['keys', 'new'], {
      cwd: '/',
      env: { PATH: process.env.PATH ?? '' },
      encoding: 'utf8',
    });
    expect([status, stdout, stderr]).toEqual([1, '', expect.stringContaining('--out')]);
  });

  it('fetches nothing for graphics cards, whatever npm the base image brings', () => {
    const installing = stages.filter((stage) => stage.some((line) => line.startsWith('RUN npm ci')));
    expect(installing).toHaveLength(2);
    for (const stage of installing) expect(stage.indexOf('ENV ONNXRUNTIME_NODE_INSTALL=skip')).toBe(1);
  });

  it('takes nothing from this folder into the build that a secret could be in', () => {
    const rules = readFileSync(packagePath('.dockerignore'), 'utf8').split('\n');
    expect(rules[1]).toBe('*');
    const taken = rules.filter((rule) => rule.startsWith('!')).map((rule) => rule.slice(1));
    expect(taken.filter((path) => !existsSync(packagePath(path)))).toEqual([]);
    expect(taken).not.toEqual(expect.arrayContaining([expect.stringMatching(/env|keys|deploy|regain|cache/)]));
  });

  const run = (file: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, [join(root, file), ...args], {
      cwd: '/',
      env: { REGAIN_PROFILE: 'production', DATABASE_URL: NOBODYS_DATABASE, PATH: process.env.PATH ?? '' },
      encoding: 'utf8',
    });
});

/**
 * Copied, because a program finds its package by where it lies; without what the build stage takes away, and without models,
 * which are large and which nobody reads here.
 */
function copyDist(root: string): void {
  const models = packagePath('dist/models');
  cpSync(packagePath('dist'), join(root, 'dist'), { recursive: true, filter: (path) => path !== models });
  const [, removal = 'exit 1'] = /^RUN npm run build && +(rm -r .*)$/m.exec(stages[0]?.join('\n') ?? '') ?? [];
  expect(spawnSync('sh', ['-c', removal], { cwd: root, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
}

/** Files of ours that a compiled file imports, at its start or later. */
function importsOf(file: string): string[] {
  if (!existsSync(file)) return [];
  const source = readFileSync(file, 'utf8');
  const paths = source.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g);
  return [...paths].map(([, path = '']) => join(dirname(file), path));
}
