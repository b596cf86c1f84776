import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import type { InputFault } from '../platform/errors/problem-catalogue.js';
import { judgeDocument } from './document-faults.js';
import type { PolicyDocument } from './policy.js';
import type { PolicySetting } from './production-rules.js';

/** A fault with the line of the file it stands in, from 1; 0 when it stands nowhere. */
export interface FileFault extends InputFault {
  line: number;
}

export type ReadPolicy = { document: PolicyDocument; faults: [] } | { document?: undefined; faults: FileFault[] };

/** More than a profile ever needs; a larger file is something else. */
const MAX_FILE_CHARS = 262_144;

/**
 * Reads one profile from YAML 1.2 or JSON, and names every fault of the whole file. Keys said twice, aliases and tags are
 * faults: what a reviewer sees in the file is what it says.
 */
export function readPolicyFile(text: string, setting: PolicySetting): ReadPolicy {
  if (text.length > MAX_FILE_CHARS)
    return refused([{ pointer: '', code: 'too_large', detail: 'larger than a profile' }]);
  const lines = new LineCounter();
  const yaml = parseDocument(text, { version: '1.2', schema: 'core', uniqueKeys: true, lineCounter: lines });
  if (yaml.errors.length > 0 || yaml.warnings.length > 0) {
    const faults = [...yaml.errors, ...yaml.warnings].map(({ code, message, pos: [at] }) => ({
      pointer: '',
      code: code.toLowerCase(),
      detail: message.split('\n')[0] ?? '',
      line: lines.linePos(at).line,
    }));
    return { faults };
  }
  const lineOf = (pointer: string): number => lineAt(yaml, { pointer, lines });
  const value = plainValue(yaml);
  if (value === undefined) return refused([{ pointer: '', code: 'alias', detail: 'no aliases: write it out' }]);
  const { document, faults } = judgeDocument(value.value, setting);
  if (!document) return { faults: faults.map((fault) => ({ ...fault, line: lineOf(fault.pointer) })) };
  return { document, faults: [] };
}

const refused = (faults: InputFault[]): ReadPolicy => ({ faults: faults.map((fault) => ({ ...fault, line: 0 })) });

/** Undefined when the file has aliases, of which a few can say more than fits in memory. */
function plainValue(yaml: Document): { value: unknown } | undefined {
  try {
    return { value: yaml.toJS({ maxAliasCount: 0 }) as unknown };
  } catch (error) {
    if (error instanceof ReferenceError) return undefined;
    throw error;
  }
}

/** The line of a member, or of the nearest one above it that is there. */
function lineAt(yaml: Document, at: { pointer: string; lines: LineCounter }): number {
  const path = at.pointer
    .split('/')
    .slice(1)
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? yaml.contents : yaml.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return at.lines.linePos(node.range[0]).line;
  }
  return 0;
}
