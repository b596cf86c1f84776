import { readEnvironment, type Config, type ProcessRole } from '../platform/config/config.js';
import { allFindings, named } from './all-findings.js';
import { auditMacFindings } from './audit-macs-check.js';
import { ok, type Finding } from './finding.js';
import { keyNeedFindings } from './key-needs-check.js';
import { reachFindings } from './reach-check.js';

/** A fault is an exit code of its own, so that a pipeline can tell it from a crash. */
const FAULT_EXIT_CODE = 2;

/**
 * `regain doctor`: every setting and dependency of the production profile, whether it is right, and what to do. It writes
 * one object into the bucket and deletes it again, and changes nothing else.
 *
 * @param role whose environment it is: what only the others need is not missed in it
 * @param reach asks what is called beside the servers: the mail server, the staff's sign-in, the collector of traces
 */
export async function doctor(
  raw: Config['raw'],
  { role = 'all', reach = reachFindings }: { role?: ProcessRole; reach?: typeof reachFindings } = {},
): Promise<Finding[]> {
  // A start infers no profile. What production needs is looked at all the same, so that one look names everything.
  const { values, faults } = readEnvironment({ ...raw, REGAIN_PROFILE: raw.REGAIN_PROFILE || 'production' }, role);
  const all = raw.REGAIN_PROFILE ? faults : ['REGAIN_PROFILE: is not set; a start refuses that', ...faults];
  const environment =
    all.length > 0
      ? all.map((text) => named(text, 'docs/generated/configuration.md says what it takes'))
      : [ok('environment', 'every variable can be read')];
  const [found, reached] = await Promise.all([allFindings(values, raw, { probe: true }), reach(values, { role })]);
  return [
    ...environment,
    ...found,
    ...reached,
    ...(await keyNeedFindings(values)),
    ...(await auditMacFindings(values)),
  ];
}

/** The findings as an operator reads them, worst first, or as JSON; and the exit code: 2 when one is a fault. */
export function doctorReport(
  findings: readonly Finding[],
  { json }: { json: boolean },
): { text: string; exitCode: number } {
  const exitCode = findings.some(({ verdict }) => verdict === 'fault') ? FAULT_EXIT_CODE : 0;
  if (json) return { text: JSON.stringify({ healthy: exitCode === 0, findings }, undefined, 2), exitCode };
  const order = ['fault', 'warning', 'ok'];
  const sorted = [...findings].sort((one, other) => order.indexOf(one.verdict) - order.indexOf(other.verdict));
  const width = Math.max(...sorted.map(({ subject }) => subject.length));
  const lines = sorted.flatMap(({ verdict, subject, detail, remedy }) => [
    `${verdict.padEnd(7)}  ${subject.padEnd(width)}  ${detail}`,
    ...(remedy && verdict !== 'ok' ? [`${' '.repeat(width + 11)}→ ${remedy}`] : []),
  ]);
  return { text: lines.join('\n'), exitCode };
}
