import type { ReviewSummary } from '../../../src/adjudication/review/review.schemas.js';
import { html, type Html } from '../../../src/platform/html/html.js';
import { literal } from '../../templates/page-parts.js';
import type { ScreenContent } from '../../templates/screen-content.js';
import { CONSOLE_ADDRESSES } from './console-addresses.js';
import type { ConsoleContext } from './console-context.js';
import type { ConsoleViewOf } from './console-view.js';
import { filterField, filterForm, pager, scrollingTable } from './list-parts.js';

type Queue = ConsoleViewOf<'queue'>;

/** The queue: what waits for a reviewer. Everything that narrows it down is in the address, so that a view can be kept. */
export function queue(view: Queue, context: ConsoleContext): ScreenContent {
  const words = context.staff.list;
  const none = view.isFirst && view.olderCursor === undefined ? words.none : words.noneHere;
  return {
    heading: context.staff.queue,
    body: html`${view.notice && html`<p class="console-notice" role="status">${words.done[view.notice]}</p>`}
      <p class="hint">${words.explained}</p>
      ${filters(view, context)} ${view.rows.length > 0 ? table(view.rows, context) : html`<p>${none}</p>`}
      ${pager({ ...view, address: CONSOLE_ADDRESSES.reviews }, context)}`,
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
  return scrollingTable(words.region, { heads, rows: rows.map((row) => tableRow(row, context)) });
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

function filters({ filter }: Queue, context: ConsoleContext): Html {
  const words = context.staff.list;
  return filterForm(
    {
      address: CONSOLE_ADDRESSES.reviews,
      fields: html`${filterField('ticketRef', { label: words.ticket, value: filter.ticketRef, longest: 80 })}
      ${filterField('openedBy', { label: words.openedBy, value: filter.openedBy, longest: 200 })}`,
      isNarrowed: filter.openedBy !== undefined || filter.ticketRef !== undefined,
    },
    context,
  );
}
