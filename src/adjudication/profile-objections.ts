import { needsOnSiteProofing } from '../policy/account-strength.js';
import { INGREDIENTS, type Ingredient } from '../policy/policy.js';
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
  const { subject, proofing } = facts;
  const onSite = needsOnSiteProofing({ assuranceLevel: subject.assuranceLevel, proofingLevel: proofing?.level });
  return [
    ...(onSite ? [object('account', 'on_site_proofing_needed', { remedy: 'deny' })] : []),
    ...(missingCodes(facts).length > 0 ? [object('account', 'code_missing', { remedy: 'refer' })] : []),
  ];
}

function missingCodes({ policy, proofing, ingredients }: SettledFacts): Ingredient[] {
  const asked = proofing ? policy.ingredients.proofed : policy.ingredients.unproofed;
  const given: Readonly<Record<Ingredient, boolean>> = {
    saved_code: ingredients?.savedCode ?? false,
    issued_code: ingredients?.issuedCode ?? false,
  };
  return INGREDIENTS.filter((code) => asked.includes(code) && !given[code]);
}

/** The document is none the organisation takes, or not the one of the enrolment where the policy asks for that one. */
export function ofTheDocument({ report, policy, ...facts }: SettledFacts): Objection[] {
  const settleable = policy.review.reviewable.includes('document_authenticity');
  const wantsNumber = policy.matching.require.includes('document_number');
  return [
    ...(report.document === 'refused' ? [notAccepted({ report, policy, ...facts })] : []),
    ...(report.document === 'unknown' ? [object('report', 'document_not_named', { remedy: 'refer', settleable })] : []),
    ...(wantsNumber && report.documentNumber !== 'same'
      ? [object('report', NUMBER[report.documentNumber], { remedy: 'refer' })]
      : []),
  ];
}

const NUMBER = { missing: 'data_missing', different: 'document_number_differs' } as const;

/** Another document may do: the person is asked for one while there are tries. */
function notAccepted({ recoveryCase, policy }: SettledFacts): Objection {
  const left = recoveryCase.attempt < Math.min(recoveryCase.attemptsAllowed, policy.limits.attempts);
  if (left) return object('report', 'document_not_accepted', { remedy: 'retry' });
  const remedy = policy.review.onFail === 'review' ? 'refer' : 'deny';
  const last = object('report', 'document_not_accepted', { remedy });
  return { ...last, reasonCodes: [...last.reasonCodes, 'attempts_exhausted'] };
}
