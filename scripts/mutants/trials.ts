import { countPlaces, mutate, writeMutant, type Mutant, type NamedTest } from './mutant-file.js';
import { RelatedSpecs } from './related-specs.js';
import { faultsOf, judge, survived, type Verdict } from './verdict.js';
import type { WorkCopy } from './work-copy.js';

/** Tries mutants, each in a copy of the checkout that its worker has for itself. */
export class Trials {
  readonly #root: string;
  readonly #related: RelatedSpecs;
  /** Seen green without a mutant; a red one says something only then. */
  readonly #healthy = new Set<string>();

  constructor(root: string) {
    this.#root = root;
    this.#related = new RelatedSpecs(root);
  }

  /** The specs a mutant is run against: those it names, and the unit specs that import what it changes. */
  specsOf({ specs, file }: Mutant): string[] {
    return [...new Set([...specs, ...this.#related.of(file)])];
  }

  /** Holds the tests that turn red against the mutant's list. */
  async check(mutant: Mutant, copy: WorkCopy): Promise<Verdict> {
    const seen = await this.#redTests(mutant, copy);
    return typeof seen === 'string' ? survived(seen) : judge(mutant, seen);
  }

  /**
   * Writes the list from what turned red, without the specs that stayed green; a mutant that no test of its own catches
   * keeps the list it had.
   */
  async record(mutant: Mutant, copy: WorkCopy): Promise<{ mutant: Mutant; verdict: Verdict }> {
    const seen = await this.#redTests(mutant, copy);
    if (typeof seen === 'string') return { mutant, verdict: survived(seen) };
    const [fault] = faultsOf(mutant, seen);
    if (fault) return { mutant, verdict: survived(fault) };
    const noticed = new Set(seen.map(({ spec }) => spec));
    const named = mutant.specs.filter((spec) => noticed.has(spec));
    const specs = [...new Set([...named, ...[...noticed].sort()])];
    const recorded = { ...mutant, specs, red: seen };
    writeMutant(this.#root, recorded);
    return { mutant: recorded, verdict: { kind: 'caught', details: [] } };
  }

  /** What turns red without the defence, or why nothing could be tried. */
  async #redTests(mutant: Mutant, copy: WorkCopy): Promise<NamedTest[] | string> {
    const places = countPlaces(this.#root, mutant);
    if (places !== 1) return `its search text is ${places} times in ${mutant.file}`;
    const specs = this.specsOf(mutant);
    const fault = await this.#faultBefore(specs, copy);
    if (fault) return `red before anything was taken away: ${fault}`;
    const run = await copy.during(
      mutant.file,
      (source) => mutate(source, mutant),
      () => copy.run(specs),
    );
    return run.broken === undefined ? run.red : `the specs could not run: ${run.broken}`;
  }

  async #faultBefore(specs: readonly string[], copy: WorkCopy): Promise<string | undefined> {
    const unseen = specs.filter((spec) => !this.#healthy.has(spec));
    if (unseen.length === 0) return undefined;
    const run = await copy.run(unseen);
    if (run.broken !== undefined) return run.broken;
    if (run.red.length > 0) return run.red.map(({ spec, name }) => `${spec} › ${name}`).join('; ');
    for (const spec of unseen) this.#healthy.add(spec);
    return undefined;
  }
}
