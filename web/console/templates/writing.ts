/** ISO 15924 of scripts that names are written in, and what letters are theirs. */
const SCRIPTS: readonly (readonly [string, RegExp])[] = [
  ['Latn', /\p{Script=Latin}/u],
  ['Grek', /\p{Script=Greek}/u],
  ['Cyrl', /\p{Script=Cyrillic}/u],
  ['Arab', /\p{Script=Arabic}/u],
  ['Hebr', /\p{Script=Hebrew}/u],
  ['Geor', /\p{Script=Georgian}/u],
  ['Armn', /\p{Script=Armenian}/u],
  ['Hani', /\p{Script=Han}/u],
  ['Hira', /\p{Script=Hiragana}/u],
  ['Kana', /\p{Script=Katakana}/u],
  ['Hang', /\p{Script=Hangul}/u],
  ['Thai', /\p{Script=Thai}/u],
  ['Deva', /\p{Script=Devanagari}/u],
  ['Taml', /\p{Script=Tamil}/u],
  ['Ethi', /\p{Script=Ethiopic}/u],
];

const scriptsOf = (text: string): string[] => SCRIPTS.filter(([, letters]) => letters.test(text)).map(([code]) => code);

/**
 * What the two sides are written in, in the reader's language, where that is not the same: a reviewer who knows one script
 * alone sees at once that this is no matter of spelling. Undefined where it is the same, or one side is missing.
 */
export function writings(
  sides: readonly [string | null, string | null],
  language: string,
): readonly [string, string] | undefined {
  const [one, other] = sides.map((text) => scriptsOf(text ?? ''));
  if (!one?.length || !other?.length || one.join() === other.join()) return undefined;
  const names = new Intl.DisplayNames([language], { type: 'script' });
  const said = (codes: readonly string[]): string => codes.map((code) => names.of(code) ?? code).join(', ');
  return [said(one), said(other)];
}
