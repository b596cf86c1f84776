import type { EvidenceKind } from '../../providers/kit/index.js';

/** Every address the pages link or post to, in one place, so that controllers and pages cannot drift apart. */
export const ADDRESSES = {
  flow: '/flow',
  start: '/flow/start',
  notMe: '/flow/not-me',
  consent: '/flow/consent',
  document: '/flow/document',
  codes: '/flow/codes',
  sendCode: '/flow/codes/send',
  withoutDocument: '/flow/without-document',
  withoutDocumentCode: '/flow/without-document/code',
  withoutDocumentSend: '/flow/without-document/send',
  withoutDocumentSubmit: '/flow/without-document/submit',
  verification: '/flow/verification',
  partner: '/flow/partner',
  evidence: (kind: EvidenceKind): string => `/flow/evidence/${kind}`,
  submit: '/flow/submit',
  stop: '/flow/stop',
  recover: '/recover',
  privacyNotice: (version: string): string => `/notice/${encodeURIComponent(version)}`,
  noticeReader: (noticeToken: string): string => `/notices/${encodeURIComponent(noticeToken)}`,
  confirmDevice: (noticeToken: string): string => `/notices/${encodeURIComponent(noticeToken)}/confirm`,
} as const;

/** Addresses the page scripts call; they travel to the scripts as data attributes. */
export const API_ADDRESSES = {
  flow: '/v1/flow',
  flowEvents: '/v1/flow/events',
  browserEvents: '/v1/flow/browser-events',
  evidence: (kind: EvidenceKind): string => `/v1/flow/evidence/${kind}`,
  token: '/v1/flow/token',
  registrationOptions: '/v1/passkey-registrations/options',
  registrations: '/v1/passkey-registrations',
  assertionOptions: '/v1/passkey-assertions/options',
  assertions: '/v1/passkey-assertions',
  session: '/v1/session',
  savedCode: '/v1/session/recovery-codes',
  savedCodeKept: '/v1/session/recovery-codes/kept',
} as const;

export const ASSETS = {
  style: '/assets/regain.css',
  captureStyle: '/assets/capture.css',
  consoleStyle: '/assets/console.css',
  icon: '/assets/regain.svg',
  captureScript: '/assets/capture.js',
  checkingScript: '/assets/checking.js',
  copyLinkScript: '/assets/copy-link.js',
  passkeyScript: '/assets/passkey.js',
  sessionEndScript: '/assets/session-end.js',
  webauthnScript: '/assets/simplewebauthn-browser.js',
} as const;

/** https and http for partners, tel and mailto for the help desk, the rest are wallets' schemes (OpenID4VP 1.0, HAIP, Entra). */
const SAFE_SCHEMES = new Set([
  'https:',
  'http:',
  'tel:',
  'mailto:',
  'openid4vp:',
  'openid-vc:',
  'haip:',
  'haip-vp:',
  'mdoc-openid4vp:',
  'eudi-openid4vp:',
]);

/**
 * Gives back an address that is safe in `href`: one of this site or one with a known scheme.
 * Anything else (`javascript:`, `data:`, protocol-relative, garbage) becomes `#`, a link that does nothing.
 */
export function safeHref(address: string): string {
  if (/^[/?](?![/\\])[^\\\u0000-\u001f]*$/.test(address)) return address;
  return URL.canParse(address) && SAFE_SCHEMES.has(new URL(address).protocol) ? address : '#';
}
