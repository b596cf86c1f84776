import { CHECK_REASONS, type CheckReason } from '../../providers/kit/index.js';
import { BUCKETS, type Bucket } from '../recovery-case/case-outcomes.js';
import { FAULT_OF, PICTURE_FAULTS } from '../identity-evidence/capture-reasons.js';

export { BUCKETS, type Bucket };

/** Reasons that a check cannot give, because they come from comparing facts with each other or with the policy. */
export const ADJUDICATION_REASONS = [
  'check_missing',
  'check_reported_twice',
  'check_result_unknown',
  'check_contradicts_itself',
  'date_passed',
  'waived_by_policy',
  'report_not_final',
  'report_not_live',
  'session_not_finished',
  'session_failed',
  'result_withdrawn',
  'provider_not_in_policy',
  'provider_not_for_document',
  'provider_under_watch',
  'local_as_fallback',
  'local_for_privileged',
  'account_not_active',
  'account_unproofed',
  'record_cooling_off',
  'identity_cooling_off',
  'name_not_unique',
  'document_on_other_account',
  'document_replaced',
  'second_person_missing',
  'specimen_not_allowed',
  'document_not_named',
  'document_number_differs',
  'on_site_proofing_needed',
  'code_missing',
  'name_not_close_enough',
  'not_bound_to_account',
  'relay_not_allowed',
  'call_not_confirmed',
  'device_not_proven',
  'device_confirmed',
  'device_not_confirmable',
  'selfie_from_file',
  'opened_or_helped_by_key',
  'attempts_exhausted',
  'nationality_differs',
  'nationality_not_of_issuer',
  'name_only_similar',
  'namesake_unreadable',
  'accounts_not_indexed',
  'codes_alone_not_allowed',
  'codes_alone_not_enough',
  'codes_alone_relayed',
  'two_codes_given',
  'shown_evidence_contradicts',
  'shown_evidence_unanswered',
  'account_refused_lately',
] as const;
export type AdjudicationReason = (typeof ADJUDICATION_REASONS)[number];

export type FindingReason = CheckReason | AdjudicationReason;
export const FINDING_REASONS: readonly FindingReason[] = [...CHECK_REASONS, ...ADJUDICATION_REASONS];

/** What is wrong with the pictures, in the person's words; the pages' catalogue has each of them in every language. */
export const CAPTURE_WORDS = [...PICTURE_FAULTS, 'unsupported_document', 'another_document'] as const;
export type CaptureWord = (typeof CAPTURE_WORDS)[number];

export interface ReasonRule {
  /** `capture`: the person may be told. `neutral`: reviewers and auditors only; the person sees at most the bucket. */
  audience: 'capture' | 'neutral';
  /** Whether the same person could do better by trying again. */
  retryable: boolean;
  bucket: Bucket;
  /** The words for the person; with audience `capture` only. */
  shown?: CaptureWord;
}

const capture = (shown: CaptureWord, bucket: Bucket): ReasonRule => ({
  audience: 'capture',
  retryable: true,
  bucket,
  shown,
});
const neutral = (bucket: Bucket, options: { retryable: boolean } = { retryable: false }): ReasonRule => ({
  audience: 'neutral',
  retryable: options.retryable,
  bucket,
});
const again = { retryable: true };

/**
 * The one closed table of reasons. Mismatch, fraud and record reasons are `neutral`: a page never says them. Every
 * reason here follows a submission, and every submission counts as an attempt (T75); a picture that is refused while it
 * is taken costs nothing, and is spoken of in the same words (`FAULT_OF`).
 */
export const REASONS: Readonly<Record<FindingReason, ReasonRule>> = {
  no_face_found: capture(FAULT_OF.no_face_found, 'face_unclear'),
  several_faces_found: capture(FAULT_OF.several_faces_found, 'face_unclear'),
  face_too_small: capture(FAULT_OF.face_too_small, 'face_unclear'),
  face_turned_away: capture(FAULT_OF.face_turned_away, 'face_unclear'),
  face_blurred: capture(FAULT_OF.face_blurred, 'face_unclear'),
  face_badly_lit: capture(FAULT_OF.face_badly_lit, 'face_unclear'),
  no_portrait_on_document: capture(FAULT_OF.no_portrait_on_document, 'unreadable_document'),
  portrait_unclear: capture(FAULT_OF.portrait_unclear, 'unreadable_document'),
  portrait_not_on_document: capture(FAULT_OF.portrait_not_on_document, 'unreadable_document'),
  document_unreadable: capture(FAULT_OF.document_unreadable, 'unreadable_document'),
  document_blurred: capture(FAULT_OF.document_blurred, 'unreadable_document'),
  document_cut_off: capture(FAULT_OF.document_cut_off, 'unreadable_document'),
  document_glare: capture(FAULT_OF.document_glare, 'unreadable_document'),
  document_too_bright: capture(FAULT_OF.document_too_bright, 'unreadable_document'),
  document_too_dark: capture(FAULT_OF.document_too_dark, 'unreadable_document'),
  document_too_small: capture(FAULT_OF.document_too_small, 'unreadable_document'),
  document_side_repeated: capture('unreadable_document', 'unreadable_document'),
  document_expired: capture(FAULT_OF.document_expired, 'expired_document'),
  document_not_accepted: capture('unsupported_document', 'unsupported_document'),
  document_not_chosen: capture('another_document', 'unsupported_document'),
  date_passed: capture('expired_document', 'expired_document'),

  faces_differ: neutral('face_no_match', again),
  faces_similar_unsure: neutral('face_no_match', again),
  // A false alarm of attack detection is worth another picture; what was suspected is never said.
  presentation_attack_suspected: neutral('face_unclear', again),
  document_copy_suspected: neutral('unreadable_document', again),
  // What a look is worth, beside what it saw: of itself it speaks neither for nor against another try.
  passive_signal_only: neutral('face_unclear', again),
  applicant_cancelled: neutral('not_finished', again),
  session_not_finished: neutral('not_finished', again),

  selfie_copies_portrait: neutral('not_confirmed'),
  injection_suspected: neutral('not_confirmed'),
  document_not_genuine: neutral('not_confirmed'),
  document_inconsistent: neutral('not_confirmed'),
  document_specimen: neutral('not_confirmed'),
  name_differs: neutral('not_confirmed'),
  birth_date_differs: neutral('not_confirmed'),
  account_not_active: neutral('not_confirmed'),
  specimen_not_allowed: neutral('not_confirmed'),
  on_site_proofing_needed: neutral('not_confirmed'),

  ok: neutral('needs_review'),
  not_supported_by_provider: neutral('needs_review'),
  not_requested: neutral('needs_review'),
  no_reference_on_record: neutral('needs_review'),
  reference_unusable: neutral('needs_review'),
  data_missing: neutral('needs_review'),
  document_last_day: neutral('needs_review'),
  partner_undecided: neutral('needs_review'),
  partner_answer_unknown: neutral('needs_review'),
  manual_review_requested: neutral('needs_review'),
  check_missing: neutral('needs_review'),
  check_reported_twice: neutral('needs_review'),
  check_result_unknown: neutral('needs_review'),
  check_contradicts_itself: neutral('needs_review'),
  waived_by_policy: neutral('needs_review'),
  report_not_final: neutral('needs_review'),
  report_not_live: neutral('needs_review'),
  session_failed: neutral('needs_review'),
  result_withdrawn: neutral('needs_review'),
  provider_not_in_policy: neutral('needs_review'),
  provider_not_for_document: neutral('needs_review'),
  provider_under_watch: neutral('needs_review'),
  local_as_fallback: neutral('needs_review'),
  local_for_privileged: neutral('needs_review'),
  account_unproofed: neutral('needs_review'),
  record_cooling_off: neutral('needs_review'),
  identity_cooling_off: neutral('needs_review'),
  name_not_unique: neutral('needs_review'),
  document_on_other_account: neutral('needs_review'),
  document_replaced: neutral('needs_review'),
  second_person_missing: neutral('needs_review'),
  document_not_named: neutral('needs_review'),
  document_number_differs: neutral('needs_review'),
  code_missing: neutral('needs_review'),
  name_not_close_enough: neutral('needs_review'),
  not_bound_to_account: neutral('needs_review'),
  relay_not_allowed: neutral('needs_review'),
  call_not_confirmed: neutral('needs_review'),
  device_not_proven: neutral('needs_review'),
  device_confirmed: neutral('needs_review'),
  device_not_confirmable: neutral('needs_review'),
  selfie_from_file: neutral('needs_review'),
  opened_or_helped_by_key: neutral('needs_review'),
  attempts_exhausted: neutral('needs_review'),
  nationality_differs: neutral('needs_review'),
  nationality_not_of_issuer: neutral('needs_review'),
  name_only_similar: neutral('needs_review'),
  namesake_unreadable: neutral('needs_review'),
  accounts_not_indexed: neutral('needs_review'),
  codes_alone_not_allowed: neutral('needs_review'),
  codes_alone_not_enough: neutral('needs_review'),
  codes_alone_relayed: neutral('needs_review'),
  two_codes_given: neutral('needs_review'),
  shown_evidence_contradicts: neutral('needs_review'),
  shown_evidence_unanswered: neutral('needs_review'),
  account_refused_lately: neutral('needs_review'),
};

/** Faults of the pictures and nothing else: the person can mend them with another one. */
export const isCaptureFault = (reasons: readonly FindingReason[]): boolean =>
  reasons.length > 0 && reasons.every((reason) => REASONS[reason].audience === 'capture');

/**
 * The faults of the pictures for which another picture is worth asking for; empty where it would settle nothing. A document
 * that was photographed badly may seem to disagree with itself for that reason alone; a poor picture of the face explains no
 * such thing, and no fault explains anything else that was noticed.
 */
export function faultsToMend(reasons: readonly FindingReason[]): FindingReason[] {
  if (isCaptureFault(reasons)) return [...reasons];
  const faults = reasons.filter((reason) => REASONS[reason].audience === 'capture');
  const others = reasons.filter((reason) => !faults.includes(reason));
  const isExplained =
    others.every((reason) => reason === 'document_inconsistent') &&
    faults.some((reason) => REASONS[reason].bucket === 'unreadable_document');
  return isExplained ? faults : [];
}
