import { ADDRESSES } from '../addresses.js';
import { postForm, submitButton } from '../form-parts.js';
import { html } from '../../../src/platform/html/html.js';
import { ICONS, sign } from '../icons.js';
import type { PageContext } from '../page-context.js';
import type { ViewOf } from '../page-view.js';
import type { ScreenContent } from '../screen-content.js';

/** What the link in a security notice opens. It can only freeze and stop, and only by its form. */
export function noticeReader(view: ViewOf<'notice-reader'>, context: PageContext): ScreenContent {
  const words = context.words.start.noticeReader;
  return {
    sign: sign(ICONS.alert, 'warn'),
    heading: words.heading,
    body: html`<p class="lead">${words.events[view.event](context.organisation)}</p>
      <p>${words.when(context.timeText(view.at))}</p>
      <p>${words.ifMe}</p>
      <p>${words.ifNotMe}</p>
      ${postForm(context, { action: ADDRESSES.noticeReader(view.noticeToken), body: submitButton(words.notMe) })}`,
  };
}
