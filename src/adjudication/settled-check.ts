import type { CheckKind, CheckResult } from '../../providers/kit/index.js';
import type { FindingReason } from './reasons.js';

/** One check kind after everything the report says about it was weighed. */
export interface SettledCheck {
  kind: CheckKind;
  result: CheckResult;
  reasonCodes: FindingReason[];
  /** `report`, or what we compared ourselves. */
  method: string;
}

/** When facts disagree, the first of these that occurs stands. */
const WORST_FIRST: readonly CheckResult[] = ['fail', 'indeterminate', 'not_run', 'pass'];

export const worse = (a: CheckResult, b: CheckResult): CheckResult =>
  WORST_FIRST.find((result) => result === a || result === b) ?? 'indeterminate';
