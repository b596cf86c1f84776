import { WORST_FIRST, type CheckKind, type CheckResult } from '../../providers/kit/index.js';
import type { FindingReason } from './reasons.js';

/** One check kind after everything the report says about it was weighed. */
export interface SettledCheck {
  kind: CheckKind;
  result: CheckResult;
  reasonCodes: FindingReason[];
  /** `report`, or what we compared ourselves. */
  method: string;
}

export const worse = (a: CheckResult, b: CheckResult): CheckResult =>
  WORST_FIRST.find((result) => result === a || result === b) ?? 'indeterminate';

/** A person shows what is not theirs to show: a picture of a face, made-up frames, a picture of a document. */
export const ATTACKS: readonly FindingReason[] = [
  'presentation_attack_suspected',
  'injection_suspected',
  'document_copy_suspected',
];

/** What was seen to speak against the evidence does so whether or not the policy asked for the look. */
const SUSPICIONS: readonly FindingReason[] = [...ATTACKS, 'document_inconsistent'];

const isOpen = ({ result }: SettledCheck): boolean => result === 'indeterminate' || result === 'not_run';

/** In whatever check it is said, and also where a provider says that it did not run the one that would say it. */
export const isSuspicion = (check: SettledCheck): boolean =>
  isOpen(check) && check.reasonCodes.some((reason) => SUSPICIONS.includes(reason));

/** Whether an attack was noticed. People who look at the pictures cannot take that back; another picture can. */
export const attackSuspected = ({ reasonCodes }: { reasonCodes: readonly string[] }): boolean =>
  ATTACKS.some((attack) => reasonCodes.includes(attack));
