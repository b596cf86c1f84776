import { AUDIT_EVENT_TYPES, type Actor } from '../../../src/audit-trail/audit-event-types.js';
import type { AuditEvent } from '../../../src/audit-trail/audit-event-view.js';
import { EXPORT_FORMATS } from '../../../src/audit-trail/export.js';
import { html, type Html } from '../../../src/platform/html/html.js';
import { literal } from '../../templates/page-parts.js';
import type { ScreenContent } from '../../templates/screen-content.js';
import { wordOf } from '../language/index.js';
import type { AuditFields, AuditPage } from './audit-view.js';
import { verification, verificationResult } from './audit-verification.js';
import { CONSOLE_ADDRESSES } from './console-addresses.js';
import type { ConsoleContext } from './console-context.js';
import { filterForm, pager, scrollingTable } from './list-parts.js';

/** The auditors’ page. What narrows it down is in the address, and is codes, ids and days: it names nobody. */
export function audit(view: AuditPage, context: ConsoleContext): ScreenContent {
  const words = context.staff.audit;
  const none = view.olderCursor === undefined ? words.none : words.noneHere;
  return {
    heading: words.heading,
    problems: view.wrong.map((field) => ({ fieldId: fieldIdOf(field), text: words.wrong[field] })),
    body: html`${verificationResult(view, context)}
      <p class="hint">${words.explained}</p>
      ${narrowingForm(view, context)} ${byActor(view, context)}
      ${view.rows.length > 0 ? table(view, context) : view.wrong.length === 0 && html`<p>${none}</p>`}
      ${olderOrNewest(view, context)} ${view.wrong.length === 0 && exports(view, context)} ${verification(context)}`,
  };
}

/** What has no field of its own is mended where the form begins. */
const fieldIdOf = (field: AuditPage['wrong'][number]): string =>
  field === 'actorOf' || field === 'cursor' ? 'chain' : field;

/** An address of this page, or of an export, with some of its fields changed. */
function addressOf(
  fields: AuditFields,
  at: { path?: string; change?: AuditFields & { format?: string } } = {},
): string {
  const { path = CONSOLE_ADDRESSES.audit, change = {} } = at;
  const kept = Object.entries({ ...fields, ...change }).filter(([, value]) => value !== undefined && value !== '');
  return kept.length === 0 ? path : `${path}?${new URLSearchParams(Object.fromEntries(kept)).toString()}`;
}

function narrowingForm({ fields, wrong }: AuditPage, context: ConsoleContext): Html {
  const words = context.staff.audit;
  const text = (name: 'chain' | 'from' | 'to', of: { label: string; hint: string; longest: number }): Html =>
    html`<div class="field${wrong.includes(name) && ' field-wrong'}">
      <label for="${name}">${of.label}</label>
      <p class="hint" id="${name}-hint">${of.hint}</p>
      <input
        class="input"
        type="text"
        dir="ltr"
        id="${name}"
        name="${name}"
        value="${fields[name] ?? ''}"
        maxlength="${of.longest}"
        aria-describedby="${name}-hint"
        autocomplete="off"
        spellcheck="false"
      />
    </div>`;
  return filterForm(
    {
      address: CONSOLE_ADDRESSES.audit,
      fields: html`${text('chain', { label: words.chain, hint: words.chainHint, longest: 80 })}
      ${typeField(fields, words)} ${text('from', { label: words.from, hint: words.dayHint, longest: 10 })}
      ${text('to', { label: words.to, hint: words.dayHint, longest: 10 })}
      ${fields.actorOf !== undefined && html`<input type="hidden" name="actorOf" value="${fields.actorOf}" />`}`,
      isNarrowed: Object.keys(narrowing(fields)).length > 0,
    },
    context,
  );
}

/** What narrows the list down, wherever in it the page is. */
function narrowing({ cursor: _page, ...chosen }: AuditFields): Omit<AuditFields, 'cursor'> {
  return chosen;
}

function typeField({ type }: AuditFields, words: ConsoleContext['staff']['audit']): Html {
  return html`<div class="field">
    <label for="type">${words.type}</label>
    <select class="input" id="type" name="type" dir="ltr">
      <option value="">${words.anyType}</option>
      ${AUDIT_EVENT_TYPES.map(
        (known) => html`<option value="${known}" ${known === type && html` selected`}>${known}</option>`,
      )}
    </select>
  </div>`;
}

function byActor({ fields, actor }: AuditPage, context: ConsoleContext): Html {
  const { audit: words } = context.staff;
  if (fields.actorOf === undefined) return html``;
  if (!actor) return html`<p class="console-notice console-warn">${words.unknownActor}</p>`;
  return html`<p class="console-notice">${words.byActor(context.isolate(nameOf(actor, context)))}</p>`;
}

/** The person and the service have no name but what they are. */
function nameOf({ kind, id }: Actor | AuditEvent['actor'], { staff }: ConsoleContext): string {
  const word = wordOf(staff.audit.actorKinds, kind);
  return kind === 'applicant' || kind === 'system' ? word : `${word} ${id}`;
}

function table({ rows, fields }: AuditPage, context: ConsoleContext): Html {
  const words = context.staff.audit;
  const heads = [words.time, words.type, words.chain, words.position, words.actor, words.data];
  return scrollingTable(words.region, { heads, rows: rows.map((row) => tableRow(row, fields, context)) });
}

function tableRow(row: AuditEvent, fields: AuditFields, context: ConsoleContext): Html {
  const place = { cursor: undefined };
  const ofChain = addressOf(fields, { change: { chain: row.chainId, ...place } });
  const ofActor = addressOf(fields, { change: { actorOf: row.id, ...place } });
  return html`<tr>
    <th scope="row">${literal(row.occurredAt.slice(0, 19).replace('T', ' '))}</th>
    <td>${literal(row.type)}</td>
    <td><a href="${ofChain}">${literal(row.chainId)}</a></td>
    <td>${row.seq}</td>
    <td>
      <a href="${ofActor}"><bdi>${nameOf(row.actor, context)}</bdi></a>
    </td>
    <td class="console-words">${literal(detailsOf(row.data))}</td>
  </tr>`;
}

/** Codes and ids, as `name: value`; a dash where there are none. */
function detailsOf(data: AuditEvent['data']): string {
  const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  const known = Object.entries(data).map(([name, value]) => `${name}: ${text(value)}`);
  return known.length === 0 ? '–' : known.join(', ');
}

function olderOrNewest({ fields, olderCursor }: AuditPage, context: ConsoleContext): Html {
  const place = { isFirst: fields.cursor === undefined, olderCursor };
  const { older } = context.staff.audit;
  return pager({ ...place, address: CONSOLE_ADDRESSES.audit, filter: narrowing(fields), older }, context);
}

function exports({ fields }: AuditPage, { staff }: ConsoleContext): Html {
  const words = staff.audit;
  const chosen = narrowing(fields);
  return html`<section aria-labelledby="take">
    <h2 id="take">${words.take}</h2>
    <p class="hint">${words.takeHint}</p>
    <p class="console-pager">
      ${EXPORT_FORMATS.map(
        (format) =>
          html`<a href="${addressOf(chosen, { path: CONSOLE_ADDRESSES.exportTrail, change: { format } })}" download
            >${words.formats[format]}</a
          >`,
      )}
    </p>
  </section>`;
}
