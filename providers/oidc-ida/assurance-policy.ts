import { CHECK_KINDS, wordList, type CheckKind } from '../kit/index.js';

/** What the organisation takes one trust framework's level for. */
export interface AssuranceRow {
  framework: string;
  /** Absent: for assertions under this framework that carry no level at all. */
  level?: string;
  kinds: readonly CheckKind[];
}

export interface AssurancePolicy {
  rows: readonly AssuranceRow[];
  /** Kinds that pass by the evidence an assertion lists, never by its level alone. */
  evidenceKinds: readonly CheckKind[];
}

const ROW = /^([\w.:-]{1,64})(?:\/([\w.:-]{1,64}))?=([a-z_+]+)$/;
const MAX_ROWS = 16;

/** No vendor has the portrait that we keep, so none can be believed about it: that check ties a person to the account. */
const MAPPABLE_KINDS = CHECK_KINDS.filter((kind) => kind !== 'reference_portrait_match');

/** Kinds that the methods of OpenID Connect for Identity Assurance speak about. */
export const EVIDENCE_KINDS_KNOWN = ['document_authenticity', 'face_match'] as const satisfies readonly CheckKind[];

/** `framework/level=kind+kind`, several separated by spaces or commas. Undefined for anything else. */
export function parseAssuranceRows(text: string): AssuranceRow[] | undefined {
  const rows = wordList(text).map(parseRow);
  const sound = rows.filter((row) => row !== undefined);
  const pairs = new Set(sound.map(({ framework, level }) => `${framework}/${level ?? ''}`));
  const usable = rows.length > 0 && rows.length <= MAX_ROWS && sound.length === rows.length;
  return usable && pairs.size === rows.length ? sound : undefined;
}

function parseRow(word: string): AssuranceRow | undefined {
  const [, framework, level, list = ''] = ROW.exec(word) ?? [];
  const kinds = list.split('+');
  return framework !== undefined && kinds.every(isMappable) ? { framework, level, kinds } : undefined;
}

/** `kind+kind`, of those that listed evidence can show. Empty text is an empty list; undefined for anything else. */
export function parseEvidenceKinds(text: string): CheckKind[] | undefined {
  const kinds = text.split(/[\s,+]+/).filter(Boolean);
  return kinds.every((kind) => (EVIDENCE_KINDS_KNOWN as readonly string[]).includes(kind))
    ? (kinds as CheckKind[])
    : undefined;
}

/** Every kind that can pass at all under this policy, in the kit's order. */
export function supportedChecks({ rows, evidenceKinds }: AssurancePolicy): CheckKind[] {
  return CHECK_KINDS.filter((kind) => evidenceKinds.includes(kind) || rows.some((row) => row.kinds.includes(kind)));
}

const isMappable = (word: string): word is CheckKind => (MAPPABLE_KINDS as readonly string[]).includes(word);
