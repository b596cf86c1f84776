import { ADDRESSES } from '../addresses.js';
import { html } from '../../../src/platform/html/html.js';
import { ICONS, sign } from '../icons.js';
import type { PageContext } from '../page-context.js';
import { bulletList, secondaryLink, section } from '../page-parts.js';
import type { ViewOf } from '../page-view.js';
import type { ScreenContent } from '../screen-content.js';

/** One page for links that are unknown, expired, used or cancelled, so that nobody learns which of them it was. */
export function linkDead(context: PageContext): ScreenContent {
  const words = context.words.start.linkDead;
  return {
    sign: sign(ICONS.clock, 'warn'),
    heading: words.heading,
    body: html`<p class="lead">${words.why}</p>
      ${section(words.newHeading, html`<p>${words.newExplained(context.helpDesk)}</p>`)}
      ${section(
        words.continueHeading,
        html`<p>${words.continueExplained}</p>
          ${secondaryLink(ADDRESSES.flow, words.continueLink)}`,
      )}`,
  };
}

/**
 * For a page session that is over. Whether the request goes on is not said: another browser may have taken it on, or its
 * owner may have stopped it.
 */
export function flowEnded(context: PageContext): ScreenContent {
  const words = context.words.start.flowEnded;
  return {
    sign: sign(ICONS.clock, 'warn'),
    heading: words.heading,
    body: html`<p class="lead">${words.why}</p>
      ${section(words.nextHeading, html`<p>${words.next(context.helpDesk)}</p>`)}`,
  };
}

/** A link in a security notice that has ended. Its reader has no request to go back to, and may still be attacked. */
export function noticeDead(context: PageContext): ScreenContent {
  const words = context.words.start.noticeDead;
  return {
    sign: sign(ICONS.clock, 'warn'),
    heading: words.heading,
    body: html`<p class="lead">${words.why}</p>
      ${section(words.stillHeading, html`<p>${words.still(context.helpDesk)}</p>`)}`,
  };
}

/** After "I did not ask for this" or "This was not me". */
export function notMeReported({ outcome }: ViewOf<'not-me-reported'>, context: PageContext): ScreenContent {
  const { told, nextHeading, callers, ...outcomes } = context.words.start.notMeReported;
  const words = outcomes[outcome];
  return {
    sign: sign(ICONS.shield, 'good'),
    heading: words.heading,
    body: html`<p class="lead">${words.effect}</p>
      <p>${told(context.organisation)}</p>
      ${section(nextHeading, bulletList([...words.next(context.helpDesk), callers]))}`,
  };
}
