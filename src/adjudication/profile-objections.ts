import { needsOnSiteProofing } from '../policy/account-strength.js';
import { documentStanding, type NamedDocument } from '../policy/document-rules.js';
import { INGREDIENTS, type Ingredient } from '../policy/policy.js';
import type { Objection } from './decision.js';
import type { AdjudicationFacts } from './facts.js';
import type { FindingReason } from './reasons.js';

/** What a profile says of the account and of the document, beyond the checks it demands. */

const object = (
  about: Objection['about'],
  reason: FindingReason,
  rest: Pick<Objection, 'remedy'> & Partial<Pick<Objection, 'settleable'>>,
): Objection => ({ about, reasonCodes: [reason], settleable: false, ...rest });

/** The account itself asks for more than this case has. Known before anything is checked. */
export function ofTheAccount(facts: AdjudicationFacts): Objection[] {
  const { subject, proofing } = facts;
  const onSite = needsOnSiteProofing({ assuranceLevel: subject.assuranceLevel, proofingLevel: proofing?.level });
  return [
    ...(onSite ? [object('account', 'on_site_proofing_needed', { remedy: 'deny' })] : []),
    ...(missingCodes(facts).length > 0 ? [object('account', 'code_missing', { remedy: 'refer' })] : []),
  ];
}

function missingCodes({ policy, proofing, ingredients }: AdjudicationFacts): Ingredient[] {
  const asked = proofing ? policy.ingredients.proofed : policy.ingredients.unproofed;
  const given: Readonly<Record<Ingredient, boolean>> = {
    saved_code: ingredients?.savedCode ?? false,
    issued_code: ingredients?.issuedCode ?? false,
  };
  return INGREDIENTS.filter((code) => asked.includes(code) && !given[code]);
}

/** The document is none the organisation takes, or not the one of the enrolment where the policy asks for that one. */
export function ofTheDocument(facts: AdjudicationFacts): Objection[] {
  const document = reportedDocument(facts);
  const settleable = facts.policy.review.reviewable.includes('document_authenticity');
  const standing = documentStanding(facts.policy.documents, document);
  return [
    ...(standing === 'refused' ? [notAccepted(facts)] : []),
    ...(standing === 'unknown' ? [object('report', 'document_not_named', { remedy: 'refer', settleable })] : []),
    ...(facts.policy.matching.require.includes('document_number') ? numberOf(facts, document) : []),
  ];
}

/** Another document may do: the person is asked for one while there are tries. */
function notAccepted({ recoveryCase, policy }: AdjudicationFacts): Objection {
  const left = recoveryCase.attempt < Math.min(recoveryCase.attemptsAllowed, policy.limits.attempts);
  if (left) return object('report', 'document_not_accepted', { remedy: 'retry' });
  const remedy = policy.review.onFail === 'review' ? 'refer' : 'deny';
  const last = object('report', 'document_not_accepted', { remedy });
  return { ...last, reasonCodes: [...last.reasonCodes, 'attempts_exhausted'] };
}

function numberOf({ proofing }: AdjudicationFacts, document: NamedDocument & { number?: unknown }): Objection[] {
  const [known, shown] = [
    lettersAndDigits(proofing?.attributes.reveal().documentNumber),
    lettersAndDigits(document.number),
  ];
  if (known === '' || shown === '') return [object('report', 'data_missing', { remedy: 'refer' })];
  return known === shown ? [] : [object('report', 'document_number_differs', { remedy: 'refer' })];
}

/** Numbers are written with spaces, hyphens and fillers or without (ICAO Doc 9303-3, 4.2). */
const lettersAndDigits = (value: unknown): string =>
  typeof value === 'string' ? value.toUpperCase().replaceAll(/[^A-Z0-9]/g, '') : '';

function reportedDocument({ report }: AdjudicationFacts): NamedDocument & { number?: unknown } {
  const document: unknown = report.document?.reveal();
  return typeof document === 'object' && document !== null ? document : {};
}
