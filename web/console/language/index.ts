import type { Language } from '../../language/index.js';
import { ar } from './ar.js';
import type { ConsoleWords } from './console-words.js';
import { de } from './de.js';
import { en } from './en.js';

export type { ConsoleWords } from './console-words.js';

export const CONSOLE_CATALOGUES: Readonly<Record<Language, ConsoleWords>> = { en, de, ar };

/** The word for a code of a closed list that the service may lengthen before its words do: then the code, spelled out. */
export function wordOf(words: Readonly<Record<string, string>>, code: string): string {
  return (Object.hasOwn(words, code) ? words[code] : undefined) ?? code.replaceAll('_', ' ');
}
