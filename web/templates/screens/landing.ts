import { ADDRESSES } from '../addresses.js';
import { postForm, submitButton } from '../form-parts.js';
import { html, type Html } from '../../../src/platform/html/html.js';
import { ICONS, sign } from '../icons.js';
import type { PageContext } from '../page-context.js';
import { literal, section, tickedList } from '../page-parts.js';
import type { ViewOf } from '../page-view.js';
import type { ScreenContent } from '../screen-content.js';

/** What a link opens. Nothing is used up by looking; only the two forms do something. */
export function landing(view: ViewOf<'landing'>, context: PageContext): ScreenContent {
  const words = context.words.start.landing;
  const time = context.timeText(view.openedAt);
  const opened =
    view.openedBy === 'help_desk' ? words.openedByHelpDesk(context.helpDesk, time) : words.openedBySelf(time);
  return {
    step: 1,
    sign: sign(ICONS.shield, 'calm'),
    heading: words.heading(context.organisation),
    body: html`<p class="lead">${opened}</p>
      ${view.maskedAddress && html`<p>${words.forAddress} <strong>${literal(view.maskedAddress)}</strong></p>`}
      ${view.passedOn && html`<p>${words.passedOn(context.helpDesk)}</p>`}
      <p>${words.whatHappens}</p>
      ${section(words.needHeading, tickedList([...documentNeeded(view, context), ...words.needs]))}
      ${view.codesMayDo && html`<p>${words.codesMayDo}</p>`}
      ${postForm(context, {
        action: ADDRESSES.start,
        body: html`${tokenField(view.linkToken)}${submitButton(words.start)}
          <p class="hint">${words.sameBrowser}</p>`,
      })}
      ${notMe(view.linkToken, context)}`,
  };
}

/** The way out for whoever did not ask for this, which works in every browser. */
export function notMe(linkToken: string, context: PageContext): Html {
  const words = context.words.start.landing;
  return html`<section class="section section-quiet">
    <h2>${words.notMeHeading}</h2>
    <p>${words.notMeExplained}</p>
    ${postForm(context, { action: ADDRESSES.notMe, body: html`${tokenField(linkToken)}${submitButton(words.notMe, 'secondary')}` })}
  </section>`;
}

const tokenField = (linkToken: string): Html => html`<input type="hidden" name="linkToken" value="${linkToken}" />`;

/** One line with the documents that are accepted; none where the profile names none. */
function documentNeeded({ documentTypes }: ViewOf<'landing'>, context: PageContext): string[] {
  const { start, evidence } = context.words;
  const names = documentTypes.map((type) => evidence.documentTypesInSentence[type]);
  return names.length === 0 ? [] : [start.landing.document(context.anyOf(names), names.length)];
}
