/* Labels of what people do in the flow. */

/** How far people get. The same steps whatever the policy asks for. */
export const FUNNEL_STEPS = [
  'opened',
  'started',
  'consented',
  'document_accepted',
  'selfie_accepted',
  'submitted',
  'decided',
  'passkey_made',
] as const;
export type FunnelStep = (typeof FUNNEL_STEPS)[number];

/** What a browser tells of itself (`POST /v1/flow/browser-events`). */
export const BROWSER_EVENTS = [
  'camera_granted',
  'camera_denied',
  'camera_none_found',
  'camera_in_use',
  'camera_unsupported',
  'passkey_aborted',
  'passkey_registered',
  'passkey_screen_lock',
  'passkey_old_key',
  'passkey_configuration',
  'passkey_device',
  'passkey_unsupported',
] as const;

/** What people did beside the steps, and what their browsers tell. */
export const FLOW_EVENTS = ['consent_declined', 'stopped', 'passkey_prompted', ...BROWSER_EVENTS] as const;

/** How a picture was taken, as its browser says. */
export const PICTURE_WAYS = ['camera_auto', 'camera_manual', 'file', 'not_said'] as const;
