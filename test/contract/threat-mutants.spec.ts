import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { countPlaces, isNamedAfter, readMutants, threatOf, type NamedTest } from '../../scripts/mutants/mutant-file.js';
import { packagePath, packageRoot } from '../../src/platform/package-root/package-root.js';

/**
 * Threats of partners' results, of the calls that fetch them, of a document's data, of faces, of uploads, of accounts and
 * of people inside. Each has a defence, a test and a proof of that test.
 */
const PARTNERS = [...Array.from({ length: 19 }, (_none, index) => 28 + index), 109, 110, 111];
const DOCUMENTS = [66, 67, 68, 69, 89, 90];
const FACES = [70, 71, 72, 73, 74, 75, 76, 77];
const UPLOADS = [80, 81, 82, 83, 84];
const ACCOUNTS = [58, 59, 61, 62, 63, 64, 65, 79];
const INSIDERS = [47, 48, 49, 50, 51, 52, 53, 55, 60];
const THREATS = [...PARTNERS, ...DOCUMENTS, ...FACES, ...UPLOADS, ...ACCOUNTS, ...INSIDERS].map((no) => `T${no}`);

const MUTANTS = readMutants(packageRoot());

/** Where the tests stand that a spec declares by a call: an adapter's conformance in its kit, a queue's in its contract. */
const SUITES = {
  'describeProviderConformance(': 'providers/kit/conformance',
  'queueContract(': 'test/contract/queue',
  'redisQueueContract(': 'test/contract/queue',
};

/** A spec's own text, and that of the suites it calls. */
function textOf(spec: string): string {
  const text = readFileSync(packagePath(spec), 'utf8');
  const folders = Object.entries(SUITES).flatMap(([call, folder]) => (text.includes(call) ? [folder] : []));
  const parts = folders.flatMap((folder) =>
    readdirSync(packagePath(folder)).map((file) => readFileSync(packagePath(`${folder}/${file}`), 'utf8')),
  );
  return [text, ...parts].join('\n');
}

/** What a title in the text may read in a run: a table's row or a variable stands for anything. */
function titlesIn(text: string): RegExp[] {
  const literals = text.matchAll(/(?:\bit(?:\.skip)?\(|\)\(|\btitle:)\s*(['`])((?:\\.|(?!\1)[^\\])*)\1/g);
  return [...literals].map(([, , title = '']) => {
    const parts = title.replace(/\\(.)/g, '$1').split(/%[a-z#%]|\$\{[^}]*\}|\$[\w.#]+/);
    return new RegExp(`(^| )${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`);
  });
}

function isDeclared({ spec, name }: NamedTest): boolean {
  return titlesIn(textOf(spec)).some((title) => title.test(name));
}

describe('patches that each take one defence away', () => {
  it.each(MUTANTS)('$name fits its source exactly once', (mutant) => {
    expect(countPlaces(packageRoot(), mutant)).toBe(1);
  });

  it.each(MUTANTS)('$name lists the tests that turn red, in specs that declare them', ({ specs, red }) => {
    expect(specs).not.toEqual([]);
    expect(specs.filter((spec) => !existsSync(packagePath(spec)))).toEqual([]);
    expect(specs.filter((each) => !red.some(({ spec }) => spec === each))).toEqual([]);
    expect(red.filter((test) => !isDeclared(test))).toEqual([]);
  });

  it.each(THREATS)('there is one for %s, caught by a test of that name', (threat) => {
    const own = MUTANTS.filter((mutant) => threatOf(mutant) === threat);
    expect(own).not.toEqual([]);
    const unnamed = own.filter(({ red }) => !red.some((test) => isNamedAfter(test, threat)));
    expect(unnamed.map(({ name }) => name)).toEqual([]);
  });
});
