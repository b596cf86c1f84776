import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const PROVIDERS = new URL('../../', import.meta.url).pathname;
const EXPECTED = [
  'README.md',
  'index.ts',
  'adapter.ts',
  'config.ts',
  'types.ts',
  'client.ts',
  'mapping.ts',
  'simulator',
  'fixtures',
];

/** Folders that have no line of their own to a partner, and what they therefore lack. */
const LACKING: Readonly<Record<string, readonly string[]>> = {
  local: ['types.ts', 'client.ts', 'mapping.ts', 'simulator', 'fixtures'],
  truecredential: ['adapter.ts', 'types.ts', 'client.ts', 'mapping.ts'],
};

/** TrueCredential is a credential on the transport of another folder, and so is its simulator. */
const TRANSPORT_OF: Readonly<Record<string, string>> = { truecredential: 'entra-verified-id' };

/** Specs of the own machine read documents that are drawn for tests, and ask the host's rules what it makes of them. */
const SPECS_OF_LOCAL = ['../test/', '../src/', '../scripts/harness/'];

const folders = readdirSync(PROVIDERS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'kit')
  .map((entry) => entry.name);

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
}

function importsOf(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, target]) => target ?? '');
}

describe.each(folders)('providers/%s', (name) => {
  const folder = join(PROVIDERS, name);
  const sources = sourcesIn(folder);

  it('has the files that every provider has', () => {
    const expected = EXPECTED.filter((file) => !LACKING[name]?.includes(file));
    expect(expected.filter((file) => !existsSync(join(folder, file)))).toEqual([]);
  });

  it('has specs and, where it takes fixtures, some', () => {
    expect(sources.filter((file) => file.endsWith('.spec.ts'))).not.toEqual([]);
    const fixtures = join(folder, 'fixtures');
    if (existsSync(fixtures)) expect(readdirSync(fixtures)).not.toEqual([]);
  });

  it('imports nothing of ours but the kit', () => {
    for (const file of sources) {
      const own = importsOf(join(folder, file)).filter((target) => target.startsWith('.'));
      const outside = own
        .map((target) => join(name, file, '..', target))
        .filter((path) => !path.startsWith(`${name}/`));
      const allowed = [
        'kit/',
        ...(TRANSPORT_OF[name] ? [`${TRANSPORT_OF[name]}/`] : []),
        ...(name === 'local' && file.endsWith('.spec.ts') ? SPECS_OF_LOCAL : []),
      ];
      expect(outside.filter((path) => !allowed.some((start) => path.startsWith(start)))).toEqual([]);
    }
  });

  it('has a simulator that shares no code with the adapter, nor the adapter with it', () => {
    for (const file of sources.filter((source) => !source.endsWith('.spec.ts'))) {
      const inside = file.startsWith('simulator/');
      const crossing = importsOf(join(folder, file))
        .filter((target) => target.startsWith('.'))
        .map((target) => join(file, '..', target))
        .filter((path) => path !== '../kit/simulator/index.js')
        .filter((path) => !inside || !path.startsWith(`../${TRANSPORT_OF[name]}/simulator/`))
        .filter((path) => path.startsWith('simulator/') !== inside && !(path.startsWith('..') && !inside));
      expect(crossing).toEqual([]);
    }
  });
});
