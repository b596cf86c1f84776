import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { formatMutant, type Mutant } from './mutant-file.js';

interface Line {
  name: string;
  key: string;
}

/** How a mutant was tried: held against its list, or to write that list. */
export type TrialMode = 'check' | 'record';

/**
 * The mutants that were caught before, a line for each in `.campaign/mutants.jsonl`. One counts for as long as it, the
 * source it changes and the specs that ran are what they were; any other source may have changed, and only a fresh start
 * tries all of them again.
 */
export class FinishedTrials {
  readonly #root: string;
  readonly #mode: TrialMode;
  readonly #file: string;
  readonly #keys: Set<string>;

  constructor(root: string, options: { mode: TrialMode; fresh: boolean }) {
    this.#root = root;
    this.#mode = options.mode;
    this.#file = join(root, '.campaign/mutants.jsonl');
    mkdirSync(dirname(this.#file), { recursive: true });
    if (options.fresh) rmSync(this.#file, { force: true });
    const text = existsSync(this.#file) ? readFileSync(this.#file, 'utf8') : '';
    const lines = text.split('\n').filter((line) => line.endsWith('}'));
    this.#keys = new Set(lines.map((line) => (JSON.parse(line) as Line).key));
  }

  has(mutant: Mutant, specs: readonly string[]): boolean {
    return this.#keys.has(this.#keyOf(mutant, specs));
  }

  add(mutant: Mutant, specs: readonly string[]): void {
    const line: Line = { name: mutant.name, key: this.#keyOf(mutant, specs) };
    appendFileSync(this.#file, `${JSON.stringify(line)}\n`);
  }

  #keyOf(mutant: Mutant, specs: readonly string[]): string {
    const hash = createHash('sha256').update(JSON.stringify([this.#mode, formatMutant(mutant)]));
    for (const file of [mutant.file, ...[...specs].sort()]) {
      const path = join(this.#root, file);
      hash.update(JSON.stringify([file, existsSync(path) ? readFileSync(path, 'utf8') : null]));
    }
    return hash.digest('hex');
  }
}
