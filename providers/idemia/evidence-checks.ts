import { reopened } from '../kit/index.js';
import type { Check, CheckKind, CheckReason } from '../kit/index.js';
import {
  CONSISTENCY,
  EXPIRY,
  indicatorsOf,
  isAboutConsistency,
  LIVENESS,
  MATCHING,
  refusalOf,
  type Indicators,
} from './indicators.js';
import type { EvidenceStatus, IdentityDocument, Portrait } from './types.js';

/** A portrait as the detailed record has it, and whether `GET …/status/{evidenceId}` lists errors about it. */
export interface JudgedPortrait {
  portrait: Portrait;
  hasErrors: boolean;
}

type Judgement = Pick<Check, 'result' | 'reasonCodes'>;

const LEVELS: readonly string[] = ['LEVEL0', 'LEVEL1', 'LEVEL2', 'LEVEL3', 'LEVEL4'];
const KNOWN_STABLE: readonly string[] = ['NOT_VERIFIED', 'VERIFIED', 'INVALID'];
const PASS: Judgement = { result: 'pass', reasonCodes: ['ok'] };
const UNKNOWN: Judgement = { result: 'indeterminate', reasonCodes: ['partner_answer_unknown'] };
const UNDECIDED: Judgement = { result: 'indeterminate', reasonCodes: ['partner_undecided'] };

/** The three checks that the last document answers, all of them from inside its own evidence status. */
export function documentChecks({ evidenceStatus }: IdentityDocument): Check[] {
  const indicators = indicatorsOf(evidenceStatus);
  const { ok, failed } = indicators;
  const inconsistent = [...failed].some(isAboutConsistency);
  const checks = [
    check('document_authenticity', judgeAuthenticity(evidenceStatus, indicators), {
      of: evidenceStatus,
      rawName: 'ID_DOCUMENT',
    }),
    check('document_expiry', judgeControl({ ok: ok.has(EXPIRY), failed: failed.has(EXPIRY) }, 'document_expired'), {
      rawName: EXPIRY,
    }),
    check(
      'document_data_consistency',
      judgeControl({ ok: ok.has(CONSISTENCY), failed: inconsistent }, 'document_inconsistent'),
      { rawName: CONSISTENCY },
    ),
  ];
  // What stands under a verdict that we cannot read stands under none.
  if (!KNOWN_STABLE.includes(evidenceStatus.status)) return reopened(checks, 'partner_answer_unknown');
  return evidenceStatus.status === 'NOT_VERIFIED' ? reopened(checks, 'partner_undecided') : checks;
}

/**
 * The two checks that the portrait answers. `VERIFIED` is a present person with the document's face, `NOT_VERIFIED`
 * one that is not compared yet, `INVALID` one with another face; errors say that there was no face or a spoof.
 * @param livenessByStatus whether the status alone proves presence; see README.md about uploaded pictures
 */
export function portraitChecks({ portrait, hasErrors }: JudgedPortrait, livenessByStatus: boolean): Check[] {
  const { evidenceStatus, portraitData } = portrait;
  const indicators = indicatorsOf(evidenceStatus);
  const byStatus = livenessByStatus || portraitData?.source === 'LIVE_CAPTURE_VIDEO';
  const present = hasErrors
    ? fail('no_face_found', 'presentation_attack_suspected')
    : judgePresence(evidenceStatus, { indicators, byStatus });
  const match: Judgement = hasErrors
    ? { result: 'not_run', reasonCodes: ['no_face_found'] }
    : judgeMatch(evidenceStatus, indicators);
  return [
    check('face_match', match, { of: evidenceStatus, rawName: 'PORTRAIT' }),
    check('presentation_attack', present, { rawName: LIVENESS }),
  ];
}

/** Whether the comparison of a live portrait with a verified document is still to come. */
export function isComparisonDue(document: IdentityDocument, { evidenceStatus }: Portrait): boolean {
  if (document.evidenceStatus.status !== 'VERIFIED' || evidenceStatus.status !== 'NOT_VERIFIED') return false;
  const { ok, unverified, failed } = indicatorsOf(evidenceStatus);
  return ![ok, unverified, failed].some((names) => names.has(MATCHING));
}

function judgeAuthenticity(status: EvidenceStatus, { failed }: Indicators): Judgement {
  const refusals = [...failed].filter((name) => name !== EXPIRY && !isAboutConsistency(name)).map(refusalOf);
  switch (status.status) {
    case 'VERIFIED':
      // Poor pictures are no contradiction; anything else that failed is, and so is the lowest score.
      return status.score === 'LEVEL0' || refusals.some((reason) => reason !== 'document_unreadable') ? UNKNOWN : PASS;
    case 'INVALID':
      // Refused for its date or its data alone: that says nothing about how genuine it is.
      if (refusals.length === 0 && failed.size > 0) return UNDECIDED;
      return fail(...(refusals.length > 0 ? refusals : (['document_not_genuine'] as const)));
    case 'NOT_VERIFIED':
      return refusals.includes('document_unreadable')
        ? { result: 'indeterminate', reasonCodes: ['document_unreadable'] }
        : UNDECIDED;
    default:
      return UNKNOWN;
  }
}

function judgeControl(control: { ok: boolean; failed: boolean }, refusal: CheckReason): Judgement {
  if (control.failed) return fail(refusal);
  return control.ok ? PASS : { result: 'not_run', reasonCodes: ['data_missing'] };
}

function judgePresence(
  { status }: EvidenceStatus,
  { indicators, byStatus }: { indicators: Indicators; byStatus: boolean },
): Judgement {
  if (indicators.failed.has(LIVENESS)) return fail('presentation_attack_suspected');
  if (!KNOWN_STABLE.includes(status)) return UNKNOWN;
  return byStatus || indicators.ok.has(LIVENESS) ? PASS : { result: 'not_run', reasonCodes: ['data_missing'] };
}

function judgeMatch({ status, score }: EvidenceStatus, { failed }: Indicators): Judgement {
  switch (status) {
    case 'VERIFIED':
      return score === 'LEVEL0' || failed.size > 0 ? UNKNOWN : PASS;
    case 'INVALID':
      // Refused for its liveness alone: the faces may well be the same.
      return failed.has(LIVENESS) && !failed.has(MATCHING) ? UNDECIDED : fail('faces_differ');
    case 'NOT_VERIFIED':
      return UNDECIDED;
    default:
      return UNKNOWN;
  }
}

function fail(...reasons: CheckReason[]): Judgement {
  return { result: 'fail', reasonCodes: [...new Set(reasons)] };
}

function check(kind: CheckKind, judged: Judgement, about: { rawName: string; of?: EvidenceStatus }): Check {
  const level = about.of?.score ?? '';
  return { kind, ...judged, rawName: about.rawName, ...(LEVELS.includes(level) && { level }) };
}
