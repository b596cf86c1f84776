import { ADDRESSES } from '../addresses.js';
import { html } from '../../../src/platform/html/html.js';
import { ICONS, sign } from '../icons.js';
import type { PageContext } from '../page-context.js';
import { factList, literal, primaryLink } from '../page-parts.js';
import type { ViewOf } from '../page-view.js';
import type { ScreenContent } from '../screen-content.js';

/** The request is over without a passkey. Refusal for any reason is one neutral text. */
export function ended(view: ViewOf<'ended'>, context: PageContext): ScreenContent {
  const words = context.words.outcome.ended;
  const { heading, explained } = words[view.reason];
  return {
    sign: sign(ICONS.stop, 'calm'),
    heading,
    body: html`<p class="lead">${explained}</p>
      <p>${words.contact(context.helpDesk)}</p>`,
  };
}

/** It was frozen, or replaced by a later recovery. Which of them is for the help desk to say. */
export function passkeyStopped(context: PageContext): ScreenContent {
  const words = context.words.outcome.passkeyStopped;
  return {
    sign: sign(ICONS.stop, 'warn'),
    heading: words.heading,
    body: html`<p class="lead">${words.explained}</p>
      <p>${words.contact(context.helpDesk)}</p>`,
  };
}

/** A problem document in plain words: what it means for the person and what to do, never the code. */
export function errorPage(view: ViewOf<'error'>, context: PageContext): ScreenContent {
  const words = context.words.outcome.error;
  const { heading, advice } = words[kindOf(view)];
  return {
    sign: sign(ICONS.alert, 'warn'),
    heading,
    body: html`<p class="lead">${advice}</p>
      ${view.retryAfterSeconds !== undefined && html`<p>${words.retryAfter(Math.max(1, Math.ceil(view.retryAfterSeconds / 60)))}</p>`}
      ${primaryLink(ADDRESSES.flow, words.back)}
      ${view.requestId && factList([{ name: words.requestId, value: literal(view.requestId) }])}`,
  };
}

type ErrorKind = Exclude<keyof PageContext['words']['outcome']['error'], 'retryAfter' | 'requestId' | 'back'>;

const KIND_BY_STATUS: Readonly<Record<number, ErrorKind>> = {
  401: 'forbidden',
  403: 'forbidden',
  404: 'notFound',
  405: 'notFound',
  409: 'conflict',
  410: 'conflict',
  413: 'tooLarge',
  415: 'unsupported',
  429: 'tooMany',
  502: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
};

/** Where the status alone would say something else. */
const KIND_BY_CODE: ReadonlyMap<string | undefined, ErrorKind> = new Map([
  ['recoveries_paused', 'paused'],
  ['capture_binding_missing', 'otherBrowser'],
  ['consent_required', 'notAgreed'],
]);

function kindOf({ status, code }: ViewOf<'error'>): ErrorKind {
  return (
    KIND_BY_CODE.get(code) ?? KIND_BY_STATUS[status] ?? (status >= 400 && status < 500 ? 'badRequest' : 'internal')
  );
}
