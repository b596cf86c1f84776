import type { CheckReason } from '../../providers/kit/index.js';

/**
 * What may be wrong with one picture, in words the person may be told: each says what to do better, none says anything
 * about a comparison or a suspicion (openapi.yaml lists them). The pages have words for every one of them.
 */
export const PICTURE_FAULTS = [
  'unreadable_document',
  'blur',
  'cut_off',
  'glare',
  'too_bright',
  'too_dark',
  'low_resolution',
  'expired_document',
  'no_portrait',
  'portrait_unclear',
  'face_beside_document',
  'no_face',
  'several_faces',
  'face_too_small',
  'face_unclear',
] as const;
export type PictureFault = (typeof PICTURE_FAULTS)[number];

/**
 * The one place that turns a check's reason into such a word, so that a person hears the same of the same picture from
 * the look while they hold the camera and from the decision after they submitted it. A reason that is not here takes
 * more than one picture to find, or is nothing to tell the person.
 */
export const FAULT_OF = {
  no_face_found: 'no_face',
  several_faces_found: 'several_faces',
  face_too_small: 'face_too_small',
  face_turned_away: 'face_unclear',
  face_blurred: 'face_unclear',
  face_badly_lit: 'face_unclear',
  no_portrait_on_document: 'no_portrait',
  portrait_unclear: 'portrait_unclear',
  portrait_not_on_document: 'face_beside_document',
  document_unreadable: 'unreadable_document',
  document_blurred: 'blur',
  document_cut_off: 'cut_off',
  document_glare: 'glare',
  document_too_bright: 'too_bright',
  document_too_dark: 'too_dark',
  document_too_small: 'low_resolution',
  document_expired: 'expired_document',
} as const satisfies Partial<Record<CheckReason, PictureFault>>;

/** Why a picture was not taken: its faults, and what only the one that takes it knows. */
export const CAPTURE_REASONS = [...PICTURE_FAULTS, 'same_photo', 'not_a_picture', 'camera_needed'] as const;
export type CaptureReason = (typeof CAPTURE_REASONS)[number];
