import { isNamedAfter, threatOf, type Mutant, type NamedTest } from './mutant-file.js';

/**
 * `SURVIVED`: a test that has to notice stayed green, or nothing could be tried. `UNEXPECTED`: every listed test turned
 * red, and another one did too.
 */
export interface Verdict {
  kind: 'caught' | 'SURVIVED' | 'UNEXPECTED';
  /** A line for each thing that is not as the mutant says. */
  details: readonly string[];
}

export function survived(detail: string): Verdict {
  return { kind: 'SURVIVED', details: [detail] };
}

/** Holds what turned red against the mutant's list, as many times as it stands there. */
export function judge(mutant: Mutant, red: readonly NamedTest[]): Verdict {
  const faults = faultsOf(mutant, red);
  if (faults.length > 0) return { kind: 'SURVIVED', details: faults };
  const green = without(mutant.red, red).map((test) => `stayed green: ${nameOf(test)}`);
  const more = without(red, mutant.red).map((test) => `also red: ${nameOf(test)}`);
  const kind = green.length > 0 ? 'SURVIVED' : more.length > 0 ? 'UNEXPECTED' : 'caught';
  return { kind, details: [...green, ...more] };
}

/** What is wrong with red tests whatever the mutant lists: that there are none, or none of its threat. */
export function faultsOf(mutant: Mutant, red: readonly NamedTest[]): string[] {
  const threat = threatOf(mutant);
  if (red.length === 0) return ['no test turned red'];
  if (!threat || red.some((test) => isNamedAfter(test, threat))) return [];
  return [`no test named ${threat} turned red, only ${nameOf(red[0] as NamedTest)} and ${red.length - 1} more`];
}

function without(tests: readonly NamedTest[], others: readonly NamedTest[]): NamedTest[] {
  const left = others.map(nameOf);
  return tests.filter((test) => {
    const index = left.indexOf(nameOf(test));
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

function nameOf({ spec, name }: NamedTest): string {
  return `${spec} › ${name}`;
}
