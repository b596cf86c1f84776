import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { packagePath } from '../../src/platform/package-root/package-root.js';

const read = (path: string): string => readFileSync(packagePath(path), 'utf8');

interface Row {
  promise: string;
  command: string;
  target: string;
  figure: string;
  date: string;
}

/** A row's cells; `\|` is a bar inside of one. */
const rows = read('docs/acceptance.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| promise '))
  .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))
  .map((cells): Row & { cells: number } => {
    const [, promise = '', command = '', target = '', figure = '', date = ''] = cells;
    return { promise, command, target, figure, date, cells: cells.length };
  });

const campaigns = read('scripts/campaign.ts').split('const CAMPAIGNS')[1]?.split('\n};')[0] ?? '';
const specs = ['src', 'web', 'providers', 'directories', 'scripts', 'test'].flatMap((folder) =>
  readdirSync(packagePath(folder), { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => /[.-]spec\.ts$/.test(path)),
);
const words = (text: string): number => text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;

/** The page says what holds today, at a glance: it grew into a diary once. */
describe('docs/acceptance.md', () => {
  it('has one promise, one command, one short figure and one date to a row', () => {
    const odd = rows.filter(
      ({ cells, promise, command, target, figure, date }) =>
        cells !== 7 ||
        [promise, command, target].includes('') ||
        words(figure) === 0 ||
        words(figure) > 12 ||
        !/^20\d\d-\d\d-\d\d$/.test(date),
    );
    expect(odd).toEqual([]);
    expect(rows.length).toBeGreaterThan(40);
    expect(rows.length).toBeLessThan(80);
  });

  it('names campaigns that there are', () => {
    const named = rows.flatMap(({ command }) =>
      [...command.matchAll(/npm run campaign -- ([\w-]+)/g)].map(([, name = '']) => name),
    );
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((name) => !new RegExp(`^ {2}'?${name}'?[:,]`, 'm').test(campaigns))).toEqual([]);
  });

  it('names tests that there are', () => {
    const named = rows.flatMap(({ command }) =>
      [...command.matchAll(/npm test -- ([^`]+)`/g)].flatMap(([, patterns = '']) =>
        patterns.replaceAll(/['\\]/g, '').split(/[ |]/),
      ),
    );
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((pattern) => !specs.some((path) => path.includes(pattern)))).toEqual([]);
  });
});
