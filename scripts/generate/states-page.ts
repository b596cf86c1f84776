import { CASE_STATES, isTerminal, STATE_REASONS } from '../../src/recovery-case/case-states.js';
import { targetOf, TRANSITION_NAMES, TRANSITIONS } from '../../src/recovery-case/case-transitions.js';

/** `docs/generated/states.md`: the picture and the whole table. */
export function statesPage(): string {
  const edges = TRANSITION_NAMES.flatMap((name) =>
    TRANSITIONS[name].from.map((from) => `  ${from} --> ${TRANSITIONS[name].to}: ${name}`),
  );
  const ends = CASE_STATES.filter(isTerminal).map((state) => `  ${state} --> [*]`);
  const header = `| state | ${TRANSITION_NAMES.join(' | ')} |`;
  const rule = `|---|${TRANSITION_NAMES.map(() => '---').join('|')}|`;
  const rows = CASE_STATES.map(
    (state) => `| **${state}** | ${TRANSITION_NAMES.map((name) => targetOf(state, name) ?? '·').join(' | ')} |`,
  );
  return [
    '# States of a recovery case',
    '',
    'Generated from `src/recovery-case/case-transitions.ts`. A dot means: refused, nothing changes.',
    '',
    '```mermaid',
    'stateDiagram-v2',
    '  [*] --> link_sent: opened',
    '  [*] --> awaiting_authorization: opened (privileged)',
    ...edges,
    ...ends,
    '```',
    '',
    header,
    rule,
    ...rows,
    '',
    `State reasons: ${STATE_REASONS.map((reason) => `\`${reason}\``).join(', ')}.`,
    '',
  ].join('\n');
}
