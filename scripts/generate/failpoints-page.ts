import { FAILPOINT_SYNTAX, FAILPOINTS } from '../../src/platform/failpoints/failpoints.js';

/** `docs/generated/failpoints.md`. */
export function failpointsPage(): string {
  return [
    '# Failpoints',
    '',
    `Generated. \`REGAIN_FAILPOINTS=${FAILPOINT_SYNTAX},…\`; refused in production.`,
    '',
    '- `crash` is SIGKILL, `error` a failed call, `delay` a slow one, `busy` an event loop that is blocked.',
    '- `about` names the work the place was come by in (a job like `adjudicate`, a route like `POST /v1/recovery-cases`,',
    '  `outbox-relay`, `sweeper`) or what the place is about (a transition, a provider, a host). Without it: all of them.',
    '- `@3` is the third passage alone. `any` stands for every place: `any:adjudicate=crash@3` is the third step of the job.',
    '',
    ...FAILPOINTS.map((name) => `- \`${name}\``),
    '',
  ].join('\n');
}
