import type { DocumentReading, SideReading } from '../document-reading.js';
import { formatOf } from '../mrz/mrz-layout.js';
import { plainWords } from './plain-words.js';

/** Which side of a document a picture shows, as far as what was read on it says so. */
export const SHOWN_SIDES = ['front', 'back', 'unknown'] as const;
export type ShownSide = (typeof SHOWN_SIDES)[number];

/**
 * By zone and barcode: the zone of a card of credit-card size is on its back (ICAO Doc 9303-5, 4.1), every other zone is
 * on the side with the portrait (9303-4, -6 and -7), and AAMVA's barcode is on the back. Print alone does not say.
 */
export function shownSide({ mrz, barcode }: SideReading): ShownSide {
  const format = mrz && formatOf(mrz.lines);
  if (format) return format === 'TD1' ? 'back' : 'front';
  return barcode ? 'back' : 'unknown';
}

/** Words that two pictures of one side have in common, of all words on either. Recognition loses some. */
const SHARE_OF_WORDS = 0.5;
const FEWEST_WORDS = 5;
const SHORTEST_WORD = 3;

/** Whether the second picture is the first again, or another one of the same side. */
export function isSideRepeated({ front, back, isOnePicture }: DocumentReading): boolean {
  if (!back) return false;
  if (isOnePicture) return true;
  const [first, second] = [shownSide(front), shownSide(back)];
  return (first !== 'unknown' && first === second) || hasSamePrint(front, back);
}

function hasSamePrint(front: SideReading, back: SideReading): boolean {
  const [one, other] = [wordsOf(front), wordsOf(back)];
  const shared = [...one].filter((word) => other.has(word)).length;
  return shared >= FEWEST_WORDS && shared >= SHARE_OF_WORDS * (one.size + other.size - shared);
}

function wordsOf({ printed = [] }: SideReading): Set<string> {
  return new Set(printed.flatMap(({ text }) => plainWords(text)).filter(({ length }) => length >= SHORTEST_WORD));
}
