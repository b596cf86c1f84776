import { PROBLEMS } from '../../src/platform/errors/problem-catalogue.js';

/** `docs/errors.md`: the page that problem `type` URIs point into. */
export function errorsPage(): string {
  const rows = Object.entries(PROBLEMS).map(([code, { status, title }]) => `## ${code}\n\nHTTP ${status}. ${title}\n`);
  return [
    '# Errors',
    '',
    'Generated from `src/platform/errors/problem-catalogue.ts`. Every error is an RFC 9457 problem document; `code` is one of these.',
    '',
    ...rows,
  ].join('\n');
}
