import type { Finding, FindingSubject } from '../decision.js';
import { FINDING_REASONS, type FindingReason } from '../reasons.js';

/** What a finding is about, for auditors. */
const SUBJECTS: Readonly<Record<FindingSubject, string>> = {
  document_authenticity: 'Whether the document is genuine',
  document_expiry: 'Whether the document is still valid',
  document_data_consistency: 'Whether the document agrees with itself',
  face_match: 'Whether the selfie shows the face on the document',
  reference_portrait_match: 'Whether the selfie shows the face of the proofing record',
  presentation_attack: 'Whether a living person stood before the camera',
  injection_attack: 'Whether the pictures came from a camera',
  data_match: 'Whether the evidence names the account’s holder',
  given_name: 'Given name',
  family_name: 'Family name',
  birth_date: 'Birth date',
  report: 'The report',
  provider: 'The provider',
  account: 'The account',
  proofing_record: 'The proofing record',
  binding: 'The tie to this account',
  channel: 'The way the link went',
  device: 'The device',
  applicant: 'What the person is told',
};

const RESULTS: Readonly<Record<Finding['result'], string>> = {
  pass: 'yes',
  fail: 'no',
  indeterminate: 'open',
  not_run: 'not looked at',
  exact: 'the same letters',
  equivalent: 'the same, spelled as documents spell it',
  compatible: 'one person may carry both',
  different: 'different',
  not_comparable: 'nothing to compare',
  objects: 'stands in the way',
  told: 'told',
};

/** Every reason that a finding may give, in words for auditors and reviewers. */
const REASON_WORDS: Readonly<Record<FindingReason, string>> = {
  ok: 'nothing speaks against it',
  not_supported_by_provider: 'the provider does not look at this',
  not_requested: 'nobody asked the provider for it',
  no_reference_on_record: 'the proofing record has nothing to compare with',
  no_face_found: 'no face was found in a picture',
  several_faces_found: 'several faces were found where one belongs',
  face_too_small: 'the face is too small in the picture',
  face_turned_away: 'the face is turned away',
  face_blurred: 'the face is blurred',
  face_badly_lit: 'the face is badly lit',
  no_portrait_on_document: 'no portrait was found on the document',
  faces_differ: 'the faces are of different people by the stated error rate',
  faces_similar_unsure: 'the faces are alike, but not enough to be sure',
  selfie_copies_portrait: 'the selfie is a copy of the portrait on the document',
  document_unreadable: 'the document could not be read',
  document_blurred: 'the document is blurred',
  document_cut_off: 'a part of the document is outside the picture',
  document_glare: 'light is reflected where something had to be read',
  document_too_bright: 'the picture of the document is too bright',
  document_too_dark: 'the picture of the document is too dark',
  document_too_small: 'the document is too small in the picture',
  document_expired: 'the document has expired',
  document_not_accepted: 'documents of this kind are not accepted',
  document_not_genuine: 'the document is not genuine',
  document_inconsistent: 'the document contradicts itself',
  document_specimen: 'the document is a specimen',
  document_copy_suspected: 'the document seems to be shown on a screen or copied on paper',
  presentation_attack_suspected: 'what stood before the camera may not have been a living face',
  injection_suspected: 'the pictures may not come from a camera',
  name_differs: 'the name is another one',
  birth_date_differs: 'the birth date is another one',
  data_missing: 'the evidence does not say it',
  partner_undecided: 'the provider could not decide',
  partner_answer_unknown: 'the provider answered with a word that is not known',
  manual_review_requested: 'the provider asks for people to look',
  applicant_cancelled: 'the person stopped',
  check_missing: 'the report does not mention it',
  check_reported_twice: 'the report says it twice',
  check_result_unknown: 'the report gives a result that is not known',
  check_contradicts_itself: 'the report gives a result and a reason against it',
  date_passed: 'the date on the document has passed',
  waived_by_policy: 'the policy does without it',
  report_not_final: 'the report is not final',
  report_not_live: 'the report comes from a test environment',
  session_not_finished: 'the person did not finish at the provider',
  session_failed: 'the session at the provider failed',
  result_withdrawn: 'the provider took its result back',
  provider_not_in_policy: 'the policy does not name this provider',
  provider_under_watch: 'the results of this provider look too good to be true',
  local_as_fallback: 'the own machine stood in for a partner',
  local_for_privileged: 'the own machine looked at a privileged account',
  account_not_active: 'the account is not active',
  account_unproofed: 'nobody was proofed for this account',
  record_cooling_off: 'the proofing record was changed too recently to be used',
  name_not_unique: 'somebody else in the directory may have this name',
  second_person_missing: 'no second person has let it start',
  specimen_not_allowed: 'the document is a specimen',
  not_bound_to_account: 'neither data nor portrait ties the evidence to this account',
  relay_not_allowed: 'the link was passed on, and the policy does not allow it',
  call_not_confirmed: 'the link was passed on, and the call was not tied to the browser',
  device_not_proven: 'nothing shows that the check was done at the browser that gets the passkey',
  device_confirmed: 'an address on file vouched for the device',
  attempts_exhausted: 'all attempts are used',
};

const isReason = (code: string): code is FindingReason => (FINDING_REASONS as readonly string[]).includes(code);

/** A finding as a sentence without personal data, e.g. `Family name: different – the name is another one.` */
export function wordsFor({ about, result, reasonCodes }: Finding): string {
  const reasons = reasonCodes
    .filter((code) => code !== 'ok')
    .map((code) => (isReason(code) ? REASON_WORDS[code] : code.replaceAll('_', ' ')));
  const why = reasons.length > 0 ? ` – ${reasons.join('; ')}` : '';
  return `${SUBJECTS[about]}: ${RESULTS[result]}${why}.`;
}
