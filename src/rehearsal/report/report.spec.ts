import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { csvLine } from './csv.js';
import { linesOf } from './findings-csv.js';
import { rehearsalPage } from './rehearsal-page.js';
import { REPORT_CONTENT_POLICY, renderReport } from './report-page.js';
import type { RehearsalReport } from './rehearsal-report.js';

const wild = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('<script>', '"><img src=x>', "'&amp;", '</style>'),
);

/** Without the space between tags, which says nothing. */
const flat = (page: string): string => page.replace(/>\s+</g, '><');

describe('a report as a page', () => {
  it('holds no element and no attribute that a text brings', () => {
    fc.assert(
      fc.property(wild, wild, wild, (title, label, more) => {
        const section = (text: string) => ({
          heading: text,
          note: text,
          columns: [text, 'Number'],
          rows: [{ label: text, value: 1, more: [text] }],
        });
        const shape = (html: string) => html.replace(/>[^<]*</g, '><').replace(/aria-label="[^"]*"/g, '');
        const page = renderReport({ title, facts: [more], sections: [{ ...section(label), note: more }] });
        const plain = renderReport({
          title: 't',
          facts: ['f'],
          sections: [{ ...section('l'), note: more ? 'n' : '' }],
        });
        expect(shape(page)).toBe(shape(plain));
      }),
      { numRuns: 200 },
    );
  });

  it('runs nothing, loads nothing, and its policy knows its style', () => {
    const page = renderReport({ title: 'T', facts: [], sections: [{ heading: 'H', columns: ['a', 'b'], rows: [] }] });
    expect(page).not.toMatch(/<script|\son\w+=|style="|src=|href=|url\(/);
    const [, style = ''] = /<style>([^<]*)<\/style>/.exec(page) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(REPORT_CONTENT_POLICY).toContain(`default-src 'none'; style-src 'sha256-${hash}'; `);
    expect(page).toContain('<p>None.</p>');
  });

  it('has every number of a plot in a table', () => {
    const rows = [
      { label: 'Latin', value: 70 },
      { label: 'Cyrillic', value: 30 },
    ];
    const page = renderReport({
      title: 'T',
      facts: [],
      sections: [{ heading: 'Scripts', columns: ['Script', 'Accounts'], rows }],
    });
    expect(page.match(/<rect /g)).toHaveLength(2);
    expect(flat(page)).toContain('<th scope="row">Latin</th><td class="number">70</td>');
    expect(page).toContain('width="420"');
    expect(page).toContain('width="180"');
  });

  it('says what a rehearsal found, and what would mend it', () => {
    const at = new Date('2026-11-26T12:00:00Z');
    const report: RehearsalReport = {
      rehearsal: {
        ...{ id: 'reh_1', policyId: 'pol_1', policyVersion: 3, state: 'finished', indexed: true, done: 9, total: 9 },
        ...{ startedBy: 'operator', startedAt: at, updatedAt: at, endedAt: at },
      },
      outcomes: [{ outcome: 'recoverable', accounts: 9 }],
      causes: [
        { code: 'single_name', kind: 'blank', words: 'One name only', fix: 'none', accounts: 2, subjectIds: ['sub_1'] },
      ],
      refusals: [{ code: 'script_without_table', script: 'other', accounts: 1 }],
      scripts: [],
      profiles: [{ policyId: 'pol_1', name: '<b>Staff</b>', accounts: 9, recoverable: 9 }],
      collisions: [{ sharedWith: 1, accounts: 2 }],
    };
    const page = rehearsalPage(report);
    expect(page).toContain('9 of 9 accounts, finished');
    expect(flat(page)).toContain('One name only</th><td class="number">2</td><td>Nothing.</td><td>sub_1</td>');
    expect(page).toContain('&lt;b&gt;Staff&lt;/b&gt;');
    expect(page).toContain('Script without a table of transliteration – other');
  });
});

describe('a report as comma-separated values', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '\u200b=1'])('never opens with a formula: %j', (cell) => {
    expect(csvLine([cell])).toMatch(/^"?'/);
  });

  it('is read back as what was written', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const [line = ''] = [csvLine([`x${text}`, 'end'])];
        const cell = line.slice(0, -',end\r\n'.length);
        const read = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
        expect(read).toBe(`x${text}`);
      }),
    );
  });

  it('has a line per finding, and one for an account without any', () => {
    const account = { subjectId: 'sub_1', policyId: null, outcome: 'recoverable', script: 'latin', sharedWith: 0 };
    expect(linesOf({ ...account, codes: [] })).toBe('sub_1,,recoverable,latin,0,,,,\r\n');
    const lines = linesOf({ ...account, codes: ['single_name', 'no_profile'] }).split('\r\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe('sub_1,,recoverable,latin,0,blank,single_name,One name only,Nothing.');
  });
});
