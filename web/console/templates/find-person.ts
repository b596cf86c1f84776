import type { SubjectView } from '../../../src/directory/subject.schemas.js';
import { html, type Html } from '../../../src/platform/html/html.js';
import { fieldError, postForm, submitButton } from '../../templates/form-parts.js';
import { literal } from '../../templates/page-parts.js';
import type { ScreenContent } from '../../templates/screen-content.js';
import { CONSOLE_ADDRESSES } from './console-addresses.js';
import type { ConsoleContext } from './console-context.js';
import type { ConsoleViewOf } from './console-view.js';
import { scrollingTable } from './list-parts.js';

/**
 * A new case, first half: whose account. What is looked for is posted: it names somebody, and an address is kept by
 * browsers and proxies.
 */
export function findPerson(view: ConsoleViewOf<'find-person'>, context: ConsoleContext): ScreenContent {
  const words = context.staff.desk.find;
  const error = view.fault && words[view.fault];
  return {
    heading: words.heading,
    problems: error ? [{ fieldId: 'who', text: error }] : [],
    body: html`${view.people && people(view.people, context)}
    ${view.hidden && html`<p class="console-notice console-warn">${words[view.hidden]}</p>`}
    ${postForm(context, {
      action: CONSOLE_ADDRESSES.findPerson,
      className: 'form console-narrow',
      body: html`<div class="field${error && ' field-wrong'}">
          <label for="who">${words.who}</label>
          <p class="hint" id="who-hint">${words.explained}</p>
          ${fieldError('who', error)}
          <input
            class="input"
            type="text"
            dir="ltr"
            id="who"
            name="who"
            maxlength="255"
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
            aria-describedby="who-hint${error && ' who-error'}"
            ${error && html` aria-invalid="true"`}
          />
        </div>
        ${submitButton(words.submit)}`,
    })}`,
  };
}

function people(found: readonly SubjectView[], context: ConsoleContext): Html {
  const words = context.staff.desk.find;
  const rows = found.map(
    ({ id, login, displayName }) =>
      html`<tr>
        <th scope="row"><bdi>${displayName}</bdi></th>
        <td>
          ${postForm(context, {
            action: CONSOLE_ADDRESSES.findPerson,
            className: 'console-choose',
            body: html`<input type="hidden" name="who" value="${id}" />
              <button type="submit" class="console-button" aria-label="${words.chooseOne(id)}">
                ${words.choose}
              </button>`,
          })}
        </td>
        <td>${literal(login)}</td>
        <td>${literal(id)}</td>
      </tr>`,
  );
  return html`${found.length > 1 && html`<p class="console-notice" role="status">${words.several}</p>`}
  ${scrollingTable(words.region, { heads: [words.person, words.choose, words.login, words.id], rows })}`;
}
