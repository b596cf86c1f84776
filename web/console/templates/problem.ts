import { html } from '../../../src/platform/html/html.js';
import { factList, literal, secondaryLink } from '../../templates/page-parts.js';
import type { ScreenContent } from '../../templates/screen-content.js';
import type { ConsoleWords } from '../language/index.js';
import { CONSOLE_ADDRESSES } from './console-addresses.js';
import type { ConsoleContext } from './console-context.js';
import type { ConsoleViewOf } from './console-view.js';

type Kind = Exclude<keyof ConsoleWords['problem'], 'requestId' | 'retryAfter'>;

const BY_CODE: Readonly<Record<string, Kind>> = {
  separation_of_duties: 'involved',
  attempts_used: 'attemptsUsed',
  csrf_token_invalid: 'outdated',
  origin_not_allowed: 'outdated',
  link_not_usable: 'outdated',
  case_already_open: 'alreadyOpen',
  subject_not_recoverable: 'notRecoverable',
  request_in_progress: 'atWork',
  recoveries_paused: 'paused',
};
const BY_STATUS: Readonly<Record<number, Kind>> = {
  403: 'forbidden',
  404: 'notFound',
  405: 'notFound',
  409: 'conflict',
  429: 'tooMany',
  502: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
};

/** What went wrong, in plain words: what it means and what to do, never the code. */
export function problem(view: ConsoleViewOf<'problem'>, { staff, frame }: ConsoleContext): ScreenContent {
  const words = staff.problem;
  const { heading, advice } = words[kindOf(view)];
  const { retryAfterSeconds, requestId } = view;
  return {
    heading,
    body: html`<p class="lead">${advice}</p>
      ${retryAfterSeconds !== undefined && html`<p>${words.retryAfter(Math.max(1, Math.ceil(retryAfterSeconds / 60)))}</p>`}
      ${frame.signedInAs !== undefined && view.code !== 'insufficient_scope' && html`<p class="console-narrow">${secondaryLink(CONSOLE_ADDRESSES.home, staff.review.back)}</p>`}
      ${requestId !== undefined && factList([{ name: words.requestId, value: literal(requestId) }])}`,
  };
}

function kindOf({ status, code }: ConsoleViewOf<'problem'>): Kind {
  return BY_CODE[code] ?? BY_STATUS[status] ?? (status >= 400 && status < 500 ? 'badRequest' : 'internal');
}
