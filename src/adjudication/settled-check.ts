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

/** What was seen to speak against the evidence does so whether or not the policy asked for the look. */
const SUSPICIONS: ReadonlySet<FindingReason> = new Set<FindingReason>([
  'presentation_attack_suspected',
  'injection_suspected',
  'document_copy_suspected',
  'document_inconsistent',
]);

export const isSuspicion = ({ result, reasonCodes }: SettledCheck): boolean =>
  result === 'indeterminate' && reasonCodes.some((reason) => SUSPICIONS.has(reason));
