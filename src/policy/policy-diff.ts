import { MEMBER_WORDS, valueInWords } from './member-words.js';
import type { PolicyChange } from './policy-change.js';
import { weakeningOf } from './policy-change.js';
import { providerIds } from './provider-rules.js';
import { changedMembers, type ChangedMember } from './strictness.js';

/** A change with everything it does, for the person who confirms it. */
export interface PolicyDiff {
  /** Names of what it weakens, as audited; empty when nobody gets an easier recovery. */
  weakened: string[];
  /** One sentence for each member that changes, e.g. `Hold after approval: 4 hours → none (weaker)`. */
  lines: string[];
}

/** Pure. Lines of members come in the schema's order; what follows from who is covered comes after them. */
export function diffOf(change: PolicyChange): PolicyDiff {
  const { before, after } = change;
  const weakened = weakeningOf(change);
  const members = before && after ? changedMembers(before, after) : [];
  const named = new Set<string>(members.map((member) => member.name));
  return {
    weakened,
    lines: [
      ...(before ? [] : [`New profile “${after?.name ?? ''}”`]),
      ...(after ? [] : [`Profile “${before?.name ?? ''}” is removed`]),
      ...members.map(({ name, was, is, direction }) => {
        const told = direction === 'other' ? '' : ` (${EFFECTS[name]?.[direction] ?? direction})`;
        return `${labelOf(name)}: ${valueInWords(name, was)} → ${valueInWords(name, is)}${told}`;
      }),
      ...weakened.filter((name) => !named.has(name)).map((name) => `${besides(name, change)} (weaker)`),
    ],
  };
}

/** What the word for a direction does not say. */
const EFFECTS: Readonly<Record<string, Partial<Record<ChangedMember['direction'], string>>>> = {
  'retention.evidenceSeconds': { stricter: 'destroys evidence sooner, also of cases that are closed' },
};

/** What is judged besides the members themselves. */
const OTHER_LABELS: Readonly<Record<string, string>> = {
  'providers.first': 'Who is asked first',
  'copy.helpDesk': 'Help desk',
  'copy.organisationName': 'Name of the organisation',
  'retention.evidenceSeconds': 'Evidence kept',
};

const labelOf = (member: string): string => MEMBER_WORDS[member]?.label ?? OTHER_LABELS[member] ?? member;

/** What weakens without being one member's value. */
function besides(name: string, { before, after, others }: PolicyChange): string {
  if (name === 'coverage') return 'People whom no profile covered can recover';
  if (name === 'copy.helpDesk') return 'People are told to turn to somebody else when it was not them';
  if (name === 'copy.organisationName') return 'People are told another organisation asks them';
  if (name === 'providers.first')
    return `Asked first: ${before ? (providerIds(before)[0] ?? 'nobody') : 'nobody'} → ${after ? (providerIds(after)[0] ?? 'nobody') : 'nobody'}`;
  const [id = '', member = name] = name.split('/');
  const other = others.find((policy) => policy.id === id)?.document.name ?? id;
  const does = Object.hasOwn(OTHER_LABELS, member) ? 'meet something else' : 'are asked for less';
  return `People who move between this profile and “${other}” ${does}: ${labelOf(member)}`;
}
