import { DOCUMENT_TYPES, parseJsonPath, wordList, type CheckKind, type JsonPath } from '../kit/index.js';

/** A place in an answer and the words there that mean something. */
export interface NamedWords {
  path: JsonPath;
  words: readonly string[];
}

/** Kinds whose proof no public source of AU10TIX names, so that a customer has to. */
export const EVIDENCE_KINDS_BY_CONFIGURATION = [
  'face_match',
  'presentation_attack',
  'injection_attack',
  'document_data_consistency',
] as const satisfies readonly CheckKind[];
export type ConfiguredKind = (typeof EVIDENCE_KINDS_BY_CONFIGURATION)[number];
export type Evidence = Readonly<Partial<Record<ConfiguredKind, NamedWords>>>;

const WORDS = /^[\w-]{1,64}(\|[\w-]{1,64}){0,9}$/;
const DOCUMENT_WORD = /^\w[\w .-]{0,63}$/;
/** Words that every object answers to. */
const NOT_A_WORD = ['__proto__', 'constructor', 'prototype'];

/** `path:word|word path:word`; undefined for anything else. */
export function readNamedWords(text: string): NamedWords[] | undefined {
  const read = wordList(text).map(readOne);
  return read.every((entry) => entry !== undefined) ? read : undefined;
}

/** `kind=path:word|word`, each kind once; undefined for anything else. */
export function readEvidence(text: string): Evidence | undefined {
  const evidence: Partial<Record<ConfiguredKind, NamedWords>> = {};
  for (const entry of wordList(text)) {
    const [word = '', rest = ''] = splitAt(entry, '=');
    const kind = EVIDENCE_KINDS_BY_CONFIGURATION.find((candidate) => candidate === word);
    const named = readOne(rest);
    if (!kind || !named || evidence[kind]) return undefined;
    evidence[kind] = named;
  }
  return evidence;
}

/** What AU10TIX calls documents, as `word=type, word=type`, each word once; undefined for anything else. */
export function readDocumentTypes(text: string): Readonly<Record<string, string>> | undefined {
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)
    .map((entry) => splitAt(entry, '=').map((part) => part.trim()));
  const known = entries.every(
    ([word = '', type = '']) =>
      DOCUMENT_WORD.test(word) && (DOCUMENT_TYPES as readonly string[]).includes(type) && !NOT_A_WORD.includes(word),
  );
  const words = entries.map(([word = '']) => word.toLowerCase());
  if (!known || new Set(words).size !== words.length) return undefined;
  return Object.fromEntries(entries.map(([word = '', type = '']) => [word.toLowerCase(), type]));
}

function readOne(entry: string): NamedWords | undefined {
  // The last one: a path may hold another in brackets.
  const at = entry.lastIndexOf(':');
  const path = parseJsonPath(entry.slice(0, Math.max(at, 0)));
  const words = entry.slice(at + 1);
  return path && WORDS.test(words) ? { path, words: words.split('|') } : undefined;
}

function splitAt(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
