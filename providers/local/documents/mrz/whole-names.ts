/** A family name that takes a greater share of the field may have been cut to leave room for the given names. */
const FAMILY_SHARE = 0.5;

/**
 * Those names of a full field that are whole, as far as that can be told. They are compared with a record, in which nothing
 * is cut. The issuer may shorten any word, to a fixed length or an initial: `CHAYAPA<DE<K` is Chayapa Dejthamrong
 * Krasuang (ICAO Doc 9303-5, examples of truncated names; 9303-7, 4.2.3). In all of ICAO's examples the first of several
 * given names is whole, unless all were cut to one length, and a family name that was cut takes more than half of the field.
 *
 * @param room letters of the name field
 */
export function wholeNames(
  { familyName, givenName = '' }: { familyName: string; givenName?: string },
  room: number,
): { familyName?: string; givenName?: string } {
  const [first = '', ...others] = givenName.split(' ');
  const isFirstWhole = first.length > 1 && others.some(({ length }) => length !== first.length);
  return {
    familyName: familyName.length > FAMILY_SHARE * room ? undefined : familyName,
    givenName: isFirstWhole ? first : undefined,
  };
}
