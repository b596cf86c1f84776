import { html, type Html } from '../../../src/platform/html/html.js';
import { postForm, submitButton } from '../../templates/form-parts.js';
import { section } from '../../templates/page-parts.js';
import type { FieldProblem } from '../../templates/screen-content.js';
import { CONSOLE_ADDRESSES } from './console-addresses.js';
import type { ConsoleContext } from './console-context.js';
import type { CaseFault, ConsoleViewOf } from './console-view.js';
import { oneLine } from './one-line-field.js';

type Case = ConsoleViewOf<'case'>;

/** Where a fault is told of, and in which words. */
export const CASE_FAULTS: Readonly<Record<CaseFault, (view: Case, context: ConsoleContext) => FieldProblem>> = {
  codeMissing: (_view, { staff }) => ({ fieldId: 'code', text: staff.desk.one.codeMissing }),
  codeWrong: ({ shown }, { staff }) => ({
    fieldId: 'code',
    text: staff.desk.one.codeWrong(shown.callCode.triesLeft),
  }),
  cancelMissing: (_view, { staff }) => ({ fieldId: 'cancel-reason', text: staff.desk.one.cancelMissing }),
};

const faultAt = (fieldId: string, view: Case, context: ConsoleContext): string | undefined => {
  const problem = view.fault && CASE_FAULTS[view.fault](view, context);
  return problem?.fieldId === fieldId ? problem.text : undefined;
};

/** A second click of one form is the same request; another form of the page is another one. */
const keyField = (view: Case, form: string): Html =>
  html`<input type="hidden" name="formKey" value="${`${view.formKey}.${form}`}" />`;

/** For the second person: what a yes does, and the yes; or why it is somebody else's to say. */
export function secondPersonForm(view: Case, context: ConsoleContext): Html {
  const { secondPeople, case: row } = view.shown;
  if (!secondPeople || !view.may.authorize) return html``;
  const words = context.staff.desk.one;
  const { given, needed, mine, lapsesAt } = secondPeople;
  return section(
    words.yes,
    html`<p>${words.yesesOf(given, needed)}${lapsesAt && ` ${words.yesUntil(context.timeText(new Date(lapsesAt)))}`}</p>
      ${needed > 1 && html`<p class="hint">${words.yesesTogether}</p>`}
      ${
        mine
          ? postForm(context, {
              action: CONSOLE_ADDRESSES.authorize(row.id),
              className: 'form console-narrow',
              body: html`${keyField(view, 'authorization')}
                <p>${words.yesExplained}</p>
                ${submitButton(words.yesSubmit)}`,
            })
          : html`<p>${words.yesNotYours}</p>`
      }`,
  );
}

/** What an agent can do: nothing of it verifies anybody. */
export function agentForms(view: Case, context: ConsoleContext): Html {
  if (!view.may.help || !view.shown.stoppable) return html``;
  return html`<div class="console-decisions">
    ${callCode(view, context)} ${newLink(view, context)} ${cancel(view, context)}
  </div>`;
}

function callCode(view: Case, context: ConsoleContext): Html {
  const { callCode: code, case: row } = view.shown;
  const words = context.staff.desk.one;
  if (code.state === 'none') return html``;
  if (code.state !== 'waiting')
    return section(words.call, html`<p>${code.state === 'confirmed' ? words.codeConfirmed : words.codeUsedUp}</p>`);
  return section(
    words.call,
    postForm(context, {
      action: CONSOLE_ADDRESSES.callCode(row.id),
      className: 'form console-narrow',
      body: html`${keyField(view, 'call-code')}
      ${oneLine({
        id: 'code',
        label: words.code,
        hint: words.codeExplained,
        error: faultAt('code', view, context),
        input: html`class="input input-code" inputmode="numeric" dir="ltr" name="code" maxlength="4"`,
      })}
      ${submitButton(words.codeSubmit)}`,
    }),
  );
}

function newLink(view: Case, context: ConsoleContext): Html {
  const { resendable, case: row } = view.shown;
  if (!resendable) return html``;
  const words = context.staff.desk.one;
  const isRelayed = row.channel === 'relay';
  return section(
    words.link,
    postForm(context, {
      action: CONSOLE_ADDRESSES.newLink(row.id),
      className: 'form console-narrow',
      body: html`${keyField(view, 'link')}
        <p>${isRelayed ? words.relayExplained : words.resendExplained}</p>
        ${submitButton(isRelayed ? words.relay : words.resend, 'secondary')}`,
    }),
  );
}

function cancel(view: Case, context: ConsoleContext): Html {
  const { case: row } = view.shown;
  const words = context.staff.desk.one;
  return section(
    words.cancel,
    postForm(context, {
      action: CONSOLE_ADDRESSES.cancel(row.id),
      className: 'form console-narrow',
      body: html`${keyField(view, 'cancel')}
      ${oneLine({
        id: 'cancel-reason',
        label: words.cancelReason,
        hint: words.cancelExplained,
        error: faultAt('cancel-reason', view, context),
        input: html`class="input" dir="auto" name="reason" value="${view.given ?? ''}" maxlength="500"`,
      })}
      ${submitButton(words.cancelSubmit, 'danger')}`,
    }),
  );
}
