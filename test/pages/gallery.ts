import type { DocumentType } from '../../providers/kit/index.js';
import { NOTICE_VERSION, privacyNotice } from '../../src/recovery-request/privacy-notice/index.js';
import { LANGUAGES, type Language } from '../../web/language/index.js';
import type { PageFrame } from '../../web/templates/page-frame.js';
import type { EntryView, EvidenceView, OutcomeView, PageView } from '../../web/templates/page-view.js';

/** One page of the gallery: every screen in every state that looks different. */
export interface GalleryPage {
  name: string;
  page: PageView;
  frame: PageFrame;
}

const MORNING = new Date('2026-11-22T10:04:00Z');
const AFTERNOON = new Date('2026-11-22T14:00:00Z');
const DOCUMENTS: readonly DocumentType[] = ['passport', 'identity_card', 'driving_licence', 'residence_permit'];
const COUNTRIES = ['DE', 'GB', 'FR', 'PL', 'TR', 'EG', 'IN', 'US'];

const ENTRY_PAGES: Readonly<Record<string, EntryView>> = {
  landing: {
    screen: 'landing',
    linkToken: 'x'.repeat(43),
    openedBy: 'help_desk',
    openedAt: MORNING,
    maskedAddress: 'a…n@example.com',
    documentTypes: DOCUMENTS,
  },
  'landing-self': {
    screen: 'landing',
    linkToken: 'x'.repeat(43),
    openedBy: 'self',
    openedAt: MORNING,
    documentTypes: ['passport'],
    codesMayDo: true,
  },
  'landing-passed-on': {
    screen: 'landing',
    linkToken: 'x'.repeat(43),
    openedBy: 'help_desk',
    openedAt: MORNING,
    passedOn: true,
    documentTypes: DOCUMENTS,
  },
  'in-app-ios': {
    screen: 'in-app-browser',
    linkToken: 'x'.repeat(43),
    platform: 'ios',
    appName: 'Instagram',
    pageUrl: `https://recover.example.com/r/${'x'.repeat(43)}`,
  },
  'in-app-android': {
    screen: 'in-app-browser',
    linkToken: 'x'.repeat(43),
    platform: 'android',
    pageUrl: `https://recover.example.com/r/${'x'.repeat(43)}`,
  },
  'link-dead': { screen: 'link-dead' },
  'flow-ended': { screen: 'flow-ended' },
  'notice-dead': { screen: 'notice-dead' },
  recover: { screen: 'recover' },
  'recover-error': { screen: 'recover', login: '', error: 'login_missing' },
  'recover-accepted': { screen: 'recover-accepted' },
  'notice-reader-started': {
    screen: 'notice-reader',
    noticeToken: 'n'.repeat(43),
    event: 'recovery_started',
    at: MORNING,
  },
  'notice-reader-completed': {
    screen: 'notice-reader',
    noticeToken: 'n'.repeat(43),
    event: 'recovery_completed',
    at: MORNING,
  },
};

const QUESTION = { screen: 'confirm-device', noticeToken: 'n'.repeat(43), at: MORNING, until: AFTERNOON } as const;

const QUESTION_PAGES: Readonly<Record<string, EntryView>> = {
  'notice-reader-question-over': {
    screen: 'notice-reader',
    noticeToken: 'n'.repeat(43),
    event: 'confirmation_needed',
    at: MORNING,
  },
  'confirm-device': { ...QUESTION, browser: 'Safari, iPhone' },
  'confirm-device-unknown-browser': QUESTION,
  'confirm-device-missing': { ...QUESTION, error: { code: 'number_missing' } },
  'confirm-device-wrong': { ...QUESTION, browser: 'Chrome, Windows', error: { code: 'number_wrong', triesLeft: 1 } },
  'device-confirmed': { screen: 'device-confirmed' },
  'not-me-reported': { screen: 'not-me-reported', outcome: 'stopped' },
  'not-me-reported-frozen': { screen: 'not-me-reported', outcome: 'frozen' },
  'not-me-reported-over': { screen: 'not-me-reported', outcome: 'nothing_to_stop' },
  'device-refused': { screen: 'device-refused' },
};

const EVIDENCE_PAGES: Readonly<Record<string, EvidenceView>> = {
  consent: {
    screen: 'consent',
    noticeVersion: NOTICE_VERSION,
    retentionDays: 7,
    documentTypes: DOCUMENTS,
  },
  'consent-error': {
    screen: 'consent',
    noticeVersion: NOTICE_VERSION,
    retentionDays: 1,
    documentTypes: DOCUMENTS,
    error: 'choice_missing',
  },
  'call-code-used-up': { screen: 'call-code', usedUp: true },
  'consent-declined': { screen: 'consent-declined', canChangeMind: true },
  'choose-document': { screen: 'choose-document', countries: COUNTRIES, documentTypes: DOCUMENTS },
  'choose-document-error': {
    screen: 'choose-document',
    countries: COUNTRIES,
    documentTypes: DOCUMENTS,
    chosen: { documentType: 'passport' },
    errors: ['country_missing'],
  },
  'choose-document-or-codes': {
    screen: 'choose-document',
    countries: COUNTRIES,
    documentTypes: DOCUMENTS,
    canGoWithout: true,
  },
  'without-document': { screen: 'without-document', attempt: 1, next: 'issued' },
  'without-document-requested': { screen: 'without-document', attempt: 1, next: 'issued', requested: true },
  'without-document-wrong': { screen: 'without-document', attempt: 1, next: 'issued', error: 'wrong' },
  'without-document-saved': { screen: 'without-document', attempt: 1, next: 'saved' },
  'without-document-send': { screen: 'without-document', attempt: 1, next: 'send' },
  'recovery-codes': { screen: 'recovery-codes' },
  'recovery-codes-without-document': { screen: 'recovery-codes', canGoWithout: true },
  'recovery-codes-requested': { screen: 'recovery-codes', requested: true },
  'recovery-codes-wrong': { screen: 'recovery-codes', error: 'wrong' },
  'recovery-codes-too-many': { screen: 'recovery-codes', error: 'too_many' },
  'choose-provider': {
    screen: 'choose-provider',
    providers: [
      { id: 'local', name: 'On this organisation’s own machine', kind: 'own' },
      { id: 'sandbox', name: 'Sandbox Identity', kind: 'partner' },
    ],
  },
  'choose-provider-error': {
    screen: 'choose-provider',
    providers: [{ id: 'sandbox', name: 'Sandbox Identity', kind: 'partner' }],
    error: 'choice_missing',
  },
  'partner-handoff': {
    screen: 'partner-handoff',
    providerName: 'Sandbox Identity',
    way: 'returns',
  },
  'partner-handoff-stand-in': {
    screen: 'partner-handoff',
    providerName: 'Other Identity',
    way: 'returns',
    standIn: { failed: 'Sandbox Identity', name: 'Other Identity' },
  },
  'partner-handoff-beside': {
    screen: 'partner-handoff',
    providerName: '1Kosmos',
    way: 'beside',
  },
  'partner-handoff-wallet': {
    screen: 'partner-handoff',
    providerName: 'Microsoft Entra Verified ID',
    url: 'openid-vc://?request_uri=https://verifiedid.did.msidentity.example/v1.0/verifiableCredentials/request/abc',
    way: 'wallet',
  },
  'capture-passport': { screen: 'capture', kind: 'document_front', documentType: 'passport', canChooseFile: true },
  'capture-front': { screen: 'capture', kind: 'document_front', documentType: 'identity_card', canChooseFile: true },
  'capture-back': {
    screen: 'capture',
    kind: 'document_back',
    source: 'file',
    canChooseFile: true,
    canSkipTo: 'selfie',
  },
  'capture-selfie': { screen: 'capture', kind: 'selfie' },
  'capture-selfie-camera-only': { screen: 'capture', kind: 'selfie', cameraOnly: true, reasons: ['camera_needed'] },
  'capture-stand-in': { screen: 'capture', kind: 'document_front', standIn: { failed: 'Sandbox Identity' } },
  'capture-rejected': { screen: 'capture', kind: 'document_front', reasons: ['glare', 'cut_off'] },
  'capture-sent-again': { screen: 'capture', kind: 'document_front', reasons: ['blur'], sentAgain: true },
  'capture-rejected-portrait': {
    screen: 'capture',
    kind: 'document_front',
    reasons: ['face_beside_document', 'portrait_unclear'],
  },
  'capture-rejected-unknown': { screen: 'capture', kind: 'selfie', reasons: ['a_code_without_words'] },
  'check-and-send': { screen: 'check-and-send', attempt: 1, kinds: ['document_front', 'document_back', 'selfie'] },
  'check-and-send-without-back': {
    screen: 'check-and-send',
    attempt: 1,
    kinds: ['document_front', 'selfie'],
    leftOut: ['document_back'],
  },
};

const OUTCOME_PAGES: Readonly<Record<string, OutcomeView>> = {
  checking: { screen: 'checking' },
  'checking-waiting': { screen: 'checking', waitingForProvider: { nextAttemptAt: AFTERNOON } },
  retry: { screen: 'retry', reasons: ['blur', 'face_unclear'], attemptsLeft: 2, next: 'document_front' },
  'retry-partner-failed': { screen: 'retry', reasons: ['partner_failed'], attemptsLeft: 2, next: 'provider' },
  'retry-selfie': { screen: 'retry', reasons: ['face_no_match'], attemptsLeft: 1, next: 'selfie' },
  'retry-document': { screen: 'retry', reasons: ['expired_document'], attemptsLeft: 2, next: 'document' },
  'retry-partner': { screen: 'retry', reasons: [], attemptsLeft: 2, next: 'provider' },
  'cannot-finish': { screen: 'cannot-finish' },
  held: { screen: 'held', until: AFTERNOON },
  'held-for-return': { screen: 'held', until: AFTERNOON, waitsFor: 'return' },
  'held-for-notice': { screen: 'held', until: AFTERNOON, waitsFor: 'notice' },
  'held-for-confirmation': {
    screen: 'held',
    until: AFTERNOON,
    waitsFor: 'confirmation',
    confirmation: { number: '47', sentTo: 2 },
  },
  'held-for-confirmation-unsent': {
    screen: 'held',
    until: AFTERNOON,
    waitsFor: 'confirmation',
    confirmation: { number: '47', sentTo: 0 },
  },
  'held-for-confirmation-elsewhere': { screen: 'held', until: AFTERNOON, waitsFor: 'confirmation' },
  'create-passkey': { screen: 'create-passkey' },
  done: {
    screen: 'done',
    passkey: { createdAt: MORNING },
    oldPasskeysRemoved: 2,
    sessionsEnded: true,
    maskedAddresses: ['a…n@example.com', '…42'],
    signInUrl: 'https://login.example.com/',
  },
  'done-short': { screen: 'done' },
  'done-new-code': { screen: 'done', savedCodeDue: true },
  'passkey-stopped': { screen: 'passkey-stopped' },
  'ended-cancelled': { screen: 'ended', reason: 'cancelled' },
  'ended-expired': { screen: 'ended', reason: 'expired' },
  'ended-denied': { screen: 'ended', reason: 'denied' },
  'ended-stopped': { screen: 'ended', reason: 'stopped' },
  'ended-attempts-used': { screen: 'ended', reason: 'attempts_used' },
  'error-403-other-browser': { screen: 'error', status: 403, code: 'capture_binding_missing' },
  'error-403-not-agreed': { screen: 'error', status: 403, code: 'consent_required' },
  'error-404': { screen: 'error', status: 404 },
  'error-429': { screen: 'error', status: 429, retryAfterSeconds: 240, requestId: 'req_01JD4Z6W3V' },
  'error-500': { screen: 'error', status: 500, requestId: 'req_01JD4Z6W3V' },
  'error-503': { screen: 'error', status: 503, retryAfterSeconds: 30 },
  'error-paused': { screen: 'error', status: 503, code: 'recoveries_paused', retryAfterSeconds: 300 },
};

/** Every page in every language, with and without a session; what the specs and the screen review walk through. */
export function galleryPages(): GalleryPage[] {
  return LANGUAGES.flatMap((language) => [
    ...pagesOf(ENTRY_PAGES, language, withoutSession(language)),
    ...pagesOf(QUESTION_PAGES, language, { ...withoutSession(language), reference: 'REC-7F3K' }),
    ...pagesOf(EVIDENCE_PAGES, language, withSession(language)),
    ...pagesOf(OUTCOME_PAGES, language, withSession(language)),
    noticePage(language),
    { ...callPage(language), name: `${language}-call-code` },
  ]);
}

function pagesOf(pages: Readonly<Record<string, PageView>>, language: Language, frame: PageFrame): GalleryPage[] {
  return Object.entries(pages).map(([name, page]) => ({ name: `${language}-${name}`, page, frame }));
}

function withoutSession(language: Language): PageFrame {
  return {
    organisationName: 'Example Organisation',
    helpDesk: {
      name: 'Example Help Desk',
      phone: '+44 20 7946 0123',
      email: 'help@example.com',
      url: 'https://help.example.com/',
    },
    language,
    timeZone: 'Europe/London',
  };
}

function withSession(language: Language): PageFrame {
  const session = { openUntil: AFTERNOON, idleSeconds: 1_800, endsInSeconds: 7_200 };
  return { ...withoutSession(language), reference: 'REC-7F3K', csrfToken: 'c'.repeat(43), session };
}

function noticePage(language: Language): GalleryPage {
  const frame = withSession(language);
  const facts = {
    organisation: frame.organisationName,
    helpDesk: frame.helpDesk.name,
    retentionDays: 7,
    refusesAlone: false,
  };
  const page: PageView = { screen: 'notice', notice: privacyNotice(language, facts), backUrl: '/flow' };
  return { name: `${language}-notice`, page, frame };
}

function callPage(language: Language): Omit<GalleryPage, 'name'> {
  const page: PageView = { screen: 'call-code', usedUp: false };
  return { page, frame: { ...withSession(language), callCode: '4821' } };
}
