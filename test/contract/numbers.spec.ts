import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { packagePath, packageRoot } from '../../src/platform/package-root/package-root.js';

/**
 * Comments, titles of tests and mutants speak of rules, invariants, threats, faults, decisions and pages by number or name.
 * Each has an entry in a page of this repository, so that a reader can look it up.
 */
const FOLDERS = ['deploy', 'directories', 'docs', 'providers', 'scripts', 'src', 'test', 'web'];
const ENDINGS = ['.ts', '.js', '.mjs', '.sql', '.mutant', '.yaml', '.md'];
/** This one breaks the rule on purpose; the other holds a number that no threat has. */
const EXCEPT = ['test/contract/numbers.spec.ts', 'scripts/mutants/verdict.spec.ts'];

const read = (path: string): string => readFileSync(packagePath(path), 'utf8');

const SOURCES = [
  ...readdirSync(packageRoot()).filter((name) => extname(name) === '.md'),
  ...FOLDERS.flatMap((folder) =>
    readdirSync(packagePath(folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
  ),
]
  .filter((path) => ENDINGS.includes(extname(path)) && !EXCEPT.includes(path))
  .map((path) => ({ path, text: read(path) }));

/** `T1–T3` is three of them, `T14, T15` two, `12` one. */
function numbersIn(cell: string): number[] {
  return cell.split(',').flatMap((part) => {
    const [first, last = first] = [...part.matchAll(/\d+/g)].map(([digits]) => Number(digits));
    return Array.from({ length: (last ?? 0) - (first ?? 1) + 1 }, (_none, index) => (first ?? 0) + index);
  });
}

/** The numbers that the first cells of a page's tables give. */
function entriesOf(page: string, cell: RegExp): number[] {
  return [...read(page).matchAll(cell)].flatMap(([, numbers = '']) => numbersIn(numbers));
}

const ENTRIES = {
  T: entriesOf('docs/threat-model.md', /^\| (T[^|]*) \|/gm),
  I: entriesOf('docs/rules.md', /^\| (I\d+) \|/gm),
  F: entriesOf('docs/faults.md', /^\| (F[^|]*) \|/gm),
  rule: entriesOf('docs/rules.md', /^\| (\d+) \|/gm),
  ADR: readdirSync(packagePath('docs/adr')).flatMap((name) => [...name.matchAll(/^\d+/g)].map(Number)),
};

/** Not `T12:00` of a time, nor `I2` and `F9` inside of longer words. */
const MENTIONS: Record<keyof typeof ENTRIES, RegExp> = {
  T: /(?<![\w-])T([1-9]\d{0,2})(?![\w]|:\d)/g,
  I: /(?<![\w-])I([1-9]\d?)(?![\w-])/g,
  F: /(?<![\w\\-])F([1-9]\d?)b?(?![\w-])/g,
  rule: /\brules? (\d+)(?! ?(?:of|to|names)\b)/gi,
  ADR: /\bADRs? (\d+)\b|docs\/adr\/(\d{4})/g,
};

function unknown(kind: keyof typeof ENTRIES, sources: readonly { path: string; text: string }[] = SOURCES): string[] {
  return sources.flatMap(({ path, text }) =>
    [...text.matchAll(MENTIONS[kind])]
      .filter(([, first, second]) => !ENTRIES[kind].includes(Number(first ?? second)))
      .map(([said]) => `${path}: ${said}`),
  );
}

describe('a number that a source names', () => {
  it.each([
    ['T', 80],
    ['I', 12],
    ['F', 50],
    ['rule', 12],
    ['ADR', 16],
  ] as const)('has an entry: %s, of which there are %i at least', (kind, atLeast) => {
    expect(new Set(ENTRIES[kind]).size).toBeGreaterThanOrEqual(atLeast);
    expect(unknown(kind)).toEqual([]);
  });

  it.each([
    ['T', 'it is stopped (T119)'],
    ['I', 'what holds (I13)'],
    ['F', 'when it dies (F51)'],
    ['rule', 'by rule 13'],
    ['ADR', 'see ADR 999'],
  ] as const)('is found out without one: %s', (kind, text) => {
    expect(unknown(kind, [{ path: 'x', text }])).toHaveLength(1);
  });

  it('has one entry, not two', () => {
    expect(ENTRIES.T.filter((no, index) => ENTRIES.T.indexOf(no) !== index)).toEqual([]);
  });
});

describe('a page that a source names', () => {
  /** An adapter names pages of its vendor; the other spec compares a page's bare name. */
  const foreign = (path: string): boolean =>
    path.startsWith('providers/entra-verified-id/') || path === 'test/contract/documentation.spec.ts';
  const code = SOURCES.filter(({ path }) => extname(path) !== '.md' && !foreign(path));
  const isThere = (said: string, from: string): boolean =>
    [said, join('docs', said), join(dirname(from), said)].some((path) => existsSync(packagePath(path)));

  it('exists', () => {
    const named = code.flatMap(({ path, text }) =>
      [...text.matchAll(/(?<![\w./*{-])((?:[\w-]+\/)*[\w-]+\.md)\b/g)].map(([, said = '']) => ({ path, said })),
    );
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter(({ path, said }) => !isThere(said, path)).map(({ path, said }) => `${path}: ${said}`)).toEqual(
      [],
    );
  });

  it('is no screen by a number of a design that is not here', () => {
    const screens = /^\s*(?:\/\*\*|\*|\/\/|describe\(|it\().*?(?<![\w%])([SC]\d{1,2}b?)\b/gm;
    const said = code
      .filter(({ path }) => /^(?:src|web)\//.test(path) && !basename(path).startsWith('s3-'))
      .flatMap(({ path, text }) => [...text.matchAll(screens)].map(([, screen]) => `${path}: ${screen}`));
    expect(said.filter((line) => !line.endsWith(': S3'))).toEqual([]);
  });
});
