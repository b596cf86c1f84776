/**
 * One name. `print`: as the country's documents print it in Latin letters. `native`: in its own script, where that is
 * Cyrillic or Arabic. `otherSpellings`: Latin spellings in use beside the printed one. `nicknames`: what friends say.
 */
export interface NameForms {
  print: string;
  native?: string;
  otherSpellings: readonly string[];
  nicknames: readonly string[];
}

/** A person who does not exist. Names are in the order in which a document of their country has them. */
export interface Person {
  culture: string;
  /** ICAO Doc 9303-3, section 5. */
  nationality: string;
  female: boolean;
  /** Empty for somebody with one name; that one is in `family`. */
  given: readonly NameForms[];
  family: readonly NameForms[];
  /** Jr., III: written behind the family name. */
  suffix?: string;
  familyFirst: boolean;
  /** ISO 8601. */
  birthDate: string;
  documentNumber: string;
}

/** What is printed in Latin letters. */
export const printed = (names: readonly NameForms[]): string => names.map(({ print }) => print).join(' ');

/** In the script of the country, where all of it is known. */
export function inOwnScript(names: readonly NameForms[]): string | undefined {
  const native = names.map((name) => name.native);
  return native.length > 0 && native.every((name) => name !== undefined) ? native.join(' ') : undefined;
}
