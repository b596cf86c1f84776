import { NICKNAMES_BY_LANGUAGE } from './nickname-list.js';

const FORMAL_NAMES_OF: ReadonlyMap<string, ReadonlySet<string>> = readList(Object.values(NICKNAMES_BY_LANGUAGE));

/** For every nickname the formal names that it may stand for, in capitals. */
function readList(lists: readonly string[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const entry of lists.join(';').toUpperCase().split(';')) {
    const [formal = '', nicknames = ''] = entry.split(':').map((part) => part.trim());
    for (const nickname of nicknames.split(/\s+/)) found.set(nickname, (found.get(nickname) ?? new Set()).add(formal));
  }
  return found;
}

/** The formal names that a word may stand for; none where it is no nickname. */
export const formalNamesOf = (word: string): readonly string[] => [...(FORMAL_NAMES_OF.get(word) ?? [])];

/** Whether the first word is a nickname of the second. */
export const isNicknameOf = (nickname: string, formal: string): boolean =>
  FORMAL_NAMES_OF.get(nickname)?.has(formal) === true;

/** Whether one word is a nickname of the other. Two nicknames of one formal name are two names: Beth is not Betty. */
export const isNickname = (a: string, b: string): boolean => isNicknameOf(a, b) || isNicknameOf(b, a);
