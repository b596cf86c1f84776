import { html } from '../../../src/platform/html/html.js';
import { literal, secondaryLink } from '../../templates/page-parts.js';
import type { ScreenContent } from '../../templates/screen-content.js';
import { CONSOLE_ADDRESSES } from './console-addresses.js';
import type { ConsoleContext } from './console-context.js';
import type { ConsoleViewOf } from './console-view.js';

/**
 * A link that an agent passes on: shown in the one answer that has it, as text, so that no click of
 * theirs opens it.
 */
export function relayedLink(view: ConsoleViewOf<'relayed-link'>, { staff }: ConsoleContext): ScreenContent {
  const words = staff.desk.link;
  const { id, reference } = view.recoveryCase;
  return {
    heading: words.heading,
    body: html`<p class="console-notice console-warn" role="status">${words.explained}</p>
      <p>${literal(reference)}</p>
      <div class="field">
        <label for="link">${words.label}</label>
        <textarea class="input console-note" id="link" rows="3" dir="ltr" readonly>${view.link}</textarea>
      </div>
      <p>${words.code}</p>
      <p class="console-narrow">${secondaryLink(CONSOLE_ADDRESSES.deskCase(id), words.toCase)}</p>`,
  };
}
