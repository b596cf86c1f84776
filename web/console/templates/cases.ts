import { CASE_STATES } from '../../../src/recovery-case/case-states.js';
import type { CaseView } from '../../../src/recovery-request/case.schemas.js';
import { html, type Html } from '../../../src/platform/html/html.js';
import { literal } from '../../templates/page-parts.js';
import type { ScreenContent } from '../../templates/screen-content.js';
import { CONSOLE_ADDRESSES } from './console-addresses.js';
import type { ConsoleContext } from './console-context.js';
import type { ConsoleViewOf } from './console-view.js';
import { filterField, filterForm, pager, scrollingTable } from './list-parts.js';

type Cases = ConsoleViewOf<'cases'>;

/** An agent's list. Everything that narrows it down is in the address, so that a view can be kept. */
export function cases(view: Cases, context: ConsoleContext): ScreenContent {
  const words = context.staff.desk.list;
  return {
    heading: context.staff.desk.cases,
    body: html`<p class="hint">${words.explained}</p>
      ${filters(view, context)} ${view.rows.length > 0 ? table(view.rows, context) : html`<p>${words.none}</p>`}
      ${pager({ ...view, address: CONSOLE_ADDRESSES.cases }, context)}`,
  };
}

/** The second person's list: privileged accounts whose recovery this colleague may let start. */
export function authorizations(view: ConsoleViewOf<'authorizations'>, context: ConsoleContext): ScreenContent {
  const { desk, list } = context.staff;
  const words = desk.authorizations;
  const heads = [list.reference, list.person, list.openedBy, words.yeses, list.ticket, list.waitingSince, list.endsAt];
  const rows = view.rows.map(
    (row) =>
      html`<tr>
        ${caseAndPerson(row, context)}
        <td>${literal(row.openedBy)}</td>
        <td>
          ${row.authorizations && context.staff.review.votesOf(row.authorizations.given, row.authorizations.needed)}
        </td>
        <td>${ticketOf(row)}</td>
        <td>${context.timeText(new Date(row.createdAt))}</td>
        <td>${context.timeText(new Date(row.expiresAt))}</td>
      </tr>`,
  );
  const none = view.isFirst && view.olderCursor === undefined ? words.none : list.noneHere;
  return {
    heading: desk.secondPerson,
    body: html`<p class="hint">${words.explained}</p>
      ${rows.length > 0 ? scrollingTable(words.region, { heads, rows }) : html`<p>${none}</p>`}
      ${pager({ ...view, filter: {}, address: CONSOLE_ADDRESSES.authorizations }, context)}`,
  };
}

function table(rows: readonly CaseView[], context: ConsoleContext): Html {
  const { list, desk } = context.staff;
  const heads = [
    list.reference,
    list.person,
    desk.list.state,
    list.openedBy,
    list.ticket,
    desk.list.changed,
    list.endsAt,
  ];
  return scrollingTable(desk.list.region, { heads, rows: rows.map((row) => tableRow(row, context)) });
}

function tableRow(row: CaseView, context: ConsoleContext): Html {
  return html`<tr>
    ${caseAndPerson(row, context)}
    <td>${context.staff.cases.states[row.state]}</td>
    <td>${literal(row.openedBy)}</td>
    <td>${ticketOf(row)}</td>
    <td>${context.timeText(new Date(row.updatedAt))}</td>
    <td>${context.timeText(new Date(row.expiresAt))}</td>
  </tr>`;
}

function caseAndPerson({ id, reference, subject }: CaseView, { staff }: ConsoleContext): Html {
  return html`<th scope="row"><a href="${CONSOLE_ADDRESSES.deskCase(id)}">${literal(reference)}</a></th>
    <td>${subject.displayName === '' ? staff.list.nameless : html`<bdi>${subject.displayName}</bdi>`}</td>`;
}

const ticketOf = ({ ticketRef }: CaseView): Html | string => (ticketRef === null ? '–' : literal(ticketRef));

function filters({ filter, self }: Cases, context: ConsoleContext): Html {
  const { list, desk } = context.staff;
  const mine = new URLSearchParams({ openedBy: self }).toString();
  return filterForm(
    {
      address: CONSOLE_ADDRESSES.cases,
      fields: html`${stateField(filter.state, context)}
      ${filterField('ticketRef', { label: list.ticket, value: filter.ticketRef, longest: 80 })}
      ${filterField('openedBy', { label: list.openedBy, value: filter.openedBy, longest: 200 })}`,
      isNarrowed: Object.keys(filter).length > 0,
      more: filter.openedBy !== self && html`<a href="${`${CONSOLE_ADDRESSES.cases}?${mine}`}">${desk.list.mine}</a>`,
    },
    context,
  );
}

function stateField(chosen: Cases['filter']['state'], { staff }: ConsoleContext): Html {
  const words = staff.desk.list;
  return html`<div class="field">
    <label for="state">${words.state}</label>
    <select class="input" id="state" name="state">
      <option value="">${words.anyState}</option>
      ${CASE_STATES.map(
        (state) =>
          html`<option value="${state}" ${state === chosen && html` selected`}>${staff.cases.states[state]}</option>`,
      )}
    </select>
  </div>`;
}
