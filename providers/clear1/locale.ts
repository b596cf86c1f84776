const LOCALES = ['en-US', 'en-MX', 'en-CA', 'es-MX', 'es-US', 'fr-CA', 'en', 'es', 'fr', 'de', 'it'];

/** The nearest locale that CLEAR speaks, for a BCP 47 tag; undefined leaves the choice to the person's browser. */
export function toLocale(language: string): string | undefined {
  const wanted = language.toLowerCase();
  const speaks = (tag: string | undefined) => LOCALES.find((locale) => locale.toLowerCase() === tag);
  return speaks(wanted) ?? speaks(wanted.split('-')[0]);
}
