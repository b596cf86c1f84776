import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { FAULTS } from '../../scripts/faults/fault-list.js';

const page = readFileSync(new URL('../../docs/faults.md', import.meta.url), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => /^\| F\d/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

/** `F22–F25` is four of them, `F34, F35` two. */
function numbersIn(cell: string): number[] {
  const [first = 0, last = first] = [...cell.matchAll(/\d+/g)].map(([digits]) => Number(digits));
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

describe('docs/faults.md', () => {
  it('says of each of the fifty faults what became of it', () => {
    // `F16b` is another case of the sixteenth.
    expect([...new Set(rows.flatMap(([, id = '']) => numbersIn(id)))]).toEqual(
      Array.from({ length: 50 }, (_, index) => index + 1),
    );
    expect(rows.filter((cells) => cells.length !== 6 || cells.slice(1, 5).includes(''))).toEqual([]);
  });

  it('calls a campaign what the campaign has, and nothing else', () => {
    const named = rows.filter(([, , , where = '']) => /^campaign\b/.test(where)).map(([, id]) => id);
    expect(named).toEqual(FAULTS.map(({ id }) => id));
    expect(new Set(named).size).toBe(named.length);
  });

  it('names tests that exist', () => {
    const files = [...page.matchAll(/`((?:src|test)\/[\w./-]+\.ts)`/g)].map(([, file]) => file ?? '');
    expect(files.length).toBeGreaterThan(10);
    expect(files.filter((file) => !existsSync(new URL(`../../${file}`, import.meta.url)))).toEqual([]);
  });
});
