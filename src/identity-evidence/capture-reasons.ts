/**
 * Why a picture was not taken, in codes the person may see: each says what to do better, none says anything about a
 * comparison or a suspicion (api.md, "Reasons"). The pages have words for every one of them.
 */
export const CAPTURE_REASONS = [
  'low_resolution',
  'blur',
  'too_dark',
  'too_bright',
  'cut_off',
  'glare',
  'unreadable_document',
  'expired_document',
  'no_face',
  'several_faces',
  'face_too_small',
  'face_unclear',
  'no_portrait',
  'portrait_unclear',
  'face_beside_document',
  'same_photo',
  'not_a_picture',
] as const;
export type CaptureReason = (typeof CAPTURE_REASONS)[number];
