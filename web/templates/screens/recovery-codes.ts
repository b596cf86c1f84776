import { ADDRESSES } from '../addresses.js';
import { fieldError, postForm, submitButton } from '../form-parts.js';
import { html, type Html } from '../../../src/platform/html/html.js';
import { ICONS } from '../icons.js';
import type { PageContext } from '../page-context.js';
import { callout, disclosure, secondaryLink, section } from '../page-parts.js';
import type { ViewOf } from '../page-view.js';
import type { ScreenContent } from '../screen-content.js';
import { goWithout } from './choose-document.js';

/** A code besides document and face, for accounts whose policy asks for one. One field takes either kind. */
export function recoveryCodes(view: ViewOf<'recovery-codes'>, context: PageContext): ScreenContent {
  const words = context.words.evidence.codes;
  const error = view.error && words.errors[view.error];
  return {
    step: 3,
    stoppable: true,
    heading: words.heading,
    problems: error ? [{ fieldId: 'code', text: error }] : [],
    body: html`<p class="lead">${words.explained(context.organisation)}</p>
      ${view.requested && callout(ICONS.mail, html`<p role="status">${words.requested}</p>`)}
      ${postForm(context, {
        action: ADDRESSES.codes,
        body: html`${codeField(context, { hint: words.hint, error })}${submitButton(words.submit)}`,
      })}
      ${section(
        words.sendHeading,
        html`<p>${words.sendExplained}</p>
          ${postForm(context, { action: ADDRESSES.sendCode, body: submitButton(words.send, 'secondary') })}`,
      )}
      ${section(
        words.noneHeading,
        html`<p>${words.noneExplained}</p>
          ${secondaryLink(ADDRESSES.document, words.none)}`,
      )}
      ${view.canGoWithout && disclosure(words.noDocument, goWithout(context))}`,
  };
}

/** One code, typed. What was typed before is never shown. */
export function codeField(context: PageContext, { hint, error }: { hint: string; error: string | undefined }): Html {
  const words = context.words.evidence.codes;
  return html`<div class="field${error && ' field-wrong'}">
    <label for="code">${words.label}</label>
    <p class="hint" id="code-hint">${hint}</p>
    ${fieldError('code', error)}
    <input
      id="code"
      name="code"
      class="input"
      type="text"
      dir="ltr"
      autocomplete="one-time-code"
      autocapitalize="characters"
      spellcheck="false"
      maxlength="64"
      aria-describedby="code-hint${error && ' code-error'}"
      ${error && html` aria-invalid="true"`}
    />
  </div>`;
}
