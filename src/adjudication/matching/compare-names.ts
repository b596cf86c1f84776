import { agreed, agrees, type AttributeMatch } from './match-outcome.js';
import { sameLetters, spelledName } from './name-spelling.js';

export interface PersonName {
  givenName?: string;
  familyName?: string;
}

export interface NameMatch {
  givenName: AttributeMatch;
  familyName: AttributeMatch;
}

const SHORTEST_SHARED_NAME = 2;

const present = (name: unknown): name is string => typeof name === 'string' && spelledName(name).spellings.length > 0;

/** Whether some spelling of one is some spelling of the other, wherever the spaces stand. */
function spelledAlike(a: string, b: string): boolean {
  const joined = (name: string): string[] => spelledName(name).spellings.map((words) => words.join(''));
  const others = new Set(joined(b));
  return joined(a).some((text) => others.has(text));
}

/** Whether one person's given names are some of the other's, in their order: documents often carry more of them. */
function someOfTheOther(a: string, b: string): boolean {
  return spelledName(a).spellings.some((left) =>
    spelledName(b).spellings.some((right) => isPartOf(left, right) || isPartOf(right, left)),
  );
}

/** Whole words only; initials are not names here. */
function isPartOf(few: readonly string[], many: readonly string[]): boolean {
  if (few.some((word) => word.length < SHORTEST_SHARED_NAME)) return false;
  let next = 0;
  for (const word of many) if (word === few[next]) next += 1;
  return next === few.length;
}

/** One name of the record against one of the evidence. Symmetric, but for the name of what is missing. */
function compareName(record: unknown, claim: unknown, options: { partsAllowed: boolean }): AttributeMatch {
  if (!present(record)) {
    return { outcome: 'not_comparable', method: 'missing_in_record', reasonCodes: ['no_reference_on_record'] };
  }
  if (!present(claim)) {
    return { outcome: 'not_comparable', method: 'missing_in_evidence', reasonCodes: ['data_missing'] };
  }
  if (sameLetters(record, claim)) return agreed('exact', 'same_letters');
  if (spelledAlike(record, claim)) return agreed('equivalent', 'icao_9303_3');
  if (spelledName(record).latin !== spelledName(claim).latin) {
    return { outcome: 'not_comparable', method: 'other_script', reasonCodes: ['data_missing'] };
  }
  if (options.partsAllowed && someOfTheOther(record, claim)) return agreed('compatible', 'some_given_names');
  return { outcome: 'different', method: 'icao_9303_3', reasonCodes: ['name_differs'] };
}

/**
 * Given and family name of the record against those of the evidence. When they differ one by one, two arrangements of
 * the same words are still `compatible`: given and family name exchanged, and the border between them elsewhere.
 */
export function compareNames(record: PersonName, claim: PersonName): NameMatch {
  const givenName = compareName(record.givenName, claim.givenName, { partsAllowed: true });
  const familyName = compareName(record.familyName, claim.familyName, { partsAllowed: false });
  if (givenName.outcome !== 'different' && familyName.outcome !== 'different') return { givenName, familyName };
  const arrangement = otherArrangement(record, claim);
  return arrangement ? { givenName: arrangement, familyName: arrangement } : { givenName, familyName };
}

function otherArrangement(record: PersonName, claim: PersonName): AttributeMatch | undefined {
  const whole = [record.givenName, record.familyName, claim.givenName, claim.familyName];
  if (!whole.every(present)) return undefined;
  const [recordGiven = '', recordFamily = '', claimGiven = '', claimFamily = ''] = whole;
  const crossed = [
    compareName(recordGiven, claimFamily, { partsAllowed: false }),
    compareName(recordFamily, claimGiven, { partsAllowed: false }),
  ];
  if (crossed.every(agrees)) return agreed('compatible', 'given_and_family_exchanged');
  if (spelledAlike(`${recordGiven} ${recordFamily}`, `${claimGiven} ${claimFamily}`)) {
    return agreed('compatible', 'same_words_other_border');
  }
  return undefined;
}
