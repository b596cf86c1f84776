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

describe('errors become HTTP in one place (rule 11)', () => {
  const sources = ['src', 'web'].flatMap((folder) =>
    readdirSync(packagePath(folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('spec.ts'))
      .map((path) => ({ path: `${folder}/${path}`, text: readFileSync(packagePath(`${folder}/${path}`), 'utf8') })),
  );
  const pathsWith = (pattern: RegExp): string[] =>
    sources.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

  it('which tells their headers and their log line', () => {
    expect(pathsWith(/header\(\s*'(?:retry-after|ratelimit)|'request_failed', \{? ?fields/)).toEqual([
      'src/platform/http/report-problem.ts',
    ]);
  });

  it('that every filter asks, whatever it answers with', () => {
    const filters = sources.filter(({ text }) => text.includes('implements ExceptionFilter'));
    expect(filters.length).toBe(3);
    for (const { path, text } of filters)
      expect([path, text.includes('toProblem('), text.includes('reportProblem(')]).toEqual([path, true, true]);
  });
});
