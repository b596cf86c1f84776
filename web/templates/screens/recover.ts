import { ADDRESSES } from '../addresses.js';
import { fieldError, postForm, submitButton } from '../form-parts.js';
import { html } from '../../../src/platform/html/html.js';
import { ICONS, sign } from '../icons.js';
import type { PageContext } from '../page-context.js';
import { bulletList, section } from '../page-parts.js';
import type { ViewOf } from '../page-view.js';
import type { ScreenContent } from '../screen-content.js';

/** The self-service start: asks for the login and says nothing about whether it exists. */
export function recover(view: ViewOf<'recover'>, context: PageContext): ScreenContent {
  const words = context.words.start.recover;
  const error = view.error && words.loginMissing;
  return {
    sign: sign(ICONS.key, 'calm'),
    heading: words.heading,
    problems: error ? [{ fieldId: 'login', text: error }] : [],
    body: html`<p class="lead">${words.explained}</p>
      ${postForm(context, {
        action: ADDRESSES.recover,
        body: html`<div class="field${error && ' field-wrong'}">
            <label for="login">${words.loginLabel}</label>
            <p class="hint" id="login-hint">${words.loginHint}</p>
            ${fieldError('login', error)}
            <input
              id="login"
              name="login"
              class="input"
              type="text"
              dir="auto"
              value="${view.login ?? ''}"
              autocomplete="username"
              autocapitalize="none"
              spellcheck="false"
              maxlength="320"
              aria-describedby="login-hint${error && ' login-error'}"
              ${error && html` aria-invalid="true"`}
            />
          </div>
          ${submitButton(words.submit)}
          <p class="hint">${words.sentWhere}</p>`,
      })}`,
  };
}

/** The answer to every self-service start, whatever the account. */
export function recoverAccepted(context: PageContext): ScreenContent {
  const words = context.words.start.recoverAccepted;
  return {
    sign: sign(ICONS.mail, 'calm'),
    heading: words.heading,
    body: html`<p class="lead">${words.explained}</p>
      ${section(words.notArrivedHeading, bulletList(words.notArrived))}`,
  };
}
