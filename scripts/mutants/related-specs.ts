import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';

const FOLDERS = ['src', 'providers', 'directories', 'web', 'scripts', 'test'];

/**
 * Which specs import a source, themselves or through other files. Only `*.spec.ts`: what needs the database, a browser or
 * the running service reaches nearly every source, and would take minutes for each.
 */
export class RelatedSpecs {
  readonly #importers = new Map<string, string[]>();

  constructor(root: string) {
    for (const file of FOLDERS.flatMap((folder) => sourcesIn(root, folder))) {
      for (const imported of importsOf(file, readFileSync(join(root, file), 'utf8')))
        this.#importers.set(imported, [...(this.#importers.get(imported) ?? []), file]);
    }
  }

  of(file: string): string[] {
    const found = new Set([file]);
    for (const each of found) for (const importer of this.#importers.get(each) ?? []) found.add(importer);
    return [...found].filter((each) => each.endsWith('.spec.ts')).sort();
  }
}

function sourcesIn(root: string, folder: string): string[] {
  const entries = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return entries.filter((entry) => entry.endsWith('.ts')).map((entry) => join(folder, entry));
}

/** Types are gone when a spec runs: what is imported for them alone cannot turn anything red. */
const FOR_TYPES_ALONE = /\b(?:import|export)\s+type\s[^;]*?\bfrom\s*'[^']+'/g;

function importsOf(file: string, text: string): string[] {
  const relative = [
    ...text.replaceAll(FOR_TYPES_ALONE, '').matchAll(/\b(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)\.js'/g),
  ];
  return relative.map(([, path = '']) => join(dirname(file), `${path}.ts`));
}
