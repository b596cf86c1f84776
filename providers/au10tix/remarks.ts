import type { Check, CheckKind, CheckReason, CheckResult } from '../kit/index.js';

/** AU10TIX counts remarks about the processing and about risks separately: 860 is a replay in one and a lack in the other. */
export type RemarkSpace = 'processing' | 'risk';

/** What one remark says about one kind of check. */
type Effect = readonly [kind: CheckKind, result: Exclude<CheckResult, 'pass'>, reason: CheckReason];

const genuine = (result: Effect[1], reason: CheckReason): Effect => ['document_authenticity', result, reason];
const face = (result: Effect[1], reason: CheckReason): Effect => ['face_match', result, reason];

const EXPIRED: Effect = ['document_expiry', 'fail', 'document_expired'];
const UNREADABLE = genuine('indeterminate', 'document_unreadable');
const NOT_ACCEPTED = genuine('fail', 'document_not_accepted');
const NOT_TESTED = genuine('not_run', 'not_requested');
const INCOMPLETE = genuine('indeterminate', 'data_missing');
const MISMATCHED: readonly Effect[] = [
  ['document_data_consistency', 'fail', 'document_inconsistent'],
  genuine('fail', 'document_inconsistent'),
];
const REPLAYED: readonly Effect[] = [
  ['presentation_attack', 'fail', 'presentation_attack_suspected'],
  genuine('fail', 'presentation_attack_suspected'),
];
const DEEPFAKE: readonly Effect[] = [
  ['presentation_attack', 'fail', 'presentation_attack_suspected'],
  ['injection_attack', 'fail', 'injection_suspected'],
];
const NOT_LIVE: Effect = ['presentation_attack', 'fail', 'presentation_attack_suspected'];

/** "AU10TIX BOS Service References", as a public reader of AU10TIX results quotes it. */
const EFFECTS: Readonly<Record<RemarkSpace, ReadonlyMap<number, readonly Effect[]>>> = {
  processing: new Map<number, readonly Effect[]>([
    [20, [genuine('fail', 'document_not_genuine')]],
    [40, [genuine('indeterminate', 'partner_undecided')]],
    [50, [genuine('indeterminate', 'partner_undecided')]],
    ...[60, 80, 540, 760, 820].map((code) => [code, [NOT_TESTED]] as const),
    [100, [EXPIRED]],
    ...[120, 121, 122, 123, 124, 200, 230].map((code) => [code, [UNREADABLE]] as const),
    [130, [genuine('indeterminate', 'partner_undecided')]],
    [140, MISMATCHED],
    [160, [NOT_ACCEPTED]],
    [180, [NOT_ACCEPTED]],
    [220, [NOT_ACCEPTED]],
    [250, [NOT_ACCEPTED]],
    [280, [INCOMPLETE]],
    [500, MISMATCHED],
    [800, [INCOMPLETE]],
    ...[840, 860, 880].map((code) => [code, REPLAYED] as const),
    [920, [face('indeterminate', 'no_portrait_on_document')]],
    [930, [face('indeterminate', 'no_face_found')]],
    [940, DEEPFAKE],
    [1640, [genuine('fail', 'document_not_genuine')]],
    [1760, [genuine('fail', 'document_not_genuine')]],
    [1840, [['injection_attack', 'not_run', 'face_blurred']]],
    [1860, [['presentation_attack', 'not_run', 'face_blurred']]],
  ]),
  risk: new Map<number, readonly Effect[]>([
    [0, [EXPIRED]],
    [10, [face('fail', 'faces_differ')]],
    [15, [face('indeterminate', 'selfie_copies_portrait')]],
    [18, [face('indeterminate', 'partner_undecided')]],
    [665, [NOT_LIVE]],
    [720, [NOT_ACCEPTED]],
    [730, [NOT_ACCEPTED]],
    [860, [face('indeterminate', 'no_portrait_on_document')]],
    [1110, REPLAYED],
    [1210, [NOT_LIVE]],
    [1410, DEEPFAKE],
    [1480, [['injection_attack', 'fail', 'injection_suspected']]],
  ]),
};

/** "Tests were successfully completed"; without it no test of the document counts as done. */
export const TESTS_COMPLETED = 0;
/** Remarks of the processing that speak against nothing. Every remark about a risk speaks against something. */
const HARMLESS: readonly number[] = [
  TESTS_COMPLETED,
  55, // the back was told by its barcode
  320, // a second side of no use was left out
  1440, // the face comparison did more than usual
  1600, // a digital signature is valid
];

export interface Remarks {
  processing: readonly number[];
  risk: readonly number[];
}

/** What the remarks say, one answer for each kind they are about. None of them ever passes anything. */
export function objectionsIn(remarks: Remarks): Check[] {
  return (['processing', 'risk'] as const).flatMap((space) =>
    remarks[space].flatMap((code) =>
      (EFFECTS[space].get(code) ?? []).map(([kind, result, reason]) => ({
        kind,
        result,
        reasonCodes: [reason],
        rawName: `${space} remark ${code}`,
      })),
    ),
  );
}

/**
 * Whether anything was remarked that does not go with a pass: `known` when all of it stands in our tables, `unknown` when
 * something does not, and then a person has to look whatever the rest says.
 */
export function contradictionIn({ processing, risk }: Remarks): 'none' | 'known' | 'unknown' {
  const against = processing.filter((code) => !HARMLESS.includes(code));
  if (against.length === 0 && risk.length === 0) return 'none';
  const known = against.every((code) => EFFECTS.processing.has(code)) && risk.every((code) => EFFECTS.risk.has(code));
  return known ? 'known' : 'unknown';
}
