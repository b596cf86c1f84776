import { isSpecimen, reportedDocument } from './accounts/document-number.js';
import type { Objection } from './decision.js';
import type { AdjudicationFacts, Contradiction, SettledFacts, ShownEvidence } from './facts.js';
import { refer, refuseBy } from './objection.js';
import { faultsToMend, isCaptureFault, REASONS, type FindingReason } from './reasons.js';
import { isSuspicion, type SettledCheck } from './settled-check.js';
import { settleChecks } from './settled-checks.js';

/** Says nothing of who it is: the person turned back. */
const LEFT: readonly FindingReason[] = ['applicant_cancelled', 'session_not_finished'];

/** Speaks of how the answer came, and not of the person. */
const OF_THE_ANSWER: readonly FindingReason[] = ['ok', 'check_reported_twice', 'check_contradicts_itself'];

const every = (codes: readonly FindingReason[], list: readonly FindingReason[]): boolean =>
  codes.length > 0 && codes.every((code) => list.includes(code));

/** A failure; neither a poor picture nor a document that has expired, which is why somebody has none to show. */
function isRefusal({ result, reasonCodes }: SettledCheck): boolean {
  const told = reasonCodes.filter((code) => code !== 'ok');
  return result === 'fail' && !isCaptureFault(told) && !every(told, LEFT);
}

/** What a poor picture explains is no suspicion of another one. */
const isSuspected = (check: SettledCheck): boolean =>
  isSuspicion(check) && faultsToMend(check.reasonCodes).length === 0;

/** What software gets wrong of a rightful owner, whom another provider then knew. */
const FACES: readonly FindingReason[] = ['faces_differ', 'faces_similar_unsure'];

/** A face that one of two providers knew; a document that seemed to disagree with itself, as readers misread (ADR 20). */
function peopleMaySettle(check: SettledCheck): boolean {
  const told = check.reasonCodes.filter(
    (code) => !OF_THE_ANSWER.includes(code) && REASONS[code].audience !== 'capture',
  );
  return check.result === 'fail' ? every(told, FACES) : every(told, ['document_inconsistent']);
}

function against(facts: AdjudicationFacts, shown: ShownEvidence): Omit<Contradiction, 'attempt'> {
  const { report, withdrawn, documentStanding, byAnother } = shown;
  const checks = Object.values(settleChecks({ ...facts, report }).checks);
  const refusals = checks.filter(isRefusal);
  const suspected = checks.filter(isSuspected);
  const ofTheDocument: FindingReason[] = [
    ...(withdrawn ? ['result_withdrawn' as const] : []),
    ...(documentStanding === 'another_account' ? ['document_on_other_account' as const] : []),
    ...(isSpecimen(reportedDocument(report)) && !facts.policy.allowSpecimens ? ['specimen_not_allowed' as const] : []),
  ];
  const reasonCodes: FindingReason[] = [
    ...(refusals.length > 0 ? ['shown_evidence_contradicts' as const] : []),
    ...[...refusals, ...suspected].flatMap((check) => check.reasonCodes.filter((code) => code !== 'ok')),
    ...ofTheDocument,
  ];
  const settleable =
    byAnother === true && ofTheDocument.length === 0 && [...refusals, ...suspected].every(peopleMaySettle);
  return { reasonCodes: [...new Set(reasonCodes)], ...(settleable && { settleable }) };
}

/**
 * What evidence that was shown in this case, in any attempt, says against the person: somebody else's, forged, or taken
 * back. What merely could not be read says nothing. Pure and total.
 */
export function contradictionsIn(facts: AdjudicationFacts): Contradiction[] {
  return (facts.shown ?? [])
    .map((shown) => ({ attempt: shown.attempt, ...against(facts, shown) }))
    .filter(({ reasonCodes }) => reasonCodes.length > 0);
}

/**
 * What evidence of this case says against the person stands, whatever else was shown: choosing another provider is no way
 * around the first one's word (T75). Two people may settle that two providers, both asked in time, do not agree about what
 * software often gets wrong; nobody settles anything else of it.
 */
export const contradicted = ({
  contradictions = [],
  policy,
}: Pick<SettledFacts, 'contradictions' | 'policy'>): Objection[] =>
  contradictions.map(({ reasonCodes, settleable = false }) => ({
    ...refuseBy(policy, 'report', 'shown_evidence_contradicts'),
    reasonCodes: [...new Set<FindingReason>(['shown_evidence_contradicts', ...reasonCodes])],
    settleable: settleable && policy.review.onFail !== 'deny',
  }));

/** Another provider saw in another case of the account what speaks against who was in it: people look at both. */
export const refusedElsewhere = ({ doubts = [] }: Pick<SettledFacts, 'doubts'>): Objection[] =>
  doubts.map((reason) => refer('account', reason, { settleable: true }));
