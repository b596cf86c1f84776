/** Languages of pages and mails. Each catalogue of words has all of them, or it does not compile. */
export const LANGUAGES = ['en', 'de', 'ar'] as const;
export type Language = (typeof LANGUAGES)[number];

/** `locale` is what dates, country names and lists are formatted by; digits stay 0-9, as on the document and the phone. */
export const LANGUAGE_SETTINGS: Readonly<Record<Language, { locale: string; direction: 'ltr' | 'rtl' }>> = {
  en: { locale: 'en-GB', direction: 'ltr' },
  de: { locale: 'de-DE', direction: 'ltr' },
  ar: { locale: 'ar-u-nu-latn', direction: 'rtl' },
};

/** Keeps a name or number from being reordered by right-to-left text around it (Unicode UAX 9, FSI and PDI). */
export function isolated(text: string, language: Language): string {
  return LANGUAGE_SETTINGS[language].direction === 'rtl' ? `\u2068${text}\u2069` : text;
}

/** Day, month, hour and minute with the zone's name; with the year where the text is read long after. */
export function timeInWords(at: Date, how: { language: Language; timeZone: string; year?: boolean }): string {
  const format = new Intl.DateTimeFormat(LANGUAGE_SETTINGS[how.language].locale, {
    ...(how.year && { year: 'numeric' }),
    day: 'numeric',
    month: 'long',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: how.timeZone,
    timeZoneName: 'short',
  });
  return format.format(at);
}
