import type { Config } from '../platform/config/config.js';
import { isolated, timeInWords } from '../platform/language/languages.js';
import { wordsIn, type PolicyCopy } from '../policy/policy-copy.js';
import { MAIL_CATALOGUES, type MailCatalogue } from './language/index.js';

/** What every mail is written with: its words, the names in it, and how a time is written. */
export interface MailFrame {
  words: MailCatalogue;
  /** Names, kept apart from right-to-left text around them. */
  organisation: string;
  helpDesk: string;
  /** With the year: a mail is read again long after. */
  timeText(at: Date): string;
  /** Keeps a number, e.g. a request's, from being reordered by right-to-left text. */
  isolate(text: string): string;
}

/** The deployment's language, zone and names; `copy` is the profile's own words for a mail about one of its cases. */
export function mailFrame(
  config: Pick<Config, 'MAIL_LANGUAGE' | 'TIME_ZONE' | 'ORGANISATION_NAME' | 'HELP_DESK_CONTACT'>,
  copy: PolicyCopy = {},
): MailFrame {
  const { MAIL_LANGUAGE: language, TIME_ZONE: timeZone } = config;
  const own = { organisationName: config.ORGANISATION_NAME, helpDesk: config.HELP_DESK_CONTACT };
  const { organisationName, helpDesk } = wordsIn(copy, language, own);
  const isolate = (text: string): string => isolated(text, language);
  return {
    words: MAIL_CATALOGUES[language],
    organisation: isolate(organisationName),
    helpDesk: isolate(helpDesk),
    timeText: (at) => isolate(timeInWords(at, { language, timeZone, year: true })),
    isolate,
  };
}
