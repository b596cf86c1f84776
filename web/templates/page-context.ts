import { isolated, timeInWords } from '../../src/platform/language/languages.js';
import { CATALOGUES, LANGUAGE_SETTINGS, type Catalogue } from '../language/index.js';
import type { PageFrame } from './page-frame.js';

/** What every screen is drawn with: its words, and how names and times are written in its language. */
export interface PageContext {
  frame: PageFrame;
  words: Catalogue;
  direction: 'ltr' | 'rtl';
  /** The organisation's and the help desk's names, kept apart from right-to-left text around them. */
  organisation: string;
  helpDesk: string;
  /** Day, month, hour and minute with the zone's name, e.g. "22 November at 10:04 UTC". */
  timeText(at: Date): string;
  /** A country's name in the page's language, for an ISO 3166-1 alpha-2 code; other codes as they are. */
  countryName(code: string): string;
  /** Orders texts as the language's readers expect. */
  compare(left: string, right: string): number;
  /** "a, b or c" in the page's language. */
  anyOf(texts: readonly string[]): string;
  /** Keeps a name or number from being reordered by the text around it (Unicode UAX 9, FSI and PDI). */
  isolate(text: string): string;
}

const regionsOf = onceForEach((locale) => new Intl.DisplayNames(locale, { type: 'region', fallback: 'code' }));
const collatorOf = onceForEach((locale) => new Intl.Collator(locale));

/** Makes the context for one page. */
export function pageContext(frame: PageFrame): PageContext {
  const { locale, direction } = LANGUAGE_SETTINGS[frame.language];
  const isolate = (text: string): string => isolated(text, frame.language);
  return {
    frame,
    words: CATALOGUES[frame.language],
    direction,
    organisation: isolate(frame.organisationName),
    helpDesk: isolate(frame.helpDesk.name),
    timeText: (at) => isolate(timeInWords(at, { language: frame.language, timeZone: frame.timeZone ?? 'UTC' })),
    countryName: (code) => (/^[A-Z]{2}$/.test(code) ? (regionsOf(locale).of(code) ?? code) : code),
    compare: (left, right) => collatorOf(locale).compare(left, right),
    anyOf: (texts) => new Intl.ListFormat(locale, { type: 'disjunction' }).format(texts),
    isolate,
  };
}

/** Made when first asked for: making one takes longer than drawing most pages, and few pages need it. */
function onceForEach<Made>(make: (locale: string) => Made): (locale: string) => Made {
  const made = new Map<string, Made>();
  return (locale) => {
    const known = made.get(locale) ?? make(locale);
    made.set(locale, known);
    return known;
  };
}
