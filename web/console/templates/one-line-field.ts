import { html, type Html } from '../../../src/platform/html/html.js';
import { fieldError } from '../../templates/form-parts.js';

/** A field of one line with what is to be typed into it, and what is wrong with that. `input`: its attributes. */
export function oneLine(field: {
  id: string;
  label: string;
  hint: string;
  error: string | undefined;
  input: Html;
}): Html {
  const { id, label, hint, error, input } = field;
  return html`<div class="field${error && ' field-wrong'}">
    <label for="${id}">${label}</label>
    <p class="hint" id="${id}-hint">${hint}</p>
    ${fieldError(id, error)}
    <input
      ${input}
      type="text"
      id="${id}"
      autocomplete="off"
      aria-describedby="${id}-hint${error && ` ${id}-error`}"
      ${error && html` aria-invalid="true"`}
    />
  </div>`;
}
