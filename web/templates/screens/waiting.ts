import { ADDRESSES, ASSETS } from '../addresses.js';
import { html, type Html } from '../../../src/platform/html/html.js';
import { ICONS, sign } from '../icons.js';
import type { PageContext } from '../page-context.js';
import { bulletList, flowWatcher, literal, primaryLink, secondaryLink, section } from '../page-parts.js';
import type { ViewOf } from '../page-view.js';
import type { ScreenContent } from '../screen-content.js';

/** Waits for the answer; by script, and by reloading where there is none. */
export function checking(view: ViewOf<'checking'>, context: PageContext): ScreenContent {
  return view.waitingForProvider ? waitingForProvider(view.waitingForProvider, context) : stillChecking(context);
}

function stillChecking(context: PageContext): ScreenContent {
  const words = context.words.outcome.checking;
  return {
    step: 5,
    stoppable: true,
    refreshSeconds: 8,
    scripts: [ASSETS.checkingScript],
    heading: words.heading,
    body: html`<div class="progress" aria-hidden="true"><span></span></div>
      <p class="lead">${words.explained}</p>
      ${flowWatcher('checking', { still: words.still, long: words.long })}
      ${primaryLink(ADDRESSES.flow, words.checkNow)}`,
  };
}

function waitingForProvider(waiting: { nextAttemptAt?: Date }, context: PageContext): ScreenContent {
  const words = context.words.outcome.checking;
  const next = waiting.nextAttemptAt ? words.waitingNext(context.timeText(waiting.nextAttemptAt)) : words.waitingNoTime;
  return {
    step: 5,
    stoppable: true,
    refreshSeconds: 10,
    scripts: [ASSETS.checkingScript],
    sign: sign(ICONS.clock, 'calm'),
    heading: words.waitingHeading,
    body: html`<p class="lead">${words.waitingExplained}</p>
      <p>${next}</p>
      <p>${words.waitingNothingToDo}</p>
      ${flowWatcher('checking', {})} ${primaryLink(ADDRESSES.flow, words.checkNow)}`,
  };
}

/** After the check: a person looks at it, or it was refused; the same words for both, and never which check it was. */
export function cannotFinish(context: PageContext): ScreenContent {
  const words = context.words.outcome.cannotFinish;
  return {
    step: 5,
    stoppable: true,
    refreshSeconds: 60,
    scripts: [ASSETS.checkingScript],
    sign: sign(ICONS.clock, 'calm'),
    heading: words.heading,
    body: html`<p class="lead">${words.why}</p>
      ${section(words.nextHeading, bulletList([words.review, words.message, words.contact(context.helpDesk)]))}
      ${flowWatcher('review', {})}`,
  };
}

/** The hold before a passkey: says what is waited for, and until when. */
export function held(view: ViewOf<'held'>, context: PageContext): ScreenContent {
  if (view.waitsFor === 'return') return waitsForReturn(context);
  if (view.waitsFor === 'confirmation') return waitsForConfirmation(view, context);
  if (view.waitsFor === 'notice') return waitsForNotice(view, context);
  const words = context.words.outcome.held;
  return {
    step: 6,
    stoppable: true,
    refreshSeconds: 60,
    scripts: [ASSETS.checkingScript],
    sign: sign(ICONS.clock, 'good'),
    heading: words.heading,
    body: html`<p class="lead">${words.why}</p>
      <p class="moment">
        <span>${words.until}</span> <time datetime="${view.until.toISOString()}">${context.timeText(view.until)}</time>
      </p>
      <p>${words.comeBack}</p>
      <p>${words.told}</p>
      ${flowWatcher('held', {})} ${secondaryLink(ADDRESSES.flow, words.checkNow)}`,
  };
}

/** The result came before the browser: it usually follows within seconds. */
function waitsForReturn(context: PageContext): ScreenContent {
  const words = context.words.outcome.heldForReturn;
  return {
    step: 5,
    stoppable: true,
    refreshSeconds: 8,
    scripts: [ASSETS.checkingScript],
    sign: sign(ICONS.clock, 'calm'),
    heading: words.heading,
    body: html`<p class="lead">${words.why}</p>
      <p>${words.how}</p>
      <p>${words.otherwise}</p>
      ${flowWatcher('held', {})} ${secondaryLink(ADDRESSES.flow, words.checkNow)}`,
  };
}

/** The hold is over, and no address on file has taken the notice of it. */
function waitsForNotice(view: ViewOf<'held'>, context: PageContext): ScreenContent {
  const words = context.words.outcome.heldForNotice;
  return {
    step: 6,
    stoppable: true,
    refreshSeconds: 60,
    scripts: [ASSETS.checkingScript],
    sign: sign(ICONS.mail, 'calm'),
    heading: words.heading,
    body: html`<p class="lead">${words.why}</p>
      <p>${words.how}</p>
      <p class="moment">
        <span>${words.until}</span> <time datetime="${view.until.toISOString()}">${context.timeText(view.until)}</time>
      </p>
      <p>${words.contact(context.helpDesk)}</p>
      ${flowWatcher('held', {})} ${secondaryLink(ADDRESSES.flow, words.checkNow)}`,
  };
}

/** An address on file is asked. The number shows in the bound browser alone; the message's page asks for it. */
function waitsForConfirmation(view: ViewOf<'held'>, context: PageContext): ScreenContent {
  const words = context.words.outcome.heldForConfirmation;
  const { confirmation } = view;
  return {
    step: 5,
    stoppable: true,
    refreshSeconds: 20,
    scripts: [ASSETS.checkingScript],
    sign: sign(ICONS.mail, 'calm'),
    heading: words.heading,
    body: html`<p class="lead">${words.why}</p>
      ${confirmation ? numberCard(confirmation, context) : html`<p>${words.elsewhere}</p>`}
      <p class="moment">
        <span>${words.until}</span> <time datetime="${view.until.toISOString()}">${context.timeText(view.until)}</time>
      </p>
      <p>${words.after}</p>
      ${flowWatcher('held', {})} ${secondaryLink(ADDRESSES.flow, words.checkNow)}`,
  };
}

function numberCard({ number, sentTo }: { number: string; sentTo: number }, context: PageContext): Html {
  const words = context.words.outcome.heldForConfirmation;
  return html`<p>${words.sent(sentTo)}</p>
    <section class="call-code">
      <h2>${ICONS.mail}${words.numberHeading}</h2>
      <p>${words.numberExplained}</p>
      <p class="call-code-digits">${literal(number)}</p>
      <p class="hint">${words.secret}</p>
    </section>`;
}
