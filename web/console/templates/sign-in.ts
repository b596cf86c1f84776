import { html } from '../../../src/platform/html/html.js';
import { primaryLink } from '../../templates/page-parts.js';
import type { ScreenContent } from '../../templates/screen-content.js';
import { CONSOLE_ADDRESSES } from './console-addresses.js';
import type { ConsoleContext } from './console-context.js';
import type { ConsoleViewOf } from './console-view.js';

/** A link and no form: `form-action 'self'` would stop a post on its way to the organisation's sign-in. */
export function signIn({ reason }: ConsoleViewOf<'sign-in'>, { staff }: ConsoleContext): ScreenContent {
  const words = staff.signIn;
  return {
    heading: words.heading,
    body: html`${reason && html`<p class="console-notice" role="status">${words[reason]}</p>`}
      <p class="lead">${words.explained}</p>
      <p class="console-narrow">${primaryLink(CONSOLE_ADDRESSES.startSignIn, words.submit)}</p>`,
  };
}
