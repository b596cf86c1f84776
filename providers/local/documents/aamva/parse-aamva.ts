import { isAamva, readElements, readFile } from './aamva-file.js';
import { readHolder } from './aamva-holder.js';
import type { AamvaResult } from './aamva.js';

/** Most characters that one PDF417 symbol holds: 2,710 digits, 1,850 letters or 1,108 bytes (ISO/IEC 15438, 5.1). */
const LONGEST_TEXT = 2_710;

/**
 * Reads the barcode of a North American licence or identification card, versions 1 (2000) to 11 (2025) of the AAMVA
 * DL/ID Card Design Standard, exactly as it stands. One fault anywhere means that nothing in it may be believed. Any text
 * is answered, in time that grows with its length alone, and nothing of it is ever taken for markup or for a pattern.
 *
 * @param text one character for each byte
 * @param day ISO 8601, the latest date that it can be for the issuer
 */
export function parseAamva(text: string, day: string): AamvaResult {
  if (!isAamva(text)) return { kind: 'unrecognised' };
  if (text.length > LONGEST_TEXT) return { kind: 'faulty', faults: [{ where: 'header', fault: 'too_long' }] };
  const file = readFile(text);
  if ('fault' in file) return { kind: 'faulty', faults: [file] };
  const elements = readElements(file.elements);
  if ('fault' in elements) return { kind: 'faulty', faults: [elements] };
  const { holder, faults } = readHolder({ file, elements, day });
  return holder ? { kind: 'valid', holder } : { kind: 'faulty', faults };
}
