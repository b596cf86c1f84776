import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { packagePath } from '../../src/platform/package-root/package-root.js';

const page = readFileSync(packagePath('ARCHITECTURE.md'), 'utf8');
const folders = readdirSync(packagePath('src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
/** The folders of each table, as the page lists them. */
const tables = page
  .split('\n## ')
  .map((part) => [...part.matchAll(/^\| `src\/([\w-]+)\/` \|/gm)].map(([, name = '']) => name));

interface ImportRules {
  forbidden: readonly { name: string }[];
}
const rules = createRequire(import.meta.url)(packagePath('.dependency-cruiser.cjs')) as ImportRules;
/** In import order; the embedded profile comes after all of them. */
const order = [
  ...rules.forbidden.flatMap(({ name }) => (name.startsWith('stage-') ? [name.slice('stage-'.length)] : [])),
  'embedded',
];

describe('the tables of ARCHITECTURE.md', () => {
  it('have every folder of src once', () => {
    expect(tables.flat().sort()).toEqual(folders.map(({ name }) => name).sort());
  });

  it.each(tables.filter((names) => names.length > 0).map((names) => [names.join(' '), names] as const))(
    'are in import order: %s',
    (_title, names) => {
      expect(names).toEqual(order.filter((name) => names.includes(name)));
    },
  );
});
