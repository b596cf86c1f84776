import { createHash } from 'node:crypto';
import { privacyNotice as ar } from './ar.js';
import { privacyNotice as de } from './de.js';
import { privacyNotice as en } from './en.js';
import type { ProcessingFacts, NoticeSection, NoticeWords } from './notice-text.js';

/** Changes whenever a word of the notice changes in any language. */
export const NOTICE_VERSION = '2026-11-28';

const WORDS = { en, de, ar } satisfies Record<string, NoticeWords>;
export type NoticeLanguage = keyof typeof WORDS;

/** One version of the notice in one language, ready to show and to hash. */
export interface PrivacyNotice {
  version: string;
  language: NoticeLanguage;
  heading: string;
  sections: readonly NoticeSection[];
}

/**
 * The notice a person agrees to before anything is collected (GDPR 13; BIPA 15(b): in writing, before the capture). Same
 * facts and language, same text. A language there is no text for gets English, and the consent says so.
 */
export function privacyNotice(language: string, facts: ProcessingFacts): PrivacyNotice {
  const known = (Object.hasOwn(WORDS, language) ? language : 'en') as NoticeLanguage;
  const { heading, sections } = WORDS[known];
  return { version: NOTICE_VERSION, language: known, heading, sections: sections(facts) };
}

/** What a stored consent keeps of the text that was shown. */
export function noticeSha256(notice: PrivacyNotice): Buffer {
  return createHash('sha256').update(JSON.stringify(notice)).digest();
}
