import { LANGUAGES } from '../platform/language/languages.js';
import type { Policy, PolicyDocument } from './policy.js';
import { firstMayDiffer } from './provider-rules.js';
import { weakens } from './strictness.js';

/** One change of one profile. `before` is missing when it is created, `after` when it is removed. */
export interface PolicyChange {
  before?: PolicyDocument;
  after?: PolicyDocument;
  /** Every other living profile. */
  others: readonly Policy[];
  /** Whether no profile ever stood in this deployment, removed ones included. */
  isFirst?: boolean;
}

/**
 * Names everything by which a change asks for less of anybody; empty when nobody gets an easier recovery:
 * - what `asksLess` names of the profile itself;
 * - the same of people who come under the profile and were under another, or leave it for another (`{id}/{member}`);
 * - `coverage`: people no profile covered, also because all profiles were removed. The very first profile of a deployment
 *   is not a weakening.
 *
 * Whether a particular person changes profile depends on all their groups; this assumes that such a person exists.
 */
export function weakeningOf({ before, after, others, isFirst = false }: PolicyChange): string[] {
  const found = [
    ...(before && after ? asksLess(before, after) : []),
    ...(after ? others.filter((other) => takesFrom(other.document, { before, after })) : []).flatMap((other) =>
      named(other.id, asksLess(other.document, after as PolicyDocument)),
    ),
    ...(before ? others.filter((other) => givesTo(other.document, { before, after })) : []).flatMap((other) =>
      named(other.id, asksLess(before as PolicyDocument, other.document)),
    ),
    ...(after && !isFirst && reachesUncovered({ before, after, others }) ? ['coverage'] : []),
  ];
  return [...new Set(found)];
}

/**
 * Names by which a person who was under `before` and is under `after` is asked for less, told otherwise, or forgotten
 * sooner. Beyond `weakens`:
 * - `providers.first`: another provider asked first, also of some people only, could be one that stood in before, and rule 7
 *   tells those apart;
 * - `copy.helpDesk`, `copy.organisationName`: an attacker who changes whom people turn to when it was not them can pick up that
 *   call (NIST SP 800-63B-4, 4.6);
 * - `retention.evidenceSeconds` also where it gets shorter, which is the stricter time of two and asks for no less: it destroys
 *   the evidence of cases that are closed, and with it what a partner might still take back (T79).
 */
function asksLess(before: PolicyDocument, after: PolicyDocument): string[] {
  return [
    ...weakens(before, after),
    ...(firstMayDiffer(before.providers, after.providers) ? ['providers.first'] : []),
    ...(after.retention.evidenceSeconds < before.retention.evidenceSeconds ? ['retention.evidenceSeconds'] : []),
    ...COPY_WORDS.filter((word) => wordDiffers(word, { before, after })).map((word) => `copy.${word}`),
  ];
}

const COPY_WORDS = ['helpDesk', 'organisationName'] as const;

const wordDiffers = (
  word: (typeof COPY_WORDS)[number],
  { before, after }: { before: PolicyDocument; after: PolicyDocument },
): boolean => LANGUAGES.some((language) => before.copy[language]?.[word] !== after.copy[language]?.[word]);

const named = (id: string, members: readonly string[]): string[] => members.map((member) => `${id}/${member}`);

/** Whether the profile could cover people it did not cover before. */
function widens(before: PolicyDocument | undefined, after: PolicyDocument): boolean {
  if (!before) return true;
  const includesMore =
    before.include.length > 0 &&
    (after.include.length === 0 || after.include.some((group) => !before.include.includes(group)));
  return includesMore || before.exclude.some((group) => !after.exclude.includes(group));
}

const narrows = (before: PolicyDocument, after: PolicyDocument | undefined): boolean => !after || widens(after, before);

/** Whether the changed profile can take over people that `other` covers now. Equal priority counts as yes. */
function takesFrom(other: PolicyDocument, change: { before?: PolicyDocument; after: PolicyDocument }): boolean {
  const raised = !change.before || change.after.priority > change.before.priority;
  return change.after.priority >= other.priority && (raised || widens(change.before, change.after));
}

/** Whether people the changed profile covers now can fall to `other`. */
function givesTo(other: PolicyDocument, change: { before: PolicyDocument; after?: PolicyDocument }): boolean {
  const lowered = change.after !== undefined && change.after.priority < change.before.priority;
  return other.priority <= change.before.priority && (lowered || narrows(change.before, change.after));
}

/** Whether the change can reach people nobody covered. A profile for everybody leaves no such people. */
function reachesUncovered({ before, after, others }: PolicyChange & { after: PolicyDocument }): boolean {
  const forEverybody = (document: PolicyDocument): boolean =>
    document.include.length === 0 && document.exclude.length === 0;
  return widens(before, after) && !others.some((other) => forEverybody(other.document));
}
