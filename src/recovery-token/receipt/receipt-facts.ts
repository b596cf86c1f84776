import { decide } from '../../adjudication/decide.js';
import { evidenceStrength, type EvidenceStrength } from '../../adjudication/evidence-strength.js';
import type { Verdict } from '../../adjudication/decision.js';
import type { ApprovalRecord } from '../../adjudication/decisions.js';
import type { SettledFacts } from '../../adjudication/facts.js';
import { PolicyDocument } from '../../policy/policy.js';

/** Who said yes: the rules by themselves, or people where the rules left it to them. */
export type SettledBy = 'policy' | 'one_reviewer' | 'two_reviewers';

/** What a receipt is about. No member is personal beyond the account's id. */
export interface ReceiptFacts {
  caseId: string;
  subjectId: string;
  decidedUnder: string;
  decidedAt: Date;
  /** When the provider's report came; absent by codes alone. */
  reportedAt?: Date;
  settledBy: SettledBy;
  /** How good the evidence is, as the wait before the token goes by it. */
  strength: EvidenceStrength;
  facts: SettledFacts;
}

/** What a receipt says of an approval. @throws ZodError when the policy stored with it is none */
export function receiptFacts(
  of: { caseId: string; subjectId: string },
  { facts, ...approval }: ApprovalRecord & { facts: SettledFacts },
): ReceiptFacts {
  const whole = { ...facts, policy: PolicyDocument.parse(facts.policy) };
  const { verdict } = decide(whole);
  const { decidedAt, decidedUnder, reportedAt, approvals } = approval;
  return {
    ...of,
    decidedAt,
    decidedUnder,
    ...(reportedAt && { reportedAt }),
    settledBy: settledBy(verdict, approvals),
    strength: evidenceStrength(whole, verdict),
    facts: whole,
  };
}

/** Votes do not count where the rules had come to approve by themselves; without any vote nobody else can have. */
function settledBy(verdict: Verdict, approvals: number): SettledBy {
  if (verdict === 'approve' || approvals === 0) return 'policy';
  return approvals > 1 ? 'two_reviewers' : 'one_reviewer';
}
