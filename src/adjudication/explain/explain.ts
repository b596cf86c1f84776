import { PolicyDocument } from '../../policy/policy.js';
import { decide } from '../decide.js';
import {
  consequencesOf,
  type Consequences,
  type Decision,
  type Finding,
  type NextStep,
  type Verdict,
} from '../decision.js';
import type { SettledFacts } from '../facts.js';
import type { Bucket } from '../reasons.js';
import { RULES_VERSION } from '../rules-version.js';

/** What of a decision's consequences is compared. */
const CONSEQUENCES = ['next', 'reviewersNeeded', 'device', 'holdSeconds'] as const;
type Consequence = (typeof CONSEQUENCES)[number];

/** A decision as it lies in the database. */
export interface RecordedDecision {
  decisionId: string;
  caseId: string;
  attempt: number;
  verdict: Verdict;
  bucket: Bucket;
  findings: Finding[];
  /** Null for decisions without a report, and for those written before facts were kept. */
  facts: SettledFacts | null;
  /** Null for the same, and for those written before consequences were kept. */
  consequences: Consequences | null;
  /** How many different people said yes in its attempt. */
  approvals: number;
  /** Whether the audit row of the decision names this verdict, who gave it, and the hash of each of these. */
  sealed: boolean;
  decidedBy: string;
  decidedAt: Date;
  decidedUnder: string;
}

/** What taking the decision again, by the rules of now, gives. */
export interface Replay {
  /**
   * `no_facts`: there is nothing to take it again from. `other_rules`: it was taken by other rules than today's, and
   * stands as it was.
   */
  outcome: 'same' | 'differs' | 'no_facts' | 'other_rules';
  /** What differs, one line each; also when the record contradicts its audit row. */
  differences: string[];
  /** What of the decision was not stored and could not be compared: it is older than that. */
  notStored: readonly Consequence[];
}

/** Decided by the rules alone; every other name stands for people, for time that has passed, or for a second look. */
const BY_RULES = 'policy';

/**
 * Takes a decision again from its stored facts. Pure and total. A decision of the rules has to come out word for word;
 * one that people or a hold's end made may only approve what the rules leave to them, and with as many people as they ask
 * for. Whoever made it, the rules have to come to the same next step, wait, number of people and proof of the device.
 * One that was taken by other rules is not held against today's: its record has to be the one that the audit trail names,
 * and as many people have to stand behind it as it says itself.
 */
export function replay(decision: RecordedDecision): Replay {
  const altered = decision.sealed ? [] : ['the record is not the one that the audit trail names'];
  const { facts, consequences } = decision;
  if (!facts) return { outcome: altered.length > 0 ? 'differs' : 'no_facts', differences: altered, notStored: [] };
  const notStored = consequences ? [] : CONSEQUENCES;
  if (consequences?.rules !== RULES_VERSION) {
    const differences = [...altered, ...ownDifferences(decision)];
    return { outcome: differences.length > 0 ? 'differs' : 'other_rules', differences, notStored };
  }
  const differences = [...altered, ...differencesFrom(decision, facts)];
  return { outcome: differences.length > 0 ? 'differs' : 'same', differences, notStored };
}

function differencesFrom(decision: RecordedDecision, facts: SettledFacts): string[] {
  const policy = PolicyDocument.safeParse(facts.policy);
  if (!policy.success) return ['the stored policy is not one'];
  const again = decide({ ...facts, policy: policy.data });
  const { verdict, bucket, findings, consequences } = decision;
  const followed = consequences ? consequenceDifferences(consequences, consequencesOf(again)) : [];
  if (decision.decidedBy !== BY_RULES) {
    return [
      ...(verdict === 'approve' ? approvalDifferences(decision, again) : []),
      ...findingDifferences(explained(findings), explained(again.findings)),
      ...followed,
    ];
  }
  return [
    ...(again.verdict === verdict ? [] : [`verdict ${verdict}, again ${again.verdict}`]),
    ...(again.bucket === bucket ? [] : [`bucket ${bucket}, again ${again.bucket}`]),
    ...findingDifferences(findings, again.findings),
    ...followed,
  ];
}

/** What a decision of other rules says of itself: what it left to people takes the people it asked for. */
function ownDifferences({ verdict, decidedBy, approvals, consequences }: RecordedDecision): string[] {
  if (verdict !== 'approve' || decidedBy === BY_RULES || consequences?.next.name !== 'refer') return [];
  return tooFew(approvals, consequences.reviewersNeeded);
}

const tooFew = (approvals: number, needed: number): string[] =>
  approvals >= needed ? [] : [`approved by ${approvals} reviewers where the rules ask for ${needed}`];

/** What people, or time that has passed, may approve. Where the rules approve by themselves, nobody has to have been asked. */
function approvalDifferences({ approvals }: RecordedDecision, again: Decision): string[] {
  if (!again.approvableByReview) return ['approved although the rules leave no approval to anybody'];
  return again.verdict === 'approve' ? [] : tooFew(approvals, again.reviewersNeeded);
}

const WORDS: Readonly<{ [Member in Consequence]: (value: Consequences[Member]) => string }> = {
  next: (step) => `next step ${stepWords(step)}`,
  reviewersNeeded: (people) => `reviewers needed ${people}`,
  device: (proof) => `device ${proof}`,
  holdSeconds: (seconds) => `hold ${seconds} s`,
};

const stepWords = (step: NextStep): string =>
  [step.name, 'reason' in step && step.reason, 'holdSeconds' in step && `${step.holdSeconds} s`]
    .filter((word) => word !== false)
    .join(' ');

const lineOf = <Member extends Consequence>(member: Member, of: Consequences): string => WORDS[member](of[member]);

function consequenceDifferences(recorded: Consequences, again: Consequences): string[] {
  return CONSEQUENCES.map((member) => [lineOf(member, recorded), lineOf(member, again)] as const)
    .filter(([before, after]) => before !== after)
    .map(([before, after]) => `${before}, again ${after}`);
}

/** What the person is told differs with who decided. */
const explained = (findings: readonly Finding[]): Finding[] => findings.filter(({ result }) => result !== 'told');

/** A finding as one line; the same line is the same finding. */
export const findingLine = ({ about, result, reasonCodes, method }: Finding): string =>
  `${about}: ${result} (${reasonCodes.join(', ')}; ${method})`;

function findingDifferences(recorded: readonly Finding[], again: readonly Finding[]): string[] {
  const before = recorded.map(findingLine);
  const after = again.map(findingLine);
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `no more: ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `only now: ${line}`),
  ];
}
