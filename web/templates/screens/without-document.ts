import { ADDRESSES } from '../addresses.js';
import { attemptField, postForm, submitButton } from '../form-parts.js';
import { html, type Html } from '../../../src/platform/html/html.js';
import { ICONS } from '../icons.js';
import type { PageContext } from '../page-context.js';
import { callout, disclosure, secondaryLink } from '../page-parts.js';
import type { ViewOf } from '../page-view.js';
import type { ScreenContent } from '../screen-content.js';
import { codeField } from './recovery-codes.js';

/**
 * Two codes instead of a document, one page each. The sent code comes first: giving the saved code uses it up, so a
 * person who cannot have the other one must not spend it.
 */
export function withoutDocument(view: ViewOf<'without-document'>, context: PageContext): ScreenContent {
  const words = context.words.evidence.withoutDocument;
  const error = view.error && words.errors[view.error];
  const step = words.steps[view.next];
  return {
    step: 3,
    stoppable: true,
    heading: step.heading,
    problems: error ? [{ fieldId: 'code', text: error }] : [],
    body: html`<p class="lead">${step.explained}</p>
      ${view.next === 'send' ? lastLook(view, context) : askFor(view, context, error)}
      ${view.next !== 'send' && wayBack(context)}`,
  };
}

function askFor(view: ViewOf<'without-document'>, context: PageContext, error: string | undefined): Html {
  const { withoutDocument: words, codes } = context.words.evidence;
  const sent = view.next === 'issued';
  const hint = sent ? words.issuedHint : words.savedHint;
  return html`${view.requested && callout(ICONS.mail, html`<p role="status">${codes.requested}</p>`)}
  ${sent && postForm(context, { action: ADDRESSES.withoutDocumentSend, body: submitButton(codes.send, 'secondary') })}
  ${postForm(context, {
    action: ADDRESSES.withoutDocumentCode,
    body: html`${codeField(context, { hint, error })}${submitButton(codes.submit)}`,
  })}`;
}

function lastLook({ attempt }: ViewOf<'without-document'>, context: PageContext): Html {
  const words = context.words.evidence.withoutDocument;
  return html`<p>${words.next}</p>
    ${postForm(context, { action: ADDRESSES.withoutDocumentSubmit, body: html`${attemptField(attempt)}${submitButton(words.submit)}` })}`;
}

function wayBack(context: PageContext): Html {
  const words = context.words.evidence.withoutDocument;
  return disclosure(
    words.backHeading,
    html`<p>${words.backExplained(context.helpDesk)}</p>
      ${secondaryLink(ADDRESSES.document, words.back)}`,
  );
}
