import { needsOnSiteProofing } from '../policy/account-strength.js';
import { codesSuffice } from '../recovery-codes/asked-codes.js';
import type { Objection } from './decision.js';
import type { SettledFacts } from './facts.js';
import type { FindingReason } from './reasons.js';

/** What a profile says of the account and of the document, beyond the checks it demands. */

const object = (
  about: Objection['about'],
  reason: FindingReason,
  rest: Pick<Objection, 'remedy'> & Partial<Pick<Objection, 'settleable'>>,
): Objection => ({ about, reasonCodes: [reason], settleable: false, ...rest });

/** The account itself asks for more than this case has. Known before anything is checked. */
export function ofTheAccount(facts: SettledFacts): Objection[] {
  const { subject, proofing, policy, ingredients } = facts;
  const onSite = needsOnSiteProofing({ assuranceLevel: subject.assuranceLevel, proofingLevel: proofing?.level });
  const account = { proofed: proofing !== undefined, assuranceLevel: subject.assuranceLevel };
  return [
    ...(onSite ? [object('account', 'on_site_proofing_needed', { remedy: 'deny' })] : []),
    ...(!codesSuffice(policy, account, ingredients) ? [object('account', 'code_missing', { remedy: 'refer' })] : []),
  ];
}

/** The document is none the organisation takes, or not the one of the enrolment where the policy asks for that one. */
export function ofTheDocument({ report, policy, ...facts }: SettledFacts): Objection[] {
  const settleable = policy.review.reviewable.includes('document_authenticity');
  const number = facts.attributes.find(({ about }) => about === 'document_number')?.match.outcome;
  const wantsNumber = policy.matching.require.includes('document_number');
  return [
    ...(report.document === 'refused' ? [notAccepted({ report, policy, ...facts })] : []),
    ...(report.document === 'unknown' ? [object('report', 'document_not_named', { remedy: 'refer', settleable })] : []),
    ...(wantsNumber && number !== 'exact'
      ? [object('report', number === 'different' ? 'document_number_differs' : 'data_missing', { remedy: 'refer' })]
      : []),
  ];
}

/** Another document may do: the person is asked for one while there are tries. */
function notAccepted({ recoveryCase, policy }: SettledFacts): Objection {
  const left = recoveryCase.attempt < Math.min(recoveryCase.attemptsAllowed, policy.limits.attempts);
  if (left) return object('report', 'document_not_accepted', { remedy: 'retry' });
  const remedy = policy.review.onFail === 'review' ? 'refer' : 'deny';
  const last = object('report', 'document_not_accepted', { remedy });
  return { ...last, reasonCodes: [...last.reasonCodes, 'attempts_exhausted'] };
}
