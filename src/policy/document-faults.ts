import { z } from 'zod';
import type { InputFault } from '../platform/errors/problem-catalogue.js';
import { inputFaults } from '../platform/http/valid-input.js';
import { PolicyDocument } from './policy.js';
import { settingFaults, type PolicySetting } from './production-rules.js';

export type JudgedDocument = { document: PolicyDocument; faults: [] } | { document?: undefined; faults: InputFault[] };

/** Stand where a member that has to be given cannot be read. No rule looks at them: what it reads has a fault already. */
const STAND_INS = { name: '-', providers: ['-'], requiredChecks: ['face_match'] };

/**
 * What is wrong with a document: against its schema, and – as far as it can be read – against this deployment, all at once.
 * A rule about a member that cannot be read waits until it can.
 */
export function judgeDocument(value: unknown, setting: PolicySetting): JudgedDocument {
  const parsed = PolicyDocument.safeParse(value);
  if (parsed.success) {
    const faults = settingFaults(parsed.data, setting);
    return faults.length > 0 ? { faults } : { document: parsed.data, faults: [] };
  }
  const ofSchema = inputFaults(parsed.error);
  const readable = PolicyDocument.safeParse(withoutFaulty(value, parsed.error.issues));
  // A member nobody knows keeps nothing else from being read.
  const unread = ofSchema.filter(({ code }) => code !== 'unrecognized_keys').map(({ pointer }) => pointer);
  return { faults: [...ofSchema, ...(readable.success ? settingFaults(readable.data, setting, unread) : [])] };
}

/** The document without what its schema has refused; a list goes whole. */
function withoutFaulty(value: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  if (!isMap(value)) return value;
  const copy = structuredClone(value);
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') for (const key of issue.keys) remove(copy, [...issue.path, key]);
    else remove(copy, issue.path);
  }
  return { ...STAND_INS, ...copy };
}

function remove(map: Record<PropertyKey, unknown>, [name, ...rest]: readonly PropertyKey[]): void {
  if (name === undefined) return;
  const member = map[name];
  if (rest.length > 0 && isMap(member)) remove(member, rest);
  else Reflect.deleteProperty(map, name);
}

const isMap = (value: unknown): value is Record<PropertyKey, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
