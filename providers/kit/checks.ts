/**
 * What one check may be about. Policy demands kinds, never vendors' names for them.
 * Terms: ISO/IEC 30107-1 (presentation attack), CEN/TS 18099 (injection attack), NIST SP 800-63A-4 (validation).
 */
export const CHECK_KINDS = [
  'document_authenticity',
  'document_expiry',
  'document_data_consistency',
  'face_match',
  'reference_portrait_match',
  'presentation_attack',
  'injection_attack',
  'data_match',
] as const;
export type CheckKind = (typeof CHECK_KINDS)[number];

/** `not_run` is never a pass, and an adapter that does not understand a partner's answer says `indeterminate`. */
export const CHECK_RESULTS = ['pass', 'fail', 'indeterminate', 'not_run'] as const;
export type CheckResult = (typeof CHECK_RESULTS)[number];

/** Why a check ended as it did: one closed vocabulary that every partner's codes are translated into. */
export const CHECK_REASONS = [
  'ok',
  'not_supported_by_provider',
  'not_requested',
  'no_reference_on_record',
  'no_face_found',
  'several_faces_found',
  'face_too_small',
  'face_turned_away',
  'face_blurred',
  'face_badly_lit',
  'no_portrait_on_document',
  /** The portrait printed on the document is too small, blurred, badly lit or seen too much from the side. */
  'portrait_unclear',
  /** A face lies beside the document, or is larger than a portrait on it can be: it is not known to be the document's. */
  'portrait_not_on_document',
  /** The portrait kept since enrolment cannot be compared. Nothing that the applicant did or could mend. */
  'reference_unusable',
  'faces_differ',
  'faces_similar_unsure',
  'selfie_copies_portrait',
  'document_unreadable',
  'document_blurred',
  'document_cut_off',
  'document_glare',
  'document_too_bright',
  'document_too_dark',
  'document_too_small',
  /** Both pictures show the same side, or are one picture. */
  'document_side_repeated',
  'document_expired',
  /** Its last day has ended somewhere on earth and not everywhere, and it does not say where it counts. */
  'document_last_day',
  'document_not_accepted',
  /** It may well be accepted, but it is not the one that the person chose on our pages. */
  'document_not_chosen',
  'document_not_genuine',
  'document_inconsistent',
  /** Drawn to be shown: of Utopia, or with a published number or name. It may be used in demonstrations only. */
  'document_specimen',
  /** Shown on a screen or copied on paper, it seems. */
  'document_copy_suspected',
  'presentation_attack_suspected',
  /** Nothing but a passive look at one picture was done, which lets most attacks through: it says little either way. */
  'passive_signal_only',
  'injection_suspected',
  'name_differs',
  'birth_date_differs',
  'data_missing',
  'partner_undecided',
  'partner_answer_unknown',
  'manual_review_requested',
  'applicant_cancelled',
] as const;
export type CheckReason = (typeof CHECK_REASONS)[number];

/** As many characters as `level` and `rawName` may have. */
export const MAX_CHECK_TEXT = 100;

/** For a text that a partner or an operator chose: as much of it as a report holds. A longer one makes it unusable. */
export const checkText = (text: string): string => text.slice(0, MAX_CHECK_TEXT);

export interface Check {
  kind: CheckKind;
  result: CheckResult;
  reasonCodes: CheckReason[];
  /** The partner's or model's own comparison score; for auditors, never for the applicant or the help desk. */
  score?: number;
  /** Band or level in the partner's words, e.g. `strong`. */
  level?: string;
  /** The partner's own name for this check; free of personal data. */
  rawName?: string;
}
