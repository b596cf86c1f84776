import type { ReviewSummary } from '../../../src/adjudication/review/review.schemas.js';
import { html, type Html } from '../../../src/platform/html/html.js';
import { literal } from '../../templates/page-parts.js';
import type { ScreenContent } from '../../templates/screen-content.js';
import { CONSOLE_ADDRESSES } from './console-addresses.js';
import type { ConsoleContext } from './console-context.js';
import type { ConsoleViewOf } from './console-view.js';

type Queue = ConsoleViewOf<'queue'>;

/** C3: what waits for a reviewer. Everything that narrows it down is in the address, so that a view can be kept. */
export function queue(view: Queue, context: ConsoleContext): ScreenContent {
  const words = context.staff.list;
  const none = view.isFirst && view.olderCursor === undefined ? words.none : words.noneHere;
  return {
    heading: context.staff.queue,
    body: html`${view.notice && html`<p class="console-notice" role="status">${words.done[view.notice]}</p>`}
      <p class="hint">${words.explained}</p>
      ${filterForm(view, context)} ${view.rows.length > 0 ? table(view.rows, context) : html`<p>${none}</p>`}
      ${pager(view, context)}`,
  };
}

function table(rows: readonly ReviewSummary[], context: ConsoleContext): Html {
  const words = context.staff.list;
  const heads = [
    words.reference,
    words.person,
    words.waitingSince,
    words.endsAt,
    words.openedBy,
    words.ticket,
    words.votes,
  ];
  return html`<div class="console-scroll" role="region" tabindex="0" aria-label="${words.region}">
    <table class="console-table">
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map((row) => tableRow(row, context))}
      </tbody>
    </table>
  </div>`;
}

function tableRow(row: ReviewSummary, context: ConsoleContext): Html {
  const { staff } = context;
  const { displayName } = row.subject;
  const timeText = (text: string): string => context.timeText(new Date(text));
  return html`<tr>
    <th scope="row"><a href="${CONSOLE_ADDRESSES.review(row.caseId)}">${literal(row.reference)}</a></th>
    <td>${displayName === '' ? staff.list.nameless : html`<bdi>${displayName}</bdi>`}</td>
    <td>${timeText(row.updatedAt)}</td>
    <td>${timeText(row.expiresAt)}</td>
    <td>${literal(row.openedBy)}</td>
    <td>${row.ticketRef === null ? '–' : literal(row.ticketRef)}</td>
    <td>${row.approvals}</td>
  </tr>`;
}

function filterForm({ filter }: Queue, { staff }: ConsoleContext): Html {
  const words = staff.list;
  const field = (name: 'openedBy' | 'ticketRef', of: { label: string; longest: number }): Html =>
    html`<div class="field">
      <label for="${name}">${of.label}</label>
      <input
        class="input"
        type="text"
        dir="ltr"
        id="${name}"
        name="${name}"
        value="${filter[name] ?? ''}"
        maxlength="${of.longest}"
        autocomplete="off"
        spellcheck="false"
      />
    </div>`;
  const isNarrowed = filter.openedBy !== undefined || filter.ticketRef !== undefined;
  return html`<form
    method="get"
    action="${CONSOLE_ADDRESSES.reviews}"
    class="console-filter"
    aria-label="${words.filter}"
  >
    ${field('ticketRef', { label: words.ticket, longest: 80 })}
    ${field('openedBy', { label: words.openedBy, longest: 200 })}
    <button type="submit" class="console-button">${words.submit}</button>
    ${isNarrowed && html`<a href="${CONSOLE_ADDRESSES.reviews}">${words.clear}</a>`}
  </form>`;
}

function pager({ olderCursor, isFirst, filter }: Queue, { staff }: ConsoleContext): Html {
  const older = new URLSearchParams({ ...filter, ...(olderCursor === undefined ? {} : { cursor: olderCursor }) });
  const newest = new URLSearchParams(filter).toString();
  const { reviews } = CONSOLE_ADDRESSES;
  if (isFirst && olderCursor === undefined) return html``;
  return html`<p class="console-pager">
    ${!isFirst && html`<a href="${newest === '' ? reviews : `${reviews}?${newest}`}">${staff.list.newest}</a>`}
    ${olderCursor !== undefined && html`<a href="${`${reviews}?${older.toString()}`}">${staff.list.older}</a>`}
  </p>`;
}
