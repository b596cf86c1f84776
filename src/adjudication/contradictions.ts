import { isSpecimen, reportedDocument } from './accounts/document-number.js';
import type { Objection } from './decision.js';
import type { AdjudicationFacts, Contradiction, SettledFacts, ShownEvidence } from './facts.js';
import { refer, refuseBy } from './objection.js';
import { isCaptureFault, type FindingReason } from './reasons.js';
import { isSuspicion, type SettledCheck } from './settled-check.js';
import { settleChecks } from './settled-checks.js';

/** Says nothing of who it is: the person turned back. */
const LEFT: readonly FindingReason[] = ['applicant_cancelled', 'session_not_finished'];

const says = ({ result, reasonCodes }: SettledCheck): FindingReason[] => {
  const told = reasonCodes.filter((code) => code !== 'ok');
  const left = told.length > 0 && told.every((code) => LEFT.includes(code));
  // A poor picture or a document that has expired is why somebody has none to show.
  return result === 'fail' && !isCaptureFault(told) && !left ? ['shown_evidence_contradicts', ...told] : [];
};

function against(facts: AdjudicationFacts, { report, withdrawn, documentStanding }: ShownEvidence): FindingReason[] {
  const checks = Object.values(settleChecks({ ...facts, report }).checks);
  const suspected = checks.filter(isSuspicion).flatMap(({ reasonCodes }) => reasonCodes);
  return [
    ...checks.flatMap(says),
    ...suspected,
    ...(withdrawn ? ['result_withdrawn' as const] : []),
    ...(documentStanding === 'another_account' ? ['document_on_other_account' as const] : []),
    ...(isSpecimen(reportedDocument(report)) ? ['specimen_not_allowed' as const] : []),
  ];
}

/**
 * What evidence that was shown in this case, in any attempt, says against the person: somebody else's, forged, or taken
 * back. What merely could not be read says nothing. Pure and total.
 */
export function contradictionsIn(facts: AdjudicationFacts): Contradiction[] {
  return (facts.shown ?? []).flatMap((shown) => {
    const reasonCodes = [...new Set(against(facts, shown))];
    const { attempt, byAnother } = shown;
    return reasonCodes.length > 0 ? [{ attempt, reasonCodes, ...(byAnother && { byAnother }) }] : [];
  });
}

/** What software gets wrong of a rightful owner, whom another provider then knew. */
const FACES: readonly FindingReason[] = ['shown_evidence_contradicts', 'faces_differ', 'faces_similar_unsure'];

/**
 * What evidence of this case says against the person stands, whatever else was shown, and nobody settles it: choosing another
 * provider is no way around the first one's word (T75). People may settle one thing: that of two providers only one knew
 * the face.
 */
export const contradicted = ({
  contradictions = [],
  policy,
}: Pick<SettledFacts, 'contradictions' | 'policy'>): Objection[] =>
  contradictions.map(({ reasonCodes, byAnother }) => ({
    ...refuseBy(policy, 'report', 'shown_evidence_contradicts'),
    reasonCodes: [...new Set<FindingReason>(['shown_evidence_contradicts', ...reasonCodes])],
    settleable:
      policy.review.onFail !== 'deny' && byAnother === true && reasonCodes.every((code) => FACES.includes(code)),
  }));

/** Another provider saw in another case of the account what speaks against who was in it: people look at both. */
export const refusedElsewhere = ({ doubts = [] }: Pick<SettledFacts, 'doubts'>): Objection[] =>
  doubts.map((reason) => refer('account', reason, { settleable: true }));
