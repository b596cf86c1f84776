import { FIXES, OUTCOME_WORDS, CODES, type FindingKind } from '../rehearsal-codes.js';
import type { RehearsalReport } from './rehearsal-report.js';
import { renderReport, type ReportSection } from './report-page.js';

const KIND_HEADINGS: Readonly<Record<FindingKind, string>> = {
  obstacle: 'Obstacles',
  refusal: 'Predicted refusals: a genuine document would differ from the record',
  collision: 'Possible duplicates',
  blank: 'Missing data',
  note: 'Worth knowing',
};

/** The report as a page; it holds no name and no address. */
export function rehearsalPage(report: RehearsalReport): string {
  const { rehearsal, outcomes, scripts, profiles, collisions, refusals } = report;
  const { policyId, policyVersion, state, done, total, startedAt, endedAt } = rehearsal;
  const kinds = Object.keys(KIND_HEADINGS) as FindingKind[];
  return renderReport({
    title: `Rehearsal of profile ${policyId}, version ${policyVersion}`,
    facts: [
      `${done} of ${total} accounts, ${state.replaceAll('_', ' ')}`,
      `Started ${startedAt.toISOString()}${endedAt ? `, ended ${endedAt.toISOString()}` : ''}`,
      'The best case of every account: the holder comes with a genuine document, and every check that the provider runs passes.',
    ],
    sections: [
      {
        heading: 'Who could be recovered today',
        columns: ['Outcome', 'Accounts'],
        rows: outcomes.map(({ outcome, accounts }) => ({ label: OUTCOME_WORDS[outcome], value: accounts })),
      },
      ...kinds.map((kind) => causesOf(report, kind)),
      {
        heading: 'Predicted refusals by script',
        columns: ['Finding and script', 'Accounts'],
        rows: refusals.map(({ code, script, accounts }) => ({
          label: `${CODES[code].words} – ${script}`,
          value: accounts,
        })),
      },
      {
        heading: 'Scripts',
        columns: ['Script', 'Accounts', 'Recoverable'],
        rows: scripts.map((row) => ({ label: row.script, value: row.accounts, more: [String(row.recoverable)] })),
      },
      {
        heading: 'Profiles',
        columns: ['Profile', 'Accounts', 'Recoverable'],
        rows: profiles.map(({ policyId: id, name, accounts, recoverable }) => ({
          ...{ label: name ?? id ?? 'none', value: accounts },
          more: [String(recoverable)],
        })),
      },
      {
        heading: 'Possible duplicates by size of the group',
        columns: ['Shared with so many others', 'Accounts'],
        rows: collisions.map(({ sharedWith, accounts }) => ({ label: String(sharedWith), value: accounts })),
      },
    ],
  });
}

function causesOf({ causes }: RehearsalReport, kind: FindingKind): ReportSection {
  return {
    heading: KIND_HEADINGS[kind],
    columns: ['Finding', 'Accounts', 'What would mend it', 'The first of them'],
    rows: causes
      .filter((cause) => cause.kind === kind)
      .map(({ words, accounts, fix, subjectIds }) => ({
        ...{ label: words, value: accounts },
        more: [FIXES[fix], subjectIds.slice(0, NAMED_ON_PAGE).join(' ')],
      })),
  };
}

/** More of them on a page is nothing anybody reads; JSON and CSV have them. */
const NAMED_ON_PAGE = 5;
