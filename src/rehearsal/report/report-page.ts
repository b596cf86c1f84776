import { createHash } from 'node:crypto';
import { html, Html } from '../../platform/html/html.js';

/** One plot with its table: a bar per row. */
export interface ReportSection {
  heading: string;
  note?: string;
  /** Heads of the table: what is counted first, then the number, then what else is said. */
  columns: readonly string[];
  rows: readonly ReportRow[];
}

export interface ReportRow {
  label: string;
  value: number;
  /** Further cells of the table. */
  more?: readonly string[];
}

export interface ReportPage {
  title: string;
  /** Facts about the report, one line each. */
  facts: readonly string[];
  sections: readonly ReportSection[];
}

const BAR = { height: 18, step: 26, label: 330, width: 420 } as const;

/** Ink on white 15:1, bars on white 8:1, lines on white 4.6:1 (WCAG 2.2, 1.4.3 and 1.4.11). */
const STYLE = `body{font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;margin:2rem auto;max-width:60rem;padding:0 1rem}
h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2.5rem}
table{border-collapse:collapse;width:100%;font-size:.9rem}th,td{border-bottom:1px solid #767676;padding:.3rem .5rem;text-align:left;vertical-align:top}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums}td{overflow-wrap:anywhere}
h1{overflow-wrap:anywhere}.wide{overflow-x:auto}.wide table{min-width:34rem}
svg{max-width:100%;height:auto;margin:.5rem 0 1rem}
/* Bars this narrow say nothing that the table does not. */
@media(max-width:40rem){svg{display:none}}
@media print{body{margin:0;max-width:none}section{break-inside:avoid-page}}`;

/**
 * The policy the page is served with: nothing is loaded, nothing runs, and of styles the page's own alone. Stricter than
 * that of the service's pages, which load theirs.
 */
export const REPORT_CONTENT_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** As it is hashed: not a space more between the tags. */
// prettier-ignore
const STYLE_ELEMENT = html`<style>${STYLE}</style>`;

/** One page that needs nothing else: plots as inline SVG, and every plot's numbers in a table behind it. */
export function renderReport({ title, facts, sections }: ReportPage): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          <ul>
            ${facts.map((fact) => html`<li>${fact}</li>`)}
          </ul>
          ${sections.map(renderSection)}
        </main>
      </body>
    </html> `.toString();
}

function renderSection(section: ReportSection, at: number): Html {
  const { heading, note, rows } = section;
  return html`<section aria-labelledby="h${at}">
    <h2 id="h${at}">${heading}</h2>
    ${note ? html`<p>${note}</p>` : null}
    ${rows.length === 0 ? html`<p>None.</p>` : [bars(section, at), table(section)]}
  </section>`;
}

function bars({ heading, rows }: ReportSection, at: number): Html {
  const most = Math.max(1, ...rows.map(({ value }) => value));
  const size = `${BAR.label + BAR.width + 80} ${rows.length * BAR.step}`;
  return html`<svg role="img" aria-labelledby="p${at}" viewBox="0 0 ${size}" xmlns="http://www.w3.org/2000/svg">
    <title id="p${at}">Bars: ${heading}; the numbers are in the table below</title>
    ${rows.map((row, place) => bar(row, { place, most }))}
  </svg>`;
}

function bar({ label, value }: ReportRow, { place, most }: { place: number; most: number }): Html {
  const y = place * BAR.step;
  const width = Math.max(value > 0 ? 1 : 0, Math.round((value / most) * BAR.width));
  const middle = y + BAR.height - 4;
  return html`<text x="${BAR.label - 8}" y="${middle}" text-anchor="end" font-size="13" fill="#1a1a1a"
      >${shortened(label)}</text
    ><rect x="${BAR.label}" y="${y}" width="${width}" height="${BAR.height}" fill="#1f4e79" /><text
      x="${BAR.label + width + 6}"
      y="${middle}"
      font-size="13"
      fill="#1a1a1a"
      >${value}</text
    >`;
}

const LONGEST_LABEL = 46;
const shortened = (label: string): string =>
  label.length > LONGEST_LABEL ? `${label.slice(0, LONGEST_LABEL - 1)}…` : label;

/** In a frame of its own, which scrolls where the screen is narrower than the table (WCAG 2.2, 1.4.10). */
function table({ heading, columns, rows }: ReportSection): Html {
  return html`<div class="wide" role="region" aria-label="${heading}" tabindex="0">
    <table>
      <thead>
        <tr>
          ${columns.map((column, at) => html`<th scope="col" class="${at === 1 ? 'number' : 'text'}">${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ label, value, more = [] }) =>
            html`<tr>
              <th scope="row">${label}</th>
              <td class="number">${value}</td>
              ${more.map((text) => html`<td>${text}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
