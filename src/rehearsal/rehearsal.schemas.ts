import { z } from 'zod';
import { pageOf } from '../platform/http/lists.js';
import { FINDING_KINDS, OUTCOMES, REHEARSAL_CODES, FIXES, type Fix } from './rehearsal-codes.js';
import { REHEARSAL_STATES, type Rehearsal } from './rehearsals.js';
import { NAMED_ACCOUNTS, type RehearsalReport } from './report/rehearsal-report.js';

export const RehearsalView = z
  .object({
    id: z.string(),
    policyId: z.string(),
    policyVersion: z.number().int(),
    state: z.enum(REHEARSAL_STATES),
    stage: z.enum(['indexing_names', 'looking_at_accounts']),
    done: z.number().int(),
    total: z.number().int().describe('Accounts there were when it started; later ones are looked at too.'),
    startedBy: z.string(),
    startedAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'RehearsalView' });
export type RehearsalView = z.infer<typeof RehearsalView>;
export const RehearsalPage = pageOf(RehearsalView).meta({ id: 'RehearsalPage' });

const Code = z.enum(REHEARSAL_CODES).meta({ id: 'RehearsalCode' });
const accounts = z.number().int();
export const RehearsalReportView = z
  .object({
    rehearsal: RehearsalView,
    outcomes: z.array(z.object({ outcome: z.enum(OUTCOMES), accounts })),
    causes: z.array(
      z.object({
        code: Code,
        kind: z.enum(FINDING_KINDS),
        words: z.string(),
        fix: z.enum(Object.keys(FIXES) as [Fix, ...Fix[]]),
        fixWords: z.string(),
        accounts,
        subjectIds: z.array(z.string()).describe(`The first ${NAMED_ACCOUNTS} of them; the CSV has all.`),
      }),
    ),
    refusals: z.array(z.object({ code: Code, script: z.string(), accounts })),
    scripts: z.array(z.object({ script: z.string(), accounts, recoverable: accounts })),
    profiles: z.array(
      z.object({ policyId: z.string().nullable(), name: z.string().nullable(), accounts, recoverable: accounts }),
    ),
    collisions: z.array(z.object({ sharedWith: z.number().int(), accounts })),
  })
  .meta({ id: 'RehearsalReportView' });
export type RehearsalReportView = z.infer<typeof RehearsalReportView>;

export const ReportQuery = z.strictObject({
  format: z.enum(['json', 'csv', 'html']).default('json').describe('What the answer is.'),
});

export function rehearsalView(rehearsal: Rehearsal): RehearsalView {
  const { id, policyId, policyVersion, state, indexed, done, total, startedBy, startedAt, updatedAt, endedAt } =
    rehearsal;
  return {
    ...{ id, policyId, policyVersion, state, done, total, startedBy },
    stage: indexed ? 'looking_at_accounts' : 'indexing_names',
    startedAt: startedAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
  };
}

export const reportView = (report: RehearsalReport): RehearsalReportView => ({
  ...report,
  rehearsal: rehearsalView(report.rehearsal),
  causes: report.causes.map((cause) => ({ ...cause, fixWords: FIXES[cause.fix] })),
});
