import type { CheckKind } from '../../providers/kit/index.js';
import type { InputFault } from '../platform/errors/problem-catalogue.js';
import type { PolicyDocument } from './policy.js';
import { OWN_MACHINE } from './production-rules.js';
import { providerIds } from './provider-rules.js';

/** What the own machine looks at and leaves open at best; its adapter declares the same (`leavesOpen`). */
export const OWN_MACHINE_LEAVES_OPEN: readonly CheckKind[] = ['document_authenticity', 'presentation_attack'];
/** What it does not look at. */
const OWN_MACHINE_NEVER_LOOKS: readonly CheckKind[] = ['injection_attack'];

/**
 * Where a profile sends people to reviewers who could not let them in (ADR 20): said when it is checked, saved, or found in the
 * database, and refused nowhere, since a review that only ever denies or sends back may be meant. Pure. Of checks that everybody
 * has to pass; accounts of AAL2 and AAL3 may be asked for more.
 */
export function deadEnds(document: PolicyDocument): InputFault[] {
  const { requiredChecks, matching, waivedChecks, review } = document;
  const demanded = new Set<CheckKind>([...requiredChecks, ...(matching.require.includes('data') ? DATA : [])]);
  const asked = (kind: CheckKind): boolean => demanded.has(kind) && !waivedChecks.includes(kind);
  const closed = (kind: CheckKind): boolean => asked(kind) && !review.reviewable.includes(kind);
  const own = providerIds(document).includes(OWN_MACHINE);
  const never = own ? OWN_MACHINE_NEVER_LOOKS.filter(asked) : [];
  const open = own ? OWN_MACHINE_LEAVES_OPEN.filter(closed) : [];
  return [
    ...(closed('data_match')
      ? [warned('data_match is not named: nobody may approve who a name in another script is')]
      : []),
    ...(open.length > 0
      ? [
          warned(
            `${OWN_MACHINE} passes no ${open.join(', ')} by itself, and reviewers may not settle it: its cases end here`,
          ),
        ]
      : []),
    ...(never.length > 0
      ? [
          {
            ...warned(`${OWN_MACHINE} does not look for ${never.join(', ')}: its cases end here`),
            pointer: '/requiredChecks',
          },
        ]
      : []),
  ];
}

const DATA: readonly CheckKind[] = ['data_match'];

const warned = (detail: string): InputFault => ({ pointer: '/review/reviewable', code: 'nobody_may_settle', detail });
