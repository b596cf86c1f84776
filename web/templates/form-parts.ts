import { html, type Html, type HtmlValue } from '../../src/platform/html/html.js';
import type { PageContext } from './page-context.js';
import type { FieldProblem } from './screen-content.js';

/** A form that posts to this site, with the session's token when there is one. */
interface PostForm {
  action: string;
  body: HtmlValue;
  className?: string;
  /** `multipart` for a photo. The token then comes first, so that it can be checked before any byte of the file is read. */
  encoding?: 'multipart';
}

export function postForm(context: PageContext, { action, body, className, encoding }: PostForm): Html {
  const { csrfToken } = context.frame;
  return html`<form
    method="post"
    action="${action}"
    ${encoding && html` enctype="multipart/form-data"`}
    class="${className ?? 'form'}"
  >
    ${csrfToken && html`<input type="hidden" name="_csrf" value="${csrfToken}" />`}${body}
  </form>`;
}

/** Which attempt a page is about: what it sends is for that one, and a tab that was left open sends in no later one. */
export const attemptField = (attempt: number): Html =>
  html`<input type="hidden" name="attempt" value="${String(attempt)}" />`;

export function submitButton(label: string, look: 'primary' | 'secondary' | 'danger' = 'primary'): Html {
  return html`<button type="submit" class="button button-${look}">${label}</button>`;
}

interface RadioOption {
  value: string;
  label: string;
  hint?: string;
  checked?: boolean;
}

interface RadioGroup {
  /** Also the id of the first option, which is what the error summary links to. */
  name: string;
  legend: string;
  options: readonly RadioOption[];
  error?: string;
}

/** Radio buttons in a fieldset; nothing is selected unless the person had selected it before. */
export function radioGroup({ name, legend, options, error }: RadioGroup): Html {
  return html`<fieldset class="field${error && ' field-wrong'}" ${error && html` aria-describedby="${name}-error"`}>
    <legend>${legend}</legend>
    ${fieldError(name, error)}
    <div class="choices">${options.map((option, index) => radio(name, option, index))}</div>
  </fieldset>`;
}

function radio(name: string, { value, label, hint, checked }: RadioOption, index: number): Html {
  const id = index === 0 ? name : `${name}-${index + 1}`;
  return html`<div class="choice">
    <input
      type="radio"
      id="${id}"
      name="${name}"
      value="${value}"
      ${checked && html` checked`}${hint && html` aria-describedby="${id}-hint"`}
    /><label for="${id}">${label}</label>${hint && html`<p class="hint" id="${id}-hint">${hint}</p>`}
  </div>`;
}

export function fieldError(fieldId: string, error: string | undefined): Html {
  return html`${error && html`<p class="field-error" id="${fieldId}-error">${error}</p>`}`;
}

/** What is wrong, in one place at the top, in focus and read out, with a link to each field. */
export function errorSummary(title: string, problems: readonly FieldProblem[]): Html {
  return html`<div class="error-summary" role="alert" tabindex="-1" autofocus>
    <p class="error-summary-title">${title}</p>
    <ul>
      ${problems.map(({ fieldId, text }) => html`<li><a href="#${fieldId}">${text}</a></li>`)}
    </ul>
  </div>`;
}
