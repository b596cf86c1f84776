import { renderReport } from '../report/report-page.js';
import type { Evaluation } from './evaluation-decisions.js';

/** The report as a page; it holds no name and no case. */
export function evaluationPage(policyId: string, figures: Evaluation): string {
  const { cases, decisions, reasons, providers, retryRate, medianSeconds, slowestSeconds } = figures;
  return renderReport({
    title: `Evaluation of profile ${policyId}: what production would have done`,
    facts: [
      `${decisions} decisions in ${cases} cases, opened from ${minute(figures.since)} until ${minute(figures.until)}`,
      ...(figures.cut ? ['There were more decisions in that time: these are the newest of them'] : []),
      ...(retryRate === null ? [] : [`${Math.round(retryRate * 100)} % of the decisions sent the person back`]),
      ...(medianSeconds === null
        ? []
        : [
            `Half were decided within ${Math.round(medianSeconds)} s of the opening, all within ${Math.round(slowestSeconds ?? 0)} s`,
          ]),
    ],
    sections: [
      {
        heading: 'What would have followed',
        columns: ['Outcome', 'Decisions'],
        rows: outcomeRows(figures),
      },
      {
        heading: 'Why it was not approved at once',
        columns: ['About and reason', 'Decisions'],
        rows: reasons.map(({ reason, decisions: value }) => ({ label: reason.replaceAll('_', ' '), value })),
      },
      {
        heading: 'Providers',
        columns: ['Provider', 'Decisions', 'Approved or held', 'Sent back'],
        rows: providers.map(({ provider, decisions: value, approved, retried }) => ({
          ...{ label: provider, value },
          more: [String(approved), String(retried)],
        })),
      },
    ],
  });
}

/** Two rows for what went to reviewers: a review that has no yes is no way back into an account. */
function outcomeRows({ outcomes, referred }: Evaluation) {
  return outcomes.flatMap(({ wouldHave, decisions: value }) =>
    wouldHave === 'referred'
      ? [
          { label: 'referred, reviewers could approve', value: referred.approvable },
          { label: 'referred, reviewers could only deny or send back', value: referred.notApprovable },
        ].filter((row) => row.value > 0)
      : [{ label: wouldHave, value }],
  );
}

const minute = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
