import { readFileSync } from 'node:fs';
import type { Transaction } from '../platform/database/transaction.js';
import type { SecurityEvents } from '../platform/telemetry/security-events.js';
import { deadEnds } from './dead-ends.js';
import { Policies } from './policies.js';
import type { PolicyDocument } from './policy.js';
import { diffOf } from './policy-diff.js';
import { readPolicyFile, type ReadPolicy } from './policy-file.js';
import type { PolicySetting } from './production-rules.js';
import { unmetBySome } from './provider-abilities.js';

/** What a command prints, and how it ends: 0 fine, 2 a fault, or a change that weakens. */
export interface CommandOutcome {
  lines: string[];
  exitCode: 0 | 2;
}

const UNKNOWN_HERE =
  'what its providers can do is not known here: their own variables are needed for that (docs/generated/configuration.md)';

/**
 * Every fault of a profile's file, one a line: `line: /pointer code – detail`. Of a valid one, what is worth a second
 * thought, and what some of its providers cannot give.
 */
export function checkPolicyFile(file: string, setting: PolicySetting): CommandOutcome {
  const { faults, document } = read(file, setting);
  if (!document) return { lines: faultLines(file, faults), exitCode: 2 };
  const limits = setting.abilities ? unmetBySome(document, setting.abilities) : [UNKNOWN_HERE];
  return {
    lines: [
      `${file}: “${document.name}” is a valid profile`,
      ...warningLines(file, document),
      ...limits.map((limit) => `${file}: limit – ${limit}`),
    ],
    exitCode: 0,
  };
}

/**
 * The profile as JSON, for `PUT /v1/policies/{id}`: it is the service that changes profiles, so that nobody gets round the
 * second person by a file.
 */
export function policyFileAsJson(file: string, setting: PolicySetting): CommandOutcome {
  const { faults, document } = read(file, setting);
  if (!document) return { lines: faultLines(file, faults), exitCode: 2 };
  return { lines: [JSON.stringify(document)], exitCode: 0 };
}

/** What putting the file in place of the living profile of that name would do, in words. */
export async function diffPolicyFile(
  tx: Transaction,
  { file, setting, events }: { file: string; setting: PolicySetting; events: SecurityEvents },
): Promise<CommandOutcome> {
  const { faults, document } = read(file, setting);
  if (!document) return { lines: faultLines(file, faults), exitCode: 2 };
  const policies = new Policies(events);
  const living = await policies.living(tx);
  const before = living.find((policy) => policy.document.name === document.name);
  const others = living.filter((policy) => policy.id !== before?.id);
  const isFirst = !(await policies.everStood(tx));
  const { lines, weakened } = diffOf({ before: before?.document, after: document, others, isFirst });
  const second = weakened.length > 0 ? ['A second person has to confirm this.'] : [];
  if (lines.length === 0) return { lines: ['Nothing changes.'], exitCode: 0 };
  return { lines: [...lines, ...second, ...warningLines(file, document)], exitCode: weakened.length > 0 ? 2 : 0 };
}

const read = (file: string, setting: PolicySetting): ReadPolicy => readPolicyFile(readFileSync(file, 'utf8'), setting);

const warningLines = (file: string, document: PolicyDocument): string[] =>
  deadEnds(document).map(({ pointer, code, detail }) => `${file}: warning ${pointer} ${code} – ${detail}`);

const faultLines = (file: string, faults: ReadPolicy['faults']): string[] =>
  faults.map(({ line, pointer, code, detail }) => `${file}:${line}: ${pointer || '/'} ${code} – ${detail}`);
