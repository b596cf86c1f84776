import { CATALOGUES, type Language } from './languages.js';
import type { NoticeFacts, NoticeSection } from './notice-facts.js';

/**
 * Changes whenever a word of the notice changes in any language; consent is stored with version, language and hash of
 * the text that was shown.
 */
export const PRIVACY_NOTICE_VERSION = '2026-01';

/** One version of the notice in one language, ready to show and to hash. */
export interface PrivacyNotice {
  version: string;
  language: Language;
  heading: string;
  sections: readonly NoticeSection[];
}

/** Builds the current notice. Same facts and language, same text: its JSON is what a consent's hash is taken over. */
export function privacyNotice(language: Language, facts: NoticeFacts): PrivacyNotice {
  const words = CATALOGUES[language].privacyNotice;
  return {
    version: PRIVACY_NOTICE_VERSION,
    language,
    heading: words.heading,
    sections: words.sections(facts),
  };
}
