import { createHash } from 'node:crypto';

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
svg{max-width:100%;height:auto;margin:.5rem 0 1rem}
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

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
};

/** Text between tags and in quoted attributes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '');

/** One page that needs nothing else: plots as inline SVG, and every plot's numbers in a table behind it. */
export function renderReport({ title, facts, sections }: ReportPage): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><main><h1>${escapeHtml(title)}</h1>
<ul>${facts.map((fact) => `<li>${escapeHtml(fact)}</li>`).join('')}</ul>
${sections.map(renderSection).join('\n')}
</main></body></html>
`;
}

function renderSection(section: ReportSection, at: number): string {
  const { heading, note, rows } = section;
  const body = rows.length === 0 ? '<p>None.</p>' : `${bars(section, at)}${table(section)}`;
  return `<section aria-labelledby="h${at}"><h2 id="h${at}">${escapeHtml(heading)}</h2>${note ? `<p>${escapeHtml(note)}</p>` : ''}${body}</section>`;
}

function bars({ heading, rows }: ReportSection, at: number): string {
  const most = Math.max(1, ...rows.map(({ value }) => value));
  const drawn = rows.map(({ label, value }, row) => {
    const y = row * BAR.step;
    const width = Math.max(value > 0 ? 1 : 0, Math.round((value / most) * BAR.width));
    const middle = y + BAR.height - 4;
    return `<text x="${BAR.label - 8}" y="${middle}" text-anchor="end" font-size="13" fill="#1a1a1a">${escapeHtml(shortened(label))}</text><rect x="${BAR.label}" y="${y}" width="${width}" height="${BAR.height}" fill="#1f4e79"/><text x="${BAR.label + width + 6}" y="${middle}" font-size="13" fill="#1a1a1a">${value}</text>`;
  });
  const size = `${BAR.label + BAR.width + 80} ${rows.length * BAR.step}`;
  return `<svg role="img" aria-labelledby="p${at}" viewBox="0 0 ${size}" xmlns="http://www.w3.org/2000/svg"><title id="p${at}">Bars: ${escapeHtml(heading)}; the numbers are in the table below</title>${drawn.join('')}</svg>`;
}

const LONGEST_LABEL = 46;
const shortened = (label: string): string =>
  label.length > LONGEST_LABEL ? `${label.slice(0, LONGEST_LABEL - 1)}…` : label;

function table({ heading, columns, rows }: ReportSection): string {
  const heads = columns.map((column, at) => `<th scope="col"${numeric(at)}>${escapeHtml(column)}</th>`);
  const lines = rows.map(({ label, value, more = [] }) => {
    const cells = more.map((text) => `<td>${escapeHtml(text)}</td>`);
    return `<tr><th scope="row">${escapeHtml(label)}</th><td class="number">${value}</td>${cells.join('')}</tr>`;
  });
  return `<table aria-label="${escapeHtml(heading)}"><thead><tr>${heads.join('')}</tr></thead><tbody>${lines.join('')}</tbody></table>`;
}

const numeric = (column: number): string => (column === 1 ? ' class="number"' : '');
