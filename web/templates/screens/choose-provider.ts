import { ADDRESSES, ASSETS } from '../addresses.js';
import { postForm, radioGroup, submitButton } from '../form-parts.js';
import { html } from '../../../src/platform/html/html.js';
import { ICONS, sign } from '../icons.js';
import type { PageContext } from '../page-context.js';
import { flowWatcher, primaryLink, primaryLinkBeside, secondaryLink, standIn, tickedList } from '../page-parts.js';
import type { ViewOf } from '../page-view.js';
import { qrCode } from '../qr-code.js';
import type { ScreenContent } from '../screen-content.js';

/** Shown when policy offers more than one verification, or one that sends the person away. */
export function chooseProvider(view: ViewOf<'choose-provider'>, context: PageContext): ScreenContent {
  const words = context.words.evidence.provider;
  const error = view.error && words.missing;
  // The own machine has a name in one language only. Where it is one, the organisation's name says who checks in all of them.
  const isTheOwn = (kind: string): boolean =>
    kind === 'own' && view.providers.filter((provider) => provider.kind === 'own').length === 1;
  const choice = radioGroup({
    name: 'provider',
    legend: words.legend,
    error,
    options: view.providers.map(({ id, name, kind }) => ({
      value: id,
      label: isTheOwn(kind) ? context.organisation : context.isolate(name),
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

type Handoff = ViewOf<'partner-handoff'>;

/**
 * A link, not a form: `form-action 'self'` would stop a post that is redirected to the partner. It is one of ours, which
 * leads to an address that works at the moment of the click.
 */
export function partnerHandoff(view: Handoff, context: PageContext): ScreenContent {
  const words = context.words.evidence.handoff;
  const provider = context.isolate(view.providerName);
  return {
    step: 3,
    stoppable: true,
    sign: sign(ICONS.arrow, 'forward'),
    heading: words.heading(provider),
    ...bodyOf(view, context),
  };
}

type Waiting = Pick<ScreenContent, 'body' | 'scripts' | 'refreshSeconds'>;

function bodyOf(view: Handoff, context: PageContext): Waiting {
  switch (view.way) {
    case 'returns':
      return returning(view, context);
    case 'beside':
      return beside(view, context);
    case 'wallet':
      return wallet(view, context);
  }
}

/** The partner sends the browser back. */
function returning(view: Handoff, context: PageContext): Waiting {
  const words = context.words.evidence.handoff;
  const provider = context.isolate(view.providerName);
  return {
    body: html`${standIn(view.standIn, context)}
      <p class="lead">${words.explained(provider, context.organisation)}</p>
      ${tickedList(words.points)}
      <div class="actions">
        ${primaryLink(ADDRESSES.partner, words.submit(provider))}${secondaryLink(ADDRESSES.flow, words.returned)}
      </div>`,
  };
}

/** It does not, so this page stays open beside it and moves on by itself; without a script, by its link. */
function beside(view: Handoff, context: PageContext): Waiting {
  const words = context.words.evidence.handoff;
  const provider = context.isolate(view.providerName);
  return {
    scripts: [ASSETS.checkingScript],
    body: html`${standIn(view.standIn, context)}
      <p class="lead">${words.besideExplained(provider, context.organisation)}</p>
      ${tickedList(words.besidePoints)}
      <div class="actions">
        ${primaryLinkBeside(ADDRESSES.partner, words.submit(provider))}${secondaryLink(ADDRESSES.flow, words.returned)}
      </div>
      ${flowWatcher('partner')}`,
  };
}

/** An app does the check: opened by its own scheme here, or by its camera elsewhere. */
function wallet(view: Extract<Handoff, { way: 'wallet' }>, context: PageContext): Waiting {
  const words = context.words.evidence.handoff;
  const provider = context.isolate(view.providerName);
  return {
    scripts: [ASSETS.checkingScript],
    body: html`${standIn(view.standIn, context)}
      <p class="lead">${words.walletExplained(provider, context.organisation)}</p>
      ${tickedList(words.walletPoints)}
      <div class="actions">
        ${primaryLink(view.url, words.openWallet)}${secondaryLink(ADDRESSES.flow, words.returned)}
      </div>
      <h2>${words.otherDevice}</h2>
      <p>${words.otherDeviceExplained}</p>
      ${qrCode(view.url)} ${flowWatcher('partner')}`,
  };
}
