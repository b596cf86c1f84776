import { ADDRESSES, ASSETS } from '../addresses.js';
import { postForm, radioGroup, submitButton } from '../form-parts.js';
import { html } from '../html.js';
import { ICONS, sign } from '../icons.js';
import type { PageContext } from '../page-context.js';
import { flowWatcher, primaryLink, primaryLinkBeside, secondaryLink, tickedList } from '../page-parts.js';
import type { ViewOf } from '../page-view.js';
import { qrCode } from '../qr-code.js';
import type { ScreenContent } from '../screen-content.js';

/** Shown when policy offers more than one verification, or one that sends the person away. */
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
    ...(view.way === 'returns' ? returning(view, context) : beside(view, context)),
  };
}

type Waiting = Pick<ScreenContent, 'body' | 'scripts' | 'refreshSeconds'>;

/** The partner sends the browser back. */
function returning(view: ViewOf<'partner-handoff'>, context: PageContext): Waiting {
  const words = context.words.evidence.handoff;
  const provider = context.isolate(view.providerName);
  return {
    body: html`<p class="lead">${words.explained(provider, context.organisation)}</p>
      ${tickedList(words.points)}
      <div class="actions">
        ${primaryLink(view.url, words.submit(provider))}${secondaryLink(ADDRESSES.flow, words.returned)}
      </div>`,
  };
}

/** It does not, so this page stays open beside it and moves on by itself; without a script, by its link. */
function beside(view: ViewOf<'partner-handoff'>, context: PageContext): Waiting {
  const words = context.words.evidence.handoff;
  const provider = context.isolate(view.providerName);
  const wallet = view.way === 'wallet';
  const explained = wallet ? words.walletExplained : words.besideExplained;
  const link = wallet ? primaryLink(view.url, words.openWallet) : primaryLinkBeside(view.url, words.submit(provider));
  return {
    scripts: [ASSETS.checkingScript],
    body: html`<p class="lead">${explained(provider, context.organisation)}</p>
      ${tickedList(wallet ? words.walletPoints : words.besidePoints)}
      <div class="actions">${link}${secondaryLink(ADDRESSES.flow, words.returned)}</div>
      ${
        wallet &&
        html`<h2>${words.otherDevice}</h2>
          <p>${words.otherDeviceExplained}</p>
          ${qrCode(view.url)}`
      }
      ${flowWatcher('partner')}`,
  };
}
