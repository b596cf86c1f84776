import { API_ADDRESSES, ASSETS } from '../addresses.js';
import { html, type Html } from '../../../src/platform/html/html.js';
import { ICONS, sign } from '../icons.js';
import type { PageContext } from '../page-context.js';
import { bulletList, factList, literal, secondaryLink, section } from '../page-parts.js';
import type { ViewOf } from '../page-view.js';
import type { ScreenContent } from '../screen-content.js';

/** The last page: what has changed, and one sign-in with the new passkey so that the person knows it works. */
export function done(view: ViewOf<'done'>, context: PageContext): ScreenContent {
  const words = context.words.passkey.done;
  return {
    step: 6,
    scripts: [ASSETS.webauthnScript, ASSETS.passkeyScript],
    sign: sign(ICONS.check, 'good'),
    heading: words.heading,
    body: html`<p class="lead">${words.lead}</p>
      ${section(words.summary, factList(facts(view, context)))}
      ${section(view.savedCodeDue ? words.code.heading : words.tryHeading, tryIt(view, context))}
      ${view.signInUrl && html`<p>${secondaryLink(view.signInUrl, words.signIn(context.organisation))}</p>`}
      ${section(words.adviceHeading, bulletList(words.advice))}
      <p class="hint">${words.notMe}</p>`,
  };
}

function facts(view: ViewOf<'done'>, context: PageContext): { name: string; value: Html | string }[] {
  const words = context.words.passkey.done;
  const rows: { name: string; value: Html | string }[] = [];
  if (view.passkey) {
    const created = words.passkeyCreated(context.timeText(view.passkey.createdAt));
    rows.push({ name: words.passkeyLabel, value: created });
  }
  if (view.oldPasskeysRemoved !== undefined) {
    rows.push({ name: words.oldRemovedLabel, value: words.oldRemoved(view.oldPasskeysRemoved) });
  }
  if (view.sessionsEnded) rows.push({ name: words.sessionsLabel, value: words.sessionsEnded });
  if (view.maskedAddresses && view.maskedAddresses.length > 0) {
    const addresses = view.maskedAddresses.map((address) => html`<span class="line">${literal(address)}</span>`);
    rows.push({ name: words.toldLabel, value: html`${addresses}` });
  }
  return rows;
}

function tryIt({ savedCodeDue = false }: ViewOf<'done'>, context: PageContext): Html {
  const words = context.words.passkey.done;
  return html`<p>${savedCodeDue ? words.code.explained : words.tryExplained}</p>
    <noscript><p>${words.tryNeedsScript}</p></noscript>
    <div
      class="needs-script"
      data-passkey="try"
      data-options-url="${API_ADDRESSES.assertionOptions}"
      data-finish-url="${API_ADDRESSES.assertions}"
      data-session-url="${API_ADDRESSES.session}"
    >
      <p class="error-summary" role="alert" tabindex="-1" data-problem hidden>${words.tryFailed}</p>
      <p
        class="status status-good"
        role="status"
        tabindex="-1"
        data-status
        data-working="${words.trying}"
        data-signed-in="${words.signedIn}"
        data-signed-in-as="${words.signedInAs}"
      ></p>
      <button type="button" class="button button-primary" data-try>${words.trySubmit}</button>
      ${savedCodeDue && newCode(context)}
    </div>`;
}

/** What follows the sign-in: a new code, shown once, until the person says that it is kept. */
function newCode(context: PageContext): Html {
  const { code: words } = context.words.passkey.done;
  return html`<div
    data-new-code
    data-make-url="${API_ADDRESSES.savedCode}"
    data-kept-url="${API_ADDRESSES.savedCodeKept}"
    hidden
  >
    <button type="button" class="button button-secondary" data-make>${words.show}</button>
    <div tabindex="-1" data-code hidden>
      <p class="reference input-code"><bdi dir="ltr" data-code-text></bdi></p>
      <p>${words.once}</p>
      <button type="button" class="button button-secondary" data-kept>${words.keep}</button>
    </div>
    <p class="status status-good" tabindex="-1" data-done hidden>${words.kept}</p>
    <p class="error-summary" role="alert" tabindex="-1" data-code-problem hidden>${words.failed}</p>
  </div>`;
}
