import { html, type Html } from '../../../src/platform/html/html.js';
import { ASSETS } from '../../templates/addresses.js';
import { errorSummary, postForm } from '../../templates/form-parts.js';
import { brand, head, languageSwitch } from '../../templates/layout.js';
import type { ScreenContent } from '../../templates/screen-content.js';
import { CONSOLE_ADDRESSES } from './console-addresses.js';
import type { ConsoleContext } from './console-context.js';
import { CONSOLE_SECTIONS } from './console-sections.js';
import type { ConsoleScreen } from './console-view.js';

/** Puts one screen of the console into its frame: wider than the person's pages, and with a way out on every one. */
export function consoleLayout(context: ConsoleContext, screen: ConsoleScreen, content: ScreenContent): Html {
  const { frame, words, direction } = context;
  const problems = content.problems ?? [];
  return html`<!doctype html>
    <html lang="${frame.language}" dir="${direction}">
      ${head(context, { ...content, styles: [ASSETS.consoleStyle] })}
      <body>
        <a class="skip" href="#content">${words.frame.skipToContent}</a>
        <header class="masthead">
          <div class="masthead-inner console-wide">
            ${brand(context, context.staff.service)}
            <div class="masthead-links">${languageSwitch(frame, words.frame.languageSwitch)}</div>
          </div>
          ${frame.signedInAs !== undefined && signedIn(context, screen, frame.signedInAs)}
        </header>
        <main id="content" class="console console-wide">
          ${problems.length > 0 && errorSummary(words.frame.errorSummary, problems)}
          <h1>${content.heading}</h1>
          ${content.body}
        </main>
      </body>
    </html> `;
}

function signedIn(context: ConsoleContext, screen: ConsoleScreen, name: string): Html {
  const { staff, frame } = context;
  return html`<div class="console-bar console-wide">
    ${sections(frame.scopes ?? new Set(), screen, staff)}
    ${postForm(context, {
      action: CONSOLE_ADDRESSES.signOut,
      className: 'console-out',
      body: html`<span>${staff.signedInAs(context.isolate(name))}</span>
        <button type="submit" class="console-button">${staff.signOut}</button>`,
    })}
  </div>`;
}

/** Those that the signed-in person may open; of a person without any there is nothing to choose. */
function sections(scopes: ReadonlySet<string>, screen: ConsoleScreen, staff: ConsoleContext['staff']): Html {
  const open = CONSOLE_SECTIONS.filter(({ scope }) => scopes.has(scope));
  if (open.length === 0) return html`<span></span>`;
  return html`<nav class="console-sections" aria-label="${staff.sections}">
    ${open.map(
      ({ address, name, screens }) =>
        html`<a href="${address}" ${screens.includes(screen) && html` aria-current="true"`}>${name(staff)}</a>`,
    )}
  </nav>`;
}
