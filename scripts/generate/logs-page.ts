import { LOG_CATALOGUE } from '../../src/platform/logging/log-catalogue.js';

/** `docs/generated/logs.md`. */
export function logsPage(): string {
  return [
    '# Log lines',
    '',
    'Generated from `src/platform/logging/log-catalogue.ts`. One JSON object per line on standard error. Every line has `level` (pino: 20 debug, 30 info, 40',
    'warn, 50 error), `time`, `pid`, `code` and `message`. What is done for a request, a job or a round of the sweeper has `correlationId`: the',
    'request id that an answer and an error’s `instance` carry, also in the jobs that follow from it. Where traces are on it has `traceId`, too.',
    'Nothing in a line is about a person: fields are codes, ids and numbers.',
    '',
    '| code | message |',
    '|---|---|',
    ...Object.entries(LOG_CATALOGUE).map(([code, message]) => `| \`${code}\` | ${message} |`),
    '',
  ].join('\n');
}
