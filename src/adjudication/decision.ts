import type { CheckKind, CheckResult } from '../../providers/kit/index.js';
import { VERDICTS, type Verdict } from '../recovery-case/case-outcomes.js';
import type { StateReason } from '../recovery-case/case-states.js';
import type { DeviceProof } from './device/device-proof.js';
import type { MatchOutcome } from './matching/match-outcome.js';
import type { Bucket, CaptureWord, FindingReason } from './reasons.js';
import { RULES_VERSION } from './rules-version.js';

export { VERDICTS, type Verdict };

export const MATCHED_ATTRIBUTES = [
  'given_name',
  'family_name',
  'birth_date',
  'nationality',
  'document_number',
] as const;
export type MatchedAttribute = (typeof MATCHED_ATTRIBUTES)[number];
/** Facts that are neither a check nor an attribute. */
export type Circumstance =
  | 'report'
  | 'provider'
  | 'account'
  | 'proofing_record'
  | 'recovery_codes'
  | 'binding'
  | 'channel'
  | 'device'
  | 'applicant';
export type FindingSubject = CheckKind | MatchedAttribute | Circumstance;

/** One line of the explanation: about what, how it stands, why, and how that was found out. No personal data. */
export interface Finding {
  about: FindingSubject;
  /** `objects` for a circumstance that stands in the way; `told` for what the person may be shown. */
  result: CheckResult | MatchOutcome | 'objects' | 'told';
  reasonCodes: (FindingReason | CaptureWord | Bucket)[];
  method: string;
}

/** What stands between a report and an approval. */
export interface Objection {
  about: FindingSubject;
  reasonCodes: FindingReason[];
  remedy: Exclude<Verdict, 'approve'>;
  /** Whether reviewers may set it aside: open checks the policy names, and rules that ask for people (rule 5, rule 7). */
  settleable: boolean;
}

/** What an approval by rules or reviewers leads to: at once, or after a wait that can still end in a refusal. */
export type ApprovalStep =
  | { name: 'approve' }
  | { name: 'hold'; holdSeconds: number; reason: 'hold_running' | 'waiting_for_return' | 'waiting_for_confirmation' };

/** How the case moves on. The names are transitions of the case. */
export type NextStep = ApprovalStep | { name: 'retry' | 'refer' | 'deny' | 'finish_evaluation'; reason: StateReason };

export interface Decision {
  verdict: Verdict;
  bucket: Bucket;
  findings: Finding[];
  next: NextStep;
  /** How many reviewers have to agree before a referred case is approved. */
  reviewersNeeded: 1 | 2;
  /** Nothing but settleable objections is left; without any, the verdict is `approve`. */
  approvableByReview: boolean;
  /** What shows that the check was done at the browser that gets the token. No token without. */
  device: DeviceProof;
  /** What follows an approval, by the policy or by reviewers. */
  afterApproval: ApprovalStep;
  /** Seconds between an approval, by rules or people, and the token. */
  holdSeconds: number;
}

/** What a decision leads to besides its verdict: who gets in, and when. Stored with it. */
export interface Consequences extends Pick<Decision, 'next' | 'reviewersNeeded' | 'device' | 'holdSeconds'> {
  /** The version of the rules that it was taken by; absent in what was stored before there were versions. */
  rules?: number;
}

export const consequencesOf = ({ next, reviewersNeeded, device, holdSeconds }: Decision): Consequences => ({
  next,
  reviewersNeeded,
  device,
  holdSeconds,
  rules: RULES_VERSION,
});
