import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { packagePath } from '../../src/platform/package-root/package-root.js';

/** Threats of partners' results and of the calls that fetch them. Each has a defence, a test and a proof of that test. */
const THREATS = [...Array.from({ length: 19 }, (_none, index) => 28 + index), 109, 110, 111].map((no) => `T${no}`);

interface Mutant {
  name: string;
  file: string;
  specs: string[];
  search: string;
}

const read = (path: string): string => readFileSync(packagePath(path), 'utf8');

/** The form that `npm run mutants` reads. */
function readMutant(fileName: string): Mutant {
  const [head = '', search = ''] = read(`test/mutants/${fileName}`).split(/^---- (?:search|replace)\n/m);
  const members = [...head.matchAll(/^(\w+): (.*)$/gm)].map(([, name = '', value = '']) => ({ name, value }));
  return {
    name: fileName.replace(/\.mutant$/, ''),
    file: members.find(({ name }) => name === 'file')?.value ?? '',
    specs: members.filter(({ name }) => name === 'spec').map(({ value }) => value),
    search: search.trim(),
  };
}

const MUTANTS = readdirSync(packagePath('test/mutants'))
  .filter((file) => file.endsWith('.mutant'))
  .map(readMutant);

/** White space may differ: a formatter moves lines and changes nothing. */
function occurrences({ file, search }: Mutant): number {
  const parts = search.split(/\s+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return [...read(file).matchAll(new RegExp(parts.join('\\s+'), 'g'))].length;
}

/** Whether a title of a test, or of what it stands in, names the threat; a row of a table may name it for its title. */
function isNamedIn(spec: string, threat: string): boolean {
  const text = read(spec);
  const inTitle = new RegExp(String.raw`(?:\b(?:it|describe)|\))\(\s*['\`][^'\`\n]*\b${threat}\b`);
  return inTitle.test(text) || text.includes(`['${threat}', `);
}

describe('patches that each take one defence away', () => {
  it.each(MUTANTS)('$name fits its source exactly once', (mutant) => {
    expect(mutant.search).not.toBe('');
    expect(occurrences(mutant)).toBe(1);
    expect(mutant.specs.filter((spec) => !existsSync(packagePath(spec)))).toEqual([]);
    expect(mutant.specs).not.toEqual([]);
  });

  it.each(THREATS)('there is one for %s, caught by a test of that name', (threat) => {
    const own = MUTANTS.filter(({ name }) => name.startsWith(`${threat}-`));
    expect(own).not.toEqual([]);
    const unnamed = own.filter(({ specs }) => !specs.some((spec) => isNamedIn(spec, threat)));
    expect(unnamed.map(({ name }) => name)).toEqual([]);
  });
});
