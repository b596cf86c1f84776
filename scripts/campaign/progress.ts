import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packagePath } from '../../src/platform/package-root/package-root.js';

/** One finished part of a campaign: how much it did, what went wrong, and figures worth keeping. */
export interface Part {
  units: number;
  faults: string[];
  figures?: Readonly<Record<string, number | readonly number[]>>;
}

/**
 * What a campaign has done so far, a line for each finished part in `.campaign/NAME-SEED.jsonl`. A campaign that was
 * stopped goes on behind its last line; the same seed gives the same parts.
 */
export class Progress {
  readonly #file: string;
  readonly #parts: Part[];

  constructor(
    readonly name: string,
    options: { seed: number; fresh: boolean },
  ) {
    this.#file = packagePath(join('.campaign', `${name}-${options.seed}.jsonl`));
    mkdirSync(dirname(this.#file), { recursive: true });
    if (options.fresh) rmSync(this.#file, { force: true });
    const text = existsSync(this.#file) ? readFileSync(this.#file, 'utf8') : '';
    this.#parts = text
      .split('\n')
      .filter((line) => line.endsWith('}'))
      .map((line) => JSON.parse(line) as Part);
  }

  get parts(): readonly Part[] {
    return this.#parts;
  }

  get units(): number {
    return this.#parts.reduce((sum, part) => sum + part.units, 0);
  }

  get faults(): string[] {
    return this.#parts.flatMap((part) => part.faults);
  }

  add(part: Part): void {
    this.#parts.push(part);
    appendFileSync(this.#file, `${JSON.stringify(part)}\n`);
  }
}
