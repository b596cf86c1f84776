import { html, type Html } from '../../src/platform/html/html.js';
import { LANGUAGE_SETTINGS } from '../language/index.js';
import { ADDRESSES, API_ADDRESSES } from './addresses.js';
import type { PageContext } from './page-context.js';
import type { PageSession } from './page-frame.js';

/** Until when the page stays open when nothing is done: for browsers without scripts the only word about it. */
export function openUntil(context: PageContext, { openUntil: until }: PageSession): Html {
  const words = context.words.frame.sessionEnd;
  return html`<section>
    <h2>${words.openHeading}</h2>
    <p>
      ${words.openUntil}
      <time datetime="${until.toISOString()}" data-open-until>${context.timeText(until)}</time>
    </p>
  </section>`;
}

/**
 * The warning before the end, opened by a script two minutes ahead, with as many more times as fit into the session's
 * absolute life (WCAG 2.2, 2.2.1). It has one way out at each moment, so that Escape and its button mean the same.
 */
export function sessionEndDialog(context: PageContext, session: PageSession): Html {
  const words = context.words.frame.sessionEnd;
  const { locale } = LANGUAGE_SETTINGS[context.frame.language];
  const message = (name: string, text: string): Html => html`<p data-shown-when="${name}" hidden>${text}</p>`;
  return html`<dialog
      class="card"
      aria-labelledby="session-end-heading"
      aria-describedby="session-end-text"
      data-session-end
      data-idle-seconds="${session.idleSeconds}"
      data-ends-in-seconds="${session.endsInSeconds}"
      data-touch-url="${API_ADDRESSES.flow}"
      data-locale="${locale}"
      data-time-zone="${context.frame.timeZone ?? 'UTC'}"
    >
      <h2 id="session-end-heading">
        <span data-shown-when="soon last">${words.soonHeading}</span
        ><span data-shown-when="over" hidden>${words.overHeading}</span>
      </h2>
      <div id="session-end-text">
        ${message('soon', words.soon)} ${message('last', words.last)} ${message('over', words.over)}
        <p data-shown-when="soon last">${words.endsAt} <time data-ends-at></time></p>
      </div>
      <p role="alert" data-failed="${words.failed}"></p>
      <button type="button" class="button button-secondary" data-shown-when="soon" data-more>${words.more}</button>
      <button type="button" class="button button-secondary" data-shown-when="last" hidden data-understood>
        ${words.understood}
      </button>
      <a class="button button-secondary" data-shown-when="over" hidden href="${ADDRESSES.flow}">${words.look}</a>
    </dialog>
    <p class="visually-hidden" role="status" data-extended="${words.extended}"></p>`;
}
