import type { CheckKind } from '../../providers/kit/index.js';
import {
  VERDICTS,
  type ApprovalStep,
  type Decision,
  type Finding,
  type NextStep,
  type Objection,
  type Verdict,
} from './decision.js';
import { CONFIRMATION_SECONDS, deviceProof, RETURN_GRACE_SECONDS, type DeviceProof } from './device/device-proof.js';
import { evidenceStrength, holdForEvidence, type EvidenceStrength } from './evidence-strength.js';
import type { AdjudicationFacts, SettledChecks, SettledFacts } from './facts.js';
import { hasAnswer, isWaived, objectionsTo } from './objections.js';
import { BUCKETS, REASONS, type Bucket, type CaptureWord, type FindingReason } from './reasons.js';
import { settleFacts } from './settled-facts.js';
import { takesTwo } from './settleable.js';

/**
 * Decides one attempt: what was compared first (settled-facts.ts), then the rules. Pure and total.
 *
 * @internal
 */
export const adjudicate = (facts: AdjudicationFacts): Decision => decide(settleFacts(facts));

/**
 * The rules. Pure and total: the same facts give the same decision, and no report makes it throw. Every rule that finds
 * something in the way raises an objection (objections.ts); the verdict is the hardest remedy among them, so a check
 * that turns out worse can never make the outcome better. Only no objection at all is an approval.
 */
export function decide(facts: SettledFacts): Decision {
  const { checks, attributes } = facts;
  const objections = objectionsTo(facts);
  const verdict = objections.map((objection) => objection.remedy).reduce<Verdict>(harder, 'approve');
  const told = verdict === 'retry' ? toldToPerson(objections) : [];
  const device = deviceProof(facts);
  const holdSeconds = holdOf(facts, device, evidenceStrength(facts, verdict));
  const afterApproval = approvalStep(device, holdSeconds);
  return {
    verdict,
    bucket: bucketOf(verdict, objections),
    findings: [
      ...checkFindings(facts, checks),
      ...attributes.map(({ about, match }) => ({ about, result: match.outcome, ...reasonsOf(match) })),
      ...objections.filter(isCircumstance).map(circumstanceFinding),
      ...(hasAnswer(facts) ? [...deviceFindings(device), ...fileFinding(facts)] : []),
      ...codesFinding(facts),
      ...keyFinding(facts, verdict),
      ...told,
    ],
    next: nextStep(verdict, { facts, objections, afterApproval }),
    reviewersNeeded: takesTwo(objections) ? 2 : reviewersOf(facts, device),
    approvableByReview: !isEvaluation(facts) && objections.every((objection) => objection.settleable),
    device,
    afterApproval,
    holdSeconds,
  };
}

const harder = (a: Verdict, b: Verdict): Verdict => (VERDICTS.indexOf(a) >= VERDICTS.indexOf(b) ? a : b);

const isEvaluation = ({ recoveryCase, policy }: SettledFacts): boolean =>
  recoveryCase.mode === 'evaluation' || policy.mode === 'evaluation';

/**
 * How many reviewers have to agree (rule 5); `takesTwo` has the checks that one alone may not settle. Two are needed:
 * - for what the own machine found, and for privileged accounts;
 * - for a link that an agent passed on: one persuaded agent and one persuaded reviewer must not be enough;
 * - where only reviewers stand between the reader of the link and a check that may have been passed on (T33);
 * - where a machine's key opened the case or helped it on: its holder may be one of the reviewers, and only a second
 *   reviewer is certainly another person (T49).
 *
 * A policy can ask for two, never for fewer.
 */
const reviewersOf = ({ provider, subject, policy, recoveryCase }: SettledFacts, device: DeviceProof): 1 | 2 =>
  provider.local || subject.privileged || recoveryCase.relayed || recoveryCase.byKey || device === 'unaskable'
    ? 2
    : policy.review.reviewersNeeded;

/**
 * The longest hold that applies. Weaker evidence waits longer. Links that an agent passed on have a hold of their own, and
 * so have partners' addresses that may have been passed on.
 */
function holdOf({ policy, recoveryCase }: SettledFacts, device: DeviceProof, strength: EvidenceStrength): number {
  const passedOn = recoveryCase.relayed || (device !== 'proven' && device !== 'allowed');
  const own = holdForEvidence(policy.hold, strength);
  return passedOn ? Math.max(own, policy.relay.holdSeconds) : own;
}

/** Without proof of the device an approval waits: first for the browser, then for an address on file. */
function approvalStep(device: DeviceProof, holdSeconds: number): ApprovalStep {
  if (device === 'may_return') {
    return { name: 'hold', holdSeconds: RETURN_GRACE_SECONDS, reason: 'waiting_for_return' };
  }
  if (device === 'unproven') {
    const seconds = Math.max(holdSeconds, CONFIRMATION_SECONDS);
    return { name: 'hold', holdSeconds: seconds, reason: 'waiting_for_confirmation' };
  }
  return holdSeconds > 0 ? { name: 'hold', holdSeconds, reason: 'hold_running' } : { name: 'approve' };
}

interface Outcome {
  facts: SettledFacts;
  objections: readonly Objection[];
  afterApproval: ApprovalStep;
}

function nextStep(verdict: Verdict, { facts, objections, afterApproval }: Outcome): NextStep {
  const exhausted = objections.some((objection) => objection.reasonCodes.includes('attempts_exhausted'));
  if (verdict === 'retry') {
    return { name: 'retry', reason: hasAnswer(facts) ? 'capture_to_be_repeated' : 'verification_abandoned' };
  }
  if (isEvaluation(facts)) return { name: 'finish_evaluation', reason: 'evaluation_finished' };
  if (facts.withdrawn) return { name: verdict === 'deny' ? 'deny' : 'refer', reason: 'result_withdrawn' };
  if (verdict === 'deny') return { name: 'deny', reason: exhausted ? 'attempts_exhausted' : 'not_confirmed' };
  if (verdict === 'refer') return { name: 'refer', reason: exhausted ? 'attempts_exhausted' : 'reviewer_needed' };
  return afterApproval;
}

/** A face that differs from the record says so to nobody outside: on its own it looks like a poor picture. */
function bucketOfReason(objection: Objection, reason: FindingReason): Bucket {
  const { audience, bucket } = REASONS[reason];
  return objection.about === 'reference_portrait_match' && audience === 'neutral' ? 'face_unclear' : bucket;
}

/** What agents and pages call the outcome. Of several reasons to try again, the first of the table's order. */
function bucketOf(verdict: Verdict, objections: readonly Objection[]): Bucket {
  if (verdict === 'approve') return 'confirmed';
  if (verdict === 'refer') return 'needs_review';
  if (verdict === 'deny') return 'not_confirmed';
  return retryBuckets(objections)[0] ?? 'not_finished';
}

function retryBuckets(objections: readonly Objection[]): Bucket[] {
  const others = objections.filter((objection) => objection.about !== 'reference_portrait_match');
  const telling = others.length > 0 ? others : objections;
  const found = telling.flatMap((objection) => objection.reasonCodes.map((code) => bucketOfReason(objection, code)));
  return BUCKETS.filter((bucket) => found.includes(bucket));
}

/** The words a page may use for a retry: capture reasons by name, everything else by its bucket. */
function toldToPerson(objections: readonly Objection[]): Finding[] {
  const captures = objections
    .flatMap((objection) => objection.reasonCodes)
    .map((reason) => REASONS[reason].shown)
    .filter((shown): shown is CaptureWord => shown !== undefined);
  const neutral = objections.filter((objection) => objection.reasonCodes.some((code) => !REASONS[code].shown));
  const buckets = retryBuckets(neutral).filter((bucket) => bucket !== 'not_finished');
  const codes = [...new Set<CaptureWord | Bucket>([...captures, ...buckets])];
  return [{ about: 'applicant', result: 'told', reasonCodes: codes, method: 'reason_table' }];
}

const reasonsOf = ({ reasonCodes, method }: Pick<Finding, 'reasonCodes' | 'method'>) => ({ reasonCodes, method });

function checkFindings(facts: SettledFacts, checks: SettledChecks): Finding[] {
  return Object.values(checks).map((check) => {
    const reasonCodes = isWaived(check, facts)
      ? [...check.reasonCodes, 'waived_by_policy' as const]
      : check.reasonCodes;
    return { about: check.kind, result: check.result, reasonCodes, method: check.method };
  });
}

/** Objections to checks are the checks' own findings; the others get a line of their own. */
const isCircumstance = ({ about }: Objection): boolean => CIRCUMSTANCES.has(about);

const CIRCUMSTANCES: ReadonlySet<Objection['about']> = new Set<Exclude<Objection['about'], CheckKind>>([
  'report',
  'provider',
  'account',
  'proofing_record',
  'recovery_codes',
  'binding',
  'channel',
  'device',
]);

/** An objection as a line of its own. */
export const circumstanceFinding = ({ about, reasonCodes, settleable }: Objection): Finding => ({
  about,
  result: 'objects',
  reasonCodes,
  method: settleable ? 'settled_by_reviewers' : 'rule',
});

/** Nothing to say of a device that is proven; one that nobody can be asked about is an objection of its own. */
function deviceFindings(device: DeviceProof): Finding[] {
  const finding = { about: 'device', method: 'rule' } as const;
  if (device === 'proven' || device === 'unaskable') return [];
  if (device === 'allowed') return [{ ...finding, result: 'not_run', reasonCodes: ['waived_by_policy'] }];
  if (device === 'confirmed') return [{ ...finding, result: 'pass', reasonCodes: ['device_confirmed'] }];
  return [{ ...finding, result: 'objects', reasonCodes: ['device_not_proven'] }];
}

/** A selfie from a file is always said, also where the policy takes it: as weak evidence (evidence-strength.ts). */
function fileFinding({ selfieFromFile, policy }: SettledFacts): Finding[] {
  if (!selfieFromFile || policy.capture.selfieFiles !== 'accept') return [];
  const reasonCodes: Finding['reasonCodes'] = ['selfie_from_file', 'waived_by_policy'];
  return [{ about: 'device', result: 'not_run', reasonCodes, method: 'rule' }];
}

/** Tells reviewers why one of them is not enough; nothing to say where nobody is asked. */
function keyFinding({ recoveryCase: { byKey } }: SettledFacts, verdict: Verdict): Finding[] {
  if (!byKey || verdict !== 'refer') return [];
  return [
    { about: 'channel', result: 'objects', reasonCodes: ['opened_or_helped_by_key'], method: 'settled_by_reviewers' },
  ];
}

/** What an approval without a document rests on. */
function codesFinding({ route, ingredients: { savedCode, issuedCode } }: SettledFacts): Finding[] {
  if (route !== 'codes' || !savedCode || !issuedCode) return [];
  return [{ about: 'recovery_codes', result: 'pass', reasonCodes: ['two_codes_given'], method: 'rule' }];
}
