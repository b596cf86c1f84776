import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A test, as the test runner names it: all it stands in and its own title. White space of any length is one blank. */
export interface NamedTest {
  spec: string;
  name: string;
}

/** One defence taken away, and exactly the tests that notice. */
export interface Mutant {
  /** The file's name without its ending; `T33-…` when it belongs to a threat. */
  name: string;
  /** What the line of source is there for. */
  guards: string;
  /** The source it changes, from the package's root. */
  file: string;
  specs: readonly string[];
  red: readonly NamedTest[];
  /** Stands exactly once in the source, and is replaced by `replace`. */
  search: string;
  replace: string;
}

/** Where they are, from the package's root. */
const MUTANTS_FOLDER = 'test/mutants';

const ENDING = '.mutant';

/** Every mutant of a checkout, by name. */
export function readMutants(root: string): Mutant[] {
  return readdirSync(join(root, MUTANTS_FOLDER))
    .filter((file) => file.endsWith(ENDING))
    .sort()
    .map((file) => {
      const text = readFileSync(join(root, MUTANTS_FOLDER, file), 'utf8');
      return parseMutant(file.slice(0, -ENDING.length), text);
    });
}

/**
 * Reads the form of the files: `guards:`, `file:`, then each `spec:` with a `red:` line for each of its tests that
 * turns red, then the two texts behind `---- search` and `---- replace`.
 *
 * @throws Error that names the line nobody can read.
 */
export function parseMutant(name: string, text: string): Mutant {
  const [head = '', search = '', replace = ''] = text.split(/^---- (?:search|replace)\n/m);
  const single = new Map<string, string>();
  const specs: string[] = [];
  const red: NamedTest[] = [];
  for (const line of head.split('\n').filter((each) => each !== '')) {
    const [, key = '', value = ''] = line.match(/^(guards|file|spec|red): (.*)$/) ?? [];
    const spec = specs.at(-1);
    if (key === 'spec') specs.push(value);
    else if (key === 'red' && spec) red.push({ spec, name: value });
    else if (key === 'guards' || key === 'file') single.set(key, value);
    else throw new Error(`${name}: cannot read the line "${line}"`);
  }
  const [guards = '', file = ''] = [single.get('guards'), single.get('file')];
  return { name, guards, file, specs, red, search: search.trim(), replace: replace.trim() };
}

/** The text that `parseMutant` reads back. */
export function formatMutant({ guards, file, specs, red, search, replace }: Mutant): string {
  const proofs = specs.flatMap((spec) => [
    `spec: ${spec}`,
    ...red.filter((test) => test.spec === spec).map(({ name }) => `red: ${name}`),
  ]);
  const end = replace === '' ? '' : `${replace}\n`;
  return [`guards: ${guards}`, `file: ${file}`, ...proofs, '---- search', search, '---- replace', end].join('\n');
}

export function writeMutant(root: string, mutant: Mutant): void {
  writeFileSync(join(root, MUTANTS_FOLDER, `${mutant.name}${ENDING}`), formatMutant(mutant));
}

/** How often the text that it takes away is in its source: once, or it no longer fits. */
export function countPlaces(root: string, { file, search }: Mutant): number {
  if (search === '' || !existsSync(join(root, file))) return 0;
  return [...readFileSync(join(root, file), 'utf8').matchAll(patternOf(search))].length;
}

/** The source without the defence. */
export function mutate(source: string, { search, replace }: Mutant): string {
  return source.replace(patternOf(search), () => replace);
}

/** The threat a mutant is named after. */
export function threatOf({ name }: Mutant): string | undefined {
  return name.match(/^T\d+(?=-)/)?.[0];
}

/** Whether a test's name carries a threat's number; `T3` is not in `T33`. */
export function isNamedAfter(test: NamedTest, threat: string): boolean {
  return test.name.split(/\W/).includes(threat);
}

/** White space may differ: a formatter moves lines and changes nothing. */
function patternOf(search: string): RegExp {
  const escaped = search.split(/\s+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(escaped.join('\\s+'), 'g');
}
