import { ADDRESSES } from '../addresses.js';
import { fieldError, postForm, submitButton } from '../form-parts.js';
import { html, type Html } from '../../../src/platform/html/html.js';
import { ICONS, sign } from '../icons.js';
import type { PageContext } from '../page-context.js';
import { callout, factList, literal, section } from '../page-parts.js';
import type { ViewOf } from '../page-view.js';
import type { ScreenContent } from '../screen-content.js';

/**
 * What the link in a question opens. Both answers are forms: opening the page says nothing. The number is in the browser
 * of the flow alone, so that somebody who was made to show their face for a stranger cannot say yes by habit (T33, T58).
 */
export function confirmDevice(view: ViewOf<'confirm-device'>, context: PageContext): ScreenContent {
  const words = context.words.start.confirmDevice;
  const error = errorText(view, context);
  const facts = [
    { name: words.when, value: context.timeText(view.at) },
    ...(view.browser ? [{ name: words.browser, value: literal(view.browser) }] : []),
  ];
  return {
    sign: sign(ICONS.alert, 'warn'),
    heading: words.heading,
    problems: error ? [{ fieldId: 'number', text: error }] : [],
    body: html`<p class="lead">${words.lead(context.organisation)}</p>
      <p>${words.unproven}</p>
      ${factList(facts)} ${section(words.ifMeHeading, numberForm(view, context, error))}
      ${section(
        words.ifNotMeHeading,
        html`<p>${words.ifNotMe}</p>
          ${postForm(context, {
            action: ADDRESSES.noticeReader(view.noticeToken),
            body: submitButton(context.words.start.noticeReader.notMe, 'danger'),
          })}`,
      )}
      <p>${words.until(context.timeText(view.until))}</p>`,
  };
}

function numberForm(view: ViewOf<'confirm-device'>, context: PageContext, error: string | undefined): Html {
  const words = context.words.start.confirmDevice;
  const field = html`<div class="field${error && ' field-wrong'}">
    <label for="number">${words.label}</label>
    <p class="hint" id="number-hint">${words.hint}</p>
    ${fieldError('number', error)}
    <input
      id="number"
      name="number"
      class="input"
      type="text"
      inputmode="numeric"
      dir="ltr"
      autocomplete="off"
      maxlength="2"
      aria-describedby="number-hint${error && ' number-error'}"
      ${error && html` aria-invalid="true"`}
    />
  </div>`;
  return html`${callout(ICONS.alert, html`<p>${words.warning}</p>`)}
  ${postForm(context, {
    action: ADDRESSES.confirmDevice(view.noticeToken),
    body: html`${field}${submitButton(words.submit)}`,
  })}`;
}

function errorText({ error }: ViewOf<'confirm-device'>, context: PageContext): string | undefined {
  const words = context.words.start.confirmDevice;
  if (!error) return undefined;
  return error.code === 'number_missing' ? words.missing : words.wrong(error.triesLeft);
}

/** After the right number. */
export function deviceConfirmed(context: PageContext): ScreenContent {
  const words = context.words.start.deviceConfirmed;
  return {
    sign: sign(ICONS.shield, 'good'),
    heading: words.heading,
    body: html`<p class="lead">${words.goOn}</p>
      <p>${words.wait}</p>
      <p>${words.regret}</p>`,
  };
}

/** After the third wrong number. */
export function deviceRefused(context: PageContext): ScreenContent {
  const words = context.words.start.deviceRefused;
  return {
    sign: sign(ICONS.shield, 'good'),
    heading: words.heading,
    body: html`<p class="lead">${words.why}</p>
      <p>${words.effect}</p>
      <p>${words.contact(context.helpDesk)}</p>`,
  };
}
