import { html, type Html, type HtmlValue } from '../../../src/platform/html/html.js';
import type { ConsoleContext } from './console-context.js';
import type { ListPlace } from './console-view.js';

/** A table that scrolls by itself, by keyboard too, where the page is narrower than it is. */
export function scrollingTable(
  label: string,
  { heads, rows }: { heads: readonly string[]; rows: readonly Html[] },
): Html {
  return html`<div class="console-scroll" role="region" tabindex="0" aria-label="${label}">
    <table class="console-table">
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

/** A field that narrows a list down. */
export function filterField(name: string, of: { label: string; value: string | undefined; longest: number }): Html {
  return html`<div class="field">
    <label for="${name}">${of.label}</label>
    <input
      class="input"
      type="text"
      dir="ltr"
      id="${name}"
      name="${name}"
      value="${of.value ?? ''}"
      maxlength="${of.longest}"
      autocomplete="off"
      spellcheck="false"
    />
  </div>`;
}

/** The form around such fields: a search, so that what it finds has an address to keep. */
export function filterForm(
  list: { address: string; fields: HtmlValue; isNarrowed: boolean; more?: HtmlValue },
  { staff }: ConsoleContext,
): Html {
  const words = staff.list;
  return html`<form method="get" action="${list.address}" class="console-filter" aria-label="${words.filter}">
    ${list.fields}
    <button type="submit" class="console-button">${words.submit}</button>
    ${list.isNarrowed && html`<a href="${list.address}">${words.clear}</a>`} ${list.more}
  </form>`;
}

/** Older rows, and the way back. What narrows the list down stays. @param list `older`: words of the list's own */
export function pager(
  list: ListPlace & { address: string; filter: Readonly<Record<string, string>>; older?: string },
  { staff }: ConsoleContext,
): Html {
  const { address, filter, olderCursor, isFirst, older = staff.list.older } = list;
  if (isFirst && olderCursor === undefined) return html``;
  const at = (query: Record<string, string>): string => {
    const text = new URLSearchParams(query).toString();
    return text === '' ? address : `${address}?${text}`;
  };
  return html`<p class="console-pager">
    ${!isFirst && html`<a href="${at(filter)}">${staff.list.newest}</a>`}
    ${olderCursor !== undefined && html`<a href="${at({ ...filter, cursor: olderCursor })}">${older}</a>`}
  </p>`;
}
