import { ADDRESSES, API_ADDRESSES, safeHref } from './addresses.js';
import { html, type Html, type HtmlValue } from '../../src/platform/html/html.js';
import { ICONS } from './icons.js';
import type { PageContext } from './page-context.js';
import type { StandIn } from './page-view.js';

/** The one main action of a page that is not a form: a link that looks like the button. */
export function primaryLink(address: string, label: string): Html {
  return html`<a class="button button-primary" href="${safeHref(address)}">${label}</a>`;
}

/** Opens beside this page, which has to stay; the other side learns nothing of it. */
export function primaryLinkBeside(address: string, label: string): Html {
  return html`<a class="button button-primary" href="${safeHref(address)}" target="_blank" rel="noopener noreferrer"
    >${label}</a
  >`;
}

export function secondaryLink(address: string, label: string): Html {
  return html`<a class="button button-secondary" href="${safeHref(address)}">${label}</a>`;
}

export function bulletList(items: readonly HtmlValue[]): Html {
  return html`<ul class="bullets">
    ${items.map((item) => html`<li>${item}</li>`)}
  </ul>`;
}

export function numberedList(items: readonly HtmlValue[]): Html {
  return html`<ol class="numbered">
    ${items.map((item) => html`<li><span>${item}</span></li>`)}
  </ol>`;
}

/** A list in which every line has a tick before it. */
export function tickedList(items: readonly HtmlValue[]): Html {
  return html`<ul class="ticked">
    ${items.map((item) => html`<li>${ICONS.check}<span>${item}</span></li>`)}
  </ul>`;
}

/** A section under its own heading. */
export function section(heading: string, body: HtmlValue): Html {
  return html`<section class="section">
    <h2>${heading}</h2>
    ${body}
  </section>`;
}

/** A thing to mind, set apart from the rest. */
export function callout(icon: Html, body: HtmlValue): Html {
  return html`<div class="callout">
    ${icon}
    <div>${body}</div>
  </div>`;
}

/** Said before anything else on a page: somebody else checks than the person chose. */
export function standIn(change: StandIn | undefined, context: PageContext): Html {
  if (!change) return html``;
  const { failed, name } = change;
  const called = (who?: string): string => (who === undefined ? context.organisation : context.isolate(who));
  return callout(ICONS.alert, html`<p>${context.words.evidence.standIn(called(failed), called(name))}</p>`);
}

/** More for those who want it; closed at first, and it needs no script. */
export function disclosure(summary: string, body: HtmlValue): Html {
  return html`<details class="disclosure">
    <summary>${summary}</summary>
    <div>${body}</div>
  </details>`;
}

/** Rows of a name and a value. */
export function factList(rows: readonly { name: string; value: HtmlValue }[]): Html {
  return html`<dl class="facts">
    ${rows.map(
      ({ name, value }) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

/** A number, code or address that reads left to right in every language. */
export function literal(text: string): Html {
  return html`<bdi dir="ltr">${text}</bdi>`;
}

/** What the script on the waiting pages needs: the step this page shows, where to look, and what to say meanwhile. */
export function flowWatcher(
  step: 'consent' | 'partner' | 'checking' | 'review' | 'held',
  say: { still?: string; long?: string } = {},
): Html {
  return html`<p
    class="status"
    role="status"
    data-watch-step="${step}"
    data-flow-url="${API_ADDRESSES.flow}"
    data-events-url="${API_ADDRESSES.flowEvents}"
    data-page-url="${ADDRESSES.flow}"
    ${say.still && html` data-still="${say.still}"`}${say.long && html` data-long="${say.long}"`}
  ></p>`;
}
