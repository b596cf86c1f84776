import { html } from '../../../src/platform/html/html.js';
import { fieldError, postForm, submitButton } from '../../templates/form-parts.js';
import { factList, literal, secondaryLink } from '../../templates/page-parts.js';
import type { ScreenContent } from '../../templates/screen-content.js';
import { CONSOLE_ADDRESSES } from './console-addresses.js';
import type { ConsoleContext } from './console-context.js';
import type { ConsoleViewOf } from './console-view.js';
import { reasonText } from './decision-forms.js';

/** What a vote will do, before it is cast: it cannot be taken back. */
export function confirmVote(view: ConsoleViewOf<'confirm'>, context: ConsoleContext): ScreenContent {
  const { outcome, reasonCode, caseId, formKey } = view;
  const words = context.staff.confirm;
  const error = view.error && words.noteTooLong;
  return {
    heading: words.heading[outcome],
    problems: error ? [{ fieldId: 'note', text: error }] : [],
    body: html`<p class="lead">${words.means[outcome]}</p>
      ${factList([
        { name: words.case, value: html`${literal(view.reference)} · <bdi>${view.displayName}</bdi>` },
        { name: context.staff.review.reason, value: reasonText(reasonCode, context) },
      ])}
      ${postForm(context, {
        action: CONSOLE_ADDRESSES.decide(caseId),
        className: 'form console-narrow',
        body: html`<input type="hidden" name="formKey" value="${formKey}" />
          <input type="hidden" name="outcome" value="${outcome}" />
          <input type="hidden" name="reasonCode" value="${reasonCode}" />
          <div class="field${error && ' field-wrong'}">
            <label for="note">${words.note}</label>
            <p class="hint" id="note-hint">${words.noteHint}</p>
            ${fieldError('note', error)}
            <textarea
              class="input console-note"
              id="note"
              name="note"
              rows="3"
              dir="auto"
              aria-describedby="note-hint${error && ' note-error'}"
              ${error && html` aria-invalid="true"`}
            >
${view.note ?? ''}</textarea>
          </div>
          <p>${words.final}</p>
          ${submitButton(words.submit[outcome], outcome === 'deny' ? 'danger' : 'primary')}
          ${secondaryLink(CONSOLE_ADDRESSES.review(caseId), words.back)}`,
      })}`,
  };
}
