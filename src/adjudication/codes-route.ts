import { CHECK_KINDS } from '../../providers/kit/index.js';
import { codesAloneRefusal } from '../policy/codes-alone.js';
import { isSpecimen, reportedDocument } from './accounts/document-number.js';
import type { Objection } from './decision.js';
import type { AdjudicationFacts, Contradiction, SettledFacts, ShownEvidence } from './facts.js';
import { refer, refuseBy } from './objection.js';
import { isCaptureFault, type FindingReason } from './reasons.js';
import { isSuspicion, type SettledCheck } from './settled-check.js';
import { settleChecks } from './settled-checks.js';

/** Stands where a provider's report would: nobody was asked, so nothing was looked at. */
export const NO_REPORT: AdjudicationFacts['report'] = {
  status: 'pending',
  terminal: false,
  checks: CHECK_KINDS.map((kind) => ({ kind, result: 'not_run', reasonCodes: ['not_requested'] })),
  provenance: { adapterVersion: 'none', live: false, checkedAt: '' },
};

/** Names no provider: a receipt, and a report of an evaluation, say by it how somebody came back. */
export const CODES_PROVIDER: AdjudicationFacts['provider'] = {
  id: 'recovery_codes',
  role: 'first',
  local: false,
  underWatch: false,
};

/** The codes were given in the very browser that gets the token. */
export const CODES_DEVICE: AdjudicationFacts['device'] = {
  sameDevice: 'capture',
  returned: false,
  strayed: false,
  overdue: false,
  confirmed: false,
};

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
    return reasonCodes.length > 0 ? [{ attempt: shown.attempt, reasonCodes }] : [];
  });
}

/**
 * What stands in the way of an account that comes back by two codes and no document (NIST SP 800-63B-4, 4.2.2.2). Nobody
 * settles any of it: reviewers may send the person back to show a document.
 */
export function withCodesAlone(facts: SettledFacts): Objection[] {
  const { policy, subject, proofing, recoveryCase, ingredients, contradictions = [], doubts = [] } = facts;
  const { assuranceLevel, privileged } = subject;
  const account = { assuranceLevel, privileged, proofingLevel: proofing?.level };
  const refusal = codesAloneRefusal(policy, account, { relayed: recoveryCase.relayed });
  const both = ingredients.savedCode && ingredients.issuedCode;
  return [
    ...(refusal ? [refer('recovery_codes', refusal)] : []),
    ...(both ? [] : [refer('recovery_codes', 'code_missing')]),
    ...doubts.map((reason) => refer('recovery_codes', reason)),
    ...contradictions.map(({ reasonCodes }) => ({
      ...refuseBy(policy, 'report', 'shown_evidence_contradicts'),
      reasonCodes: [...new Set<FindingReason>(['shown_evidence_contradicts', ...reasonCodes])],
    })),
  ];
}
