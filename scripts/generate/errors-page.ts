import { PROBLEM_ADVICE, RETRIES } from '../../src/platform/errors/problem-advice.js';
import { PROBLEM_CODES, PROBLEMS } from '../../src/platform/errors/problem-catalogue.js';

/** `docs/errors.md`: the page that problem `type` URIs point into. */
export function errorsPage(): string {
  const entries = PROBLEM_CODES.map((code) => {
    const { when, retry, advice } = PROBLEM_ADVICE[code];
    return [
      `## ${code}\n`,
      `HTTP ${PROBLEMS[code].status}. ${PROBLEMS[code].title}\n`,
      `- **When:** ${when}`,
      `- **Again?** ${RETRIES[retry]}`,
      `- **What to do:** ${advice}\n`,
    ].join('\n');
  });
  return [
    '# Errors',
    '',
    'Generated from `src/platform/errors/`. Every error is an RFC 9457 problem document; `code` is one of these.',
    '`instance` is the request’s number: quote it when you report a fault.',
    '',
    ...entries,
  ].join('\n');
}
