import type { DocumentPictures, SideOptions } from './document-reader.js';
import type { DocumentReading, SideReading } from './document-reading.js';
import { missesInPrint } from './evaluation/consistency.js';

/** Reads one side, wherever that is done. */
export type ReadSide = (picture: Uint8Array, options: Omit<SideOptions, 'day'>) => Promise<SideReading>;

/**
 * Reads both sides at once. Half the time goes into print, and most backs say nothing of the holder: of a back it is read
 * only where the front leaves something open.
 *
 * @param day ISO 8601, as in `parseMrz`
 */
export async function readDocument(
  { front, back }: DocumentPictures,
  { day, readSide }: { day: string; readSide: ReadSide },
): Promise<DocumentReading> {
  if (back && Buffer.compare(front, back) === 0) {
    const only = await readSide(front, { isFront: true, withPrint: true });
    return { front: only, back: only, isOnePicture: true };
  }
  const [first, second] = await Promise.all([
    readSide(front, { isFront: true, withPrint: true }),
    back && readSide(back, { isFront: false, withPrint: false }),
  ]);
  const reading = { front: first, back: second };
  if (!back || !leavesOpen(reading, day)) return reading;
  return { front: first, back: await readSide(back, { isFront: false, withPrint: true }) };
}

function leavesOpen(reading: DocumentReading, day: string): boolean {
  const says = [reading.front, reading.back].some((side) => side?.mrz !== undefined || side?.barcode !== undefined);
  return !says || missesInPrint(reading, day);
}
