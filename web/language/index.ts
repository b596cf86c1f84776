export { reasonWords, type Catalogue, type ReasonCode } from './catalogue.js';
export { CATALOGUES, chooseLanguage, isLanguage, LANGUAGES, LANGUAGE_SETTINGS, type Language } from './languages.js';
export type { NoticeFacts } from './notice-facts.js';
export { privacyNotice, PRIVACY_NOTICE_VERSION, type PrivacyNotice } from './privacy-notice.js';
