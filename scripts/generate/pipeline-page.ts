import { PIPELINE } from '../../src/pipeline.js';

/** `docs/generated/pipeline.md`: what follows from what. */
export function pipelinePage(): string {
  const rows = Object.entries(PIPELINE).map(([event, steps]) => {
    const jobs = steps.map(
      ({ contract, constant }) => `${contract.name}${constant ? ` (${Object.values(constant).join(', ')})` : ''}`,
    );
    return `| \`${event}\` | ${jobs.join(', ') || '–'} |`;
  });
  return [
    '# Events and the work that follows',
    '',
    'Generated from `src/pipeline.ts`.',
    '',
    '| event | jobs |',
    '|---|---|',
    ...rows,
    '',
  ].join('\n');
}
