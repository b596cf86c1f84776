import { ADDRESSES } from '../addresses.js';
import { fieldError, postForm, radioGroup, submitButton } from '../form-parts.js';
import { html, type Html } from '../../../src/platform/html/html.js';
import type { PageContext } from '../page-context.js';
import { disclosure, secondaryLink } from '../page-parts.js';
import type { ViewOf } from '../page-view.js';
import type { FieldProblem, ScreenContent } from '../screen-content.js';

/** Choosing a document: who issued the document and what it is. */
export function chooseDocument(view: ViewOf<'choose-document'>, context: PageContext): ScreenContent {
  const words = context.words.evidence.document;
  const countryError = view.errors?.includes('country_missing') ? words.countryMissing : undefined;
  const typeError = view.errors?.includes('document_type_missing') ? words.typeMissing : undefined;
  const types = radioGroup({
    name: 'documentType',
    legend: words.typeLegend,
    error: typeError,
    options: view.documentTypes.map((type) => ({
      value: type,
      label: context.words.evidence.documentTypes[type],
      checked: type === view.chosen?.documentType,
    })),
  });
  return {
    step: 3,
    stoppable: true,
    heading: words.heading,
    problems: [...problem('issuingCountry', countryError), ...problem('documentType', typeError)],
    body: html`<p class="lead">${words.explained}</p>
      ${postForm(context, {
        action: ADDRESSES.document,
        body: html`${countrySelect(view, context, countryError)}${types}${submitButton(words.submit)}`,
      })}
      ${disclosure(words.none, view.canGoWithout ? goWithout(context) : html`<p>${words.noneExplained(context.helpDesk)}</p>`)}`,
  };
}

/** Where the organisation takes two codes from somebody who has no document. */
export function goWithout(context: PageContext): Html {
  const words = context.words.evidence.document;
  return html`<p>${words.withoutExplained}</p>
    ${secondaryLink(ADDRESSES.withoutDocument, words.without)}`;
}

function problem(fieldId: string, text: string | undefined): FieldProblem[] {
  return text === undefined ? [] : [{ fieldId, text }];
}

function countrySelect(view: ViewOf<'choose-document'>, context: PageContext, error: string | undefined): Html {
  const words = context.words.evidence.document;
  const options = view.countries
    .map((code) => ({ code, name: context.countryName(code) }))
    .sort((left, right) => context.compare(left.name, right.name));
  return html`<div class="field${error && ' field-wrong'}">
    <label for="issuingCountry">${words.countryLabel}</label>
    <p class="hint" id="issuingCountry-hint">${words.countryHint}</p>
    ${fieldError('issuingCountry', error)}
    <select
      id="issuingCountry"
      name="issuingCountry"
      class="input"
      aria-describedby="issuingCountry-hint${error && ' issuingCountry-error'}"
      ${error && html` aria-invalid="true"`}
    >
      <option value="">${words.countryEmpty}</option>
      ${options.map(({ code, name }) => html`<option value="${code}" ${code === view.chosen?.issuingCountry && html` selected`}>${name}</option>`)}
    </select>
  </div>`;
}
