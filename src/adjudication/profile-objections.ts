import { needsOnSiteProofing } from '../policy/account-strength.js';
import { codesSuffice } from '../recovery-codes/asked-codes.js';
import type { Objection } from './decision.js';
import type { SettledFacts } from './facts.js';
import { attemptsRemain, deny, refer } from './objection.js';

// What a profile says of the account and of the document, beyond the checks it demands.

/** The account itself asks for more than this case has. Known before anything is checked. */
export function ofTheAccount(facts: SettledFacts): Objection[] {
  const { subject, proofing, policy, ingredients } = facts;
  const onSite = needsOnSiteProofing({ assuranceLevel: subject.assuranceLevel, proofingLevel: proofing?.level });
  const account = { proofed: proofing !== undefined, assuranceLevel: subject.assuranceLevel };
  return [
    ...(onSite ? [deny('account', 'on_site_proofing_needed')] : []),
    ...(!codesSuffice(policy, account, ingredients) ? [refer('account', 'code_missing')] : []),
  ];
}

/** The document is none the organisation takes, or not the one of the enrolment where the policy asks for that one. */
export function ofTheDocument(facts: SettledFacts): Objection[] {
  const { report, policy } = facts;
  const settleable = policy.review.reviewable.includes('document_authenticity');
  const number = facts.attributes.find(({ about }) => about === 'document_number')?.match.outcome;
  const wantsNumber = policy.matching.require.includes('document_number');
  return [
    ...(report.document === 'refused' ? [notAccepted(facts)] : []),
    ...(report.document === 'unknown' ? [refer('report', 'document_not_named', { settleable })] : []),
    ...(wantsNumber && number !== 'exact'
      ? [refer('report', number === 'different' ? 'document_number_differs' : 'data_missing')]
      : []),
  ];
}

/** Another document may do: the person is asked for one while there are tries. */
function notAccepted(facts: SettledFacts): Objection {
  const reason = 'document_not_accepted';
  if (attemptsRemain(facts)) return { ...refer('report', reason), remedy: 'retry' };
  const last = facts.policy.review.onFail === 'review' ? refer('report', reason) : deny('report', reason);
  return { ...last, reasonCodes: [reason, 'attempts_exhausted'] };
}
