import { documentStrength } from '../../adjudication/assurance/assurance.js';
import type { SettledFacts } from '../../adjudication/facts.js';
import type { SettledCheck } from '../../adjudication/settled-check.js';
import { maySettle } from '../../adjudication/settleable.js';
import type { CheckKind } from '../../../providers/kit/index.js';
import type { ReceiptFacts } from './receipt-facts.js';

/**
 * `check_method` by the OpenID Foundation's identifiers for Identity Assurance: evidence looked at from an image (`vri`),
 * data compared (`data`), a person compared by biometrics from afar (`bvr`). They have no word for looking for attacks, so
 * these checks keep the name they have here; the value range is open.
 */
const CHECK_METHODS: Readonly<Record<CheckKind, string>> = {
  document_authenticity: 'vri',
  document_expiry: 'vri',
  document_data_consistency: 'vri',
  face_match: 'bvr',
  reference_portrait_match: 'bvr',
  presentation_attack: 'presentation_attack',
  injection_attack: 'injection_attack',
  data_match: 'data',
};

/** The same by a person who looks at it: the applicant compared from afar (`pvr`). */
const BY_PEOPLE: Partial<Readonly<Record<CheckKind, string>>> = { face_match: 'pvr', reference_portrait_match: 'pvr' };

/** How a check was settled when the provider did it; everything else was compared here. */
const BY_PROVIDER: ReadonlySet<string> = new Set(['report', 'compared_by_provider']);

export interface CheckDetail {
  check_id: string;
  check_method: string;
  organization: string;
  time: string;
}

/** Leads to the check in the explanation of its case, for colleagues who may read that. */
export const checkId = (caseId: string, kind: CheckKind): string => `${caseId}.${kind}`;

/**
 * `check_details` of the document: every check that passed, and every open one that reviewers settled – by whom, how and
 * when. Who the reviewers were is nobody's business outside. What did not pass is not among them.
 */
export function checkDetails(about: ReceiptFacts): CheckDetail[] {
  return Object.values(about.facts.checks).flatMap((check) => {
    const check_id = checkId(about.caseId, check.kind);
    if (check.result === 'pass') return [{ check_id, ...passedBy(check, about) }];
    if (!settledByPeople(check, about)) return [];
    const check_method = BY_PEOPLE[check.kind] ?? CHECK_METHODS[check.kind];
    return [{ check_id, check_method, organization: 'reviewers', time: about.decidedAt.toISOString() }];
  });
}

function passedBy({ kind, method }: SettledCheck, { facts, reportedAt, decidedAt }: ReceiptFacts) {
  const theirs = BY_PROVIDER.has(method);
  return {
    check_method: CHECK_METHODS[kind],
    organization: theirs ? facts.provider.id : 'regain',
    time: ((theirs ? reportedAt : undefined) ?? decidedAt).toISOString(),
  };
}

const settledByPeople = (check: SettledCheck, { facts, settledBy }: ReceiptFacts): boolean =>
  settledBy !== 'policy' && maySettle(check, facts);

const OF_THE_DOCUMENT: ReadonlySet<CheckKind> = new Set<CheckKind>([
  'document_authenticity',
  'document_expiry',
  'document_data_consistency',
]);

/** `evidence_ref` of a claim: the checks it stands on, and how strong the document is where they looked at it. */
export function evidenceRef(
  { caseId, facts }: { caseId: string; facts: SettledFacts },
  checks: readonly CheckKind[],
): object[] {
  const strength = documentStrength(facts);
  return checks.map((kind) => ({
    check_id: checkId(caseId, kind),
    ...(strength && OF_THE_DOCUMENT.has(kind) && { evidence_metadata: { evidence_classification: strength } }),
  }));
}
