/** What tells one page of the flow from another: its form or its script's block, never its words. */
export const MARKS = {
  landing: 'form[action="/flow/start"]',
  callCode: '[data-watch-step="consent"]',
  consent: 'form[action="/flow/consent"]',
  codes: 'form[action="/flow/codes"]',
  document: 'form[action="/flow/document"]',
  provider: 'form[action="/flow/verification"]',
  front: 'form[action="/flow/evidence/document_front"]',
  back: 'form[action="/flow/evidence/document_back"]',
  selfie: 'form[action="/flow/evidence/selfie"]',
  send: 'form[action="/flow/submit"]',
  retry: 'main .reasons',
  passkey: '[data-passkey="create"]',
  done: '[data-passkey="try"]',
} as const;

export type PageMark = keyof typeof MARKS;
