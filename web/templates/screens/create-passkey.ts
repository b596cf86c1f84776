import { ADDRESSES, API_ADDRESSES, ASSETS } from '../addresses.js';
import { html, type Html } from '../../../src/platform/html/html.js';
import { ICONS, sign } from '../icons.js';
import type { PageContext } from '../page-context.js';
import { callout, disclosure, tickedList } from '../page-parts.js';
import type { ScreenContent } from '../screen-content.js';

/** The new passkey: the one page that cannot do without a script, because only `navigator.credentials` makes passkeys. */
export function createPasskey(context: PageContext): ScreenContent {
  const words = context.words.passkey.create;
  return {
    step: 6,
    stoppable: true,
    scripts: [ASSETS.webauthnScript, ASSETS.passkeyScript],
    sign: sign(ICONS.check, 'good'),
    heading: words.heading,
    body: html`<p class="lead">${words.lead}</p>
      <p>${words.explained}</p>
      ${tickedList(words.effects)} ${callout(ICONS.alert, html`<p>${words.ownDevice}</p>`)}
      <noscript><p class="error-summary" role="alert">${words.needsScript}</p></noscript>
      <div
        class="needs-script"
        data-passkey="create"
        data-token-url="${API_ADDRESSES.token}"
        data-options-url="${API_ADDRESSES.registrationOptions}"
        data-finish-url="${API_ADDRESSES.registrations}"
        data-next-url="${ADDRESSES.flow}"
        data-events-url="${API_ADDRESSES.browserEvents}"
      >
        ${messages(context)}
        <p class="status" role="status" data-status data-working="${words.working}" data-saving="${words.saving}"></p>
        <button type="button" class="button button-primary" data-hint="client-device">${words.submit}</button>
        ${disclosure(
          words.otherHeading,
          html`<div class="actions">
            <button type="button" class="button button-secondary" data-hint="hybrid">${words.hybrid}</button>
            <button type="button" class="button button-secondary" data-hint="security-key">${words.securityKey}</button>
          </div>`,
        )}
      </div>`,
  };
}

/** Every sentence the script may show, already in the page's language; it only chooses one. */
function messages(context: PageContext): Html {
  const words = context.words.passkey.create;
  const sentences = Object.entries(words.errors).map(
    ([name, text]) => html`<p data-message="${name}" hidden>${text}</p>`,
  );
  return html`<div class="error-summary" role="alert" tabindex="-1" data-problem hidden>
    <p class="error-summary-title">${words.notSaved}</p>
    ${sentences}
  </div>`;
}
