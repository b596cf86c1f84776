import { PolicyDocument } from '../../policy/policy.js';
import { decide } from '../decide.js';
import type { Finding, Verdict } from '../decision.js';
import type { SettledFacts } from '../facts.js';
import type { Bucket } from '../reasons.js';

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
  /** Whether the audit row of the decision names this verdict, who gave it, and the hash of these findings and facts. */
  sealed: boolean;
  decidedBy: string;
  decidedAt: Date;
  decidedUnder: string;
}

/** What taking the decision again, by the rules of now, gives. */
export interface Replay {
  /** `no_facts`: there is nothing to take it again from. */
  outcome: 'same' | 'differs' | 'no_facts';
  /** What differs, one line each; also when the record contradicts its audit row. */
  differences: string[];
}

/** Decided by the rules alone; every other name stands for people, for time that has passed, or for a second look. */
const BY_RULES = 'policy';

/**
 * Takes a decision again from its stored facts. Pure and total. A decision of the rules has to come out word for word;
 * one that people or a hold's end made may only approve what the rules leave to them.
 */
export function replay(decision: RecordedDecision): Replay {
  const altered = decision.sealed ? [] : ['the record is not the one that the audit trail names'];
  if (!decision.facts) return { outcome: altered.length > 0 ? 'differs' : 'no_facts', differences: altered };
  const differences = [...altered, ...differencesFrom(decision, decision.facts)];
  return { outcome: differences.length > 0 ? 'differs' : 'same', differences };
}

function differencesFrom(decision: RecordedDecision, facts: SettledFacts): string[] {
  const policy = PolicyDocument.safeParse(facts.policy);
  if (!policy.success) return ['the stored policy is not one'];
  const again = decide({ ...facts, policy: policy.data });
  if (decision.decidedBy !== BY_RULES) {
    const allowed = decision.verdict !== 'approve' || again.approvableByReview;
    return [
      ...(allowed ? [] : ['approved although the rules leave no approval to anybody']),
      ...findingDifferences(explained(decision.findings), explained(again.findings)),
    ];
  }
  return [
    ...(again.verdict === decision.verdict ? [] : [`verdict ${decision.verdict}, again ${again.verdict}`]),
    ...(again.bucket === decision.bucket ? [] : [`bucket ${decision.bucket}, again ${again.bucket}`]),
    ...findingDifferences(decision.findings, again.findings),
  ];
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
