import { ADDRESSES } from '../addresses.js';
import { postForm, radioGroup, submitButton } from '../form-parts.js';
import { html } from '../html.js';
import { ICONS, sign } from '../icons.js';
import type { PageContext } from '../page-context.js';
import { primaryLink, secondaryLink, tickedList } from '../page-parts.js';
import type { ViewOf } from '../page-view.js';
import type { ScreenContent } from '../screen-content.js';

/** Shown only when policy offers more than one verification. */
export function chooseProvider(view: ViewOf<'choose-provider'>, context: PageContext): ScreenContent {
  const words = context.words.evidence.provider;
  const error = view.error && words.missing;
  const choice = radioGroup({
    name: 'provider',
    legend: words.legend,
    error,
    options: view.providers.map(({ id, name, kind }) => ({
      value: id,
      label: name,
      hint: words[kind](context.organisation),
    })),
  });
  return {
    step: 3,
    stoppable: true,
    heading: words.heading,
    problems: error ? [{ fieldId: 'provider', text: error }] : [],
    body: html`<p class="lead">${words.explained}</p>
      ${postForm(context, { action: ADDRESSES.verification, body: html`${choice}${submitButton(words.submit)}` })}`,
  };
}

/** A link, not a form: `form-action 'self'` would stop a post that is redirected to the partner. */
export function partnerHandoff(view: ViewOf<'partner-handoff'>, context: PageContext): ScreenContent {
  const words = context.words.evidence.handoff;
  const provider = context.isolate(view.providerName);
  return {
    step: 3,
    stoppable: true,
    sign: sign(ICONS.arrow, 'forward'),
    heading: words.heading(provider),
    body: html`<p class="lead">${words.explained(provider, context.organisation)}</p>
      ${tickedList(words.points)}
      <div class="actions">
        ${primaryLink(view.url, words.submit(provider))}${secondaryLink(ADDRESSES.flow, words.returned)}
      </div>`,
  };
}
