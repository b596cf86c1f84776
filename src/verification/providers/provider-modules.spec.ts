import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ConfigurationError } from '../../platform/config/config.js';
import { importProviderModules } from './provider-modules.js';

const folder = mkdtempSync(join(tmpdir(), 'regain-provider-modules-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function moduleOf(name: string, text: string): string {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, text);
  return path;
}

const schema = '{ safeParse: () => ({ success: true, data: {} }) }';
const good = (id: string) => `export const provider = { id: '${id}', environment: ${schema}, create() {} };`;

describe('importProviderModules', () => {
  it('imports nothing when nothing is listed', async () => {
    expect(await importProviderModules([])).toEqual([]);
  });

  it('gives the definitions in the order of the modules', async () => {
    const paths = [moduleOf('first', good('first-partner')), moduleOf('second', good('second'))];
    expect((await importProviderModules(paths)).map(({ id }) => id)).toEqual(['first-partner', 'second']);
  });

  it('takes the name of a package that is installed', async () => {
    await expect(importProviderModules(['zod'])).rejects.toThrow('"zod" does not export a ProviderDefinition');
  });

  it.each([
    './acme.mjs',
    '../acme.mjs',
    'acme/index.mjs',
    'data:text/javascript,export const provider = 1',
    'file:///acme.mjs',
    'node:fs',
    '@acme',
    'https://acme.example/index.mjs',
  ])('refuses %j, which is neither an absolute path nor a package', async (name) => {
    await expect(importProviderModules([name])).rejects.toThrow(
      'is neither an absolute path nor the name of a package',
    );
  });

  it.each([join(folder, 'nobody.mjs'), '@acme/nobody', 'nobody-has-this-package'])(
    'refuses %j, which is not there',
    async (name) => {
      await expect(importProviderModules([name])).rejects.toThrow(/cannot be imported \(\w*MODULE_NOT_FOUND\)/);
    },
  );

  it.each([
    ['nothing', 'export {};'],
    ['a default alone', `export default { id: 'x', environment: ${schema}, create() {} };`],
    ['null', 'export const provider = null;'],
    ['no id', `export const provider = { environment: ${schema}, create() {} };`],
    ['an id that is no id', `export const provider = { id: '../x', environment: ${schema}, create() {} };`],
    ['no schema', `export const provider = { id: 'x', environment: {}, create() {} };`],
    ['nothing to create', `export const provider = { id: 'x', environment: ${schema} };`],
  ])('refuses a module that exports %s', async (what, text) => {
    const path = moduleOf(what.replaceAll(' ', '-'), text);
    await expect(importProviderModules([path])).rejects.toThrow('does not export a ProviderDefinition as "provider"');
  });

  it('names every fault at once, and not what a module says when it throws', async () => {
    const throwing = moduleOf('throwing', `throw new RangeError('quotes a secret');`);
    const attempt = importProviderModules(['./relative.mjs', throwing]);
    await expect(attempt).rejects.toBeInstanceOf(ConfigurationError);
    await expect(attempt).rejects.toThrow(/relative\.mjs[^]*throwing\.mjs" cannot be imported \(RangeError\)/);
    await expect(attempt).rejects.not.toThrow(/quotes a secret/);
  });
});
