import { FAILPOINTS } from '../../src/platform/failpoints/failpoints.js';

/** `docs/generated/failpoints.md`. */
export function failpointsPage(): string {
  return [
    '# Failpoints',
    '',
    'Generated. `REGAIN_FAILPOINTS=name=crash|error|delay:ms,…`; refused in production.',
    '',
    ...FAILPOINTS.map((name) => `- \`${name}\``),
    '',
  ].join('\n');
}
