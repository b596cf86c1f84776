/** Tested in this order: most browsers name others too. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg(e|A|iOS)?\//, 'Edge'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/(Firefox|FxiOS)\//, 'Firefox'],
  [/(Chrome|CriOS)\//, 'Chrome'],
  [/Version\/[\d.]+.* Safari\//, 'Safari'],
];
const PLATFORMS: readonly (readonly [RegExp, string])[] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows NT/, 'Windows'],
  [/Macintosh/, 'Mac'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
];

/** The browser's name alone, `other` for what is none of them: a label of figures, so its values are few. */
export function browserName(userAgent: string | undefined): string {
  return BROWSERS.find(([pattern]) => pattern.test(userAgent ?? ''))?.[1] ?? 'other';
}

/**
 * What an account holder would call a browser, e.g. `Safari, iPhone`: a closed set of names, never a text of the
 * request's. Undefined when neither its kind nor its device is known. A hint for a person; it proves nothing.
 */
export function browserKind(userAgent: string | undefined): string | undefined {
  const nameIn = (table: typeof BROWSERS): string | undefined =>
    table.find(([pattern]) => pattern.test(userAgent ?? ''))?.[1];
  const known = [nameIn(BROWSERS), nameIn(PLATFORMS)].filter((name) => name !== undefined);
  return known.length > 0 ? known.join(', ') : undefined;
}
