import { html, type Html } from '../../../src/platform/html/html.js';
import { postForm, radioGroup, submitButton } from '../../templates/form-parts.js';
import { factList, literal, section } from '../../templates/page-parts.js';
import type { ScreenContent } from '../../templates/screen-content.js';
import { CONSOLE_ADDRESSES } from './console-addresses.js';
import type { ConsoleContext } from './console-context.js';
import type { ConsoleViewOf, RequestFault } from './console-view.js';
import { oneLine } from './one-line-field.js';

type NewRequest = ConsoleViewOf<'new-request'>;

const FIELD_OF: Readonly<Record<RequestFault, string>> = {
  channelMissing: 'channel',
  reasonMissing: 'reason',
  ticketWrong: 'ticketRef',
};

/** A new request, second half: how the link gets there, and why. There is no field for an address anywhere. */
export function newRequest(view: NewRequest, context: ConsoleContext): ScreenContent {
  const { account, faults = [] } = view;
  const words = context.staff.desk.open;
  const { displayName, login } = account.subject;
  return {
    heading: words.heading(context.isolate(displayName === '' ? login : displayName)),
    problems: faults.map((fault) => ({ fieldId: FIELD_OF[fault], text: words[fault] })),
    body: html`${state(view, context)} ${section(words.account, facts(view, context))}
      <p><a href="${CONSOLE_ADDRESSES.newRequest}">${words.other}</a></p>`,
  };
}

/** The form, or why there is none. */
function state(view: NewRequest, context: ConsoleContext): Html {
  const { openCase, obstacle, waitsForSecondPerson } = view.account;
  const words = context.staff.desk.open;
  if (openCase)
    return html`<p class="console-notice console-warn">
      ${words.alreadyOpen} <a href="${CONSOLE_ADDRESSES.deskCase(openCase.id)}">${literal(openCase.reference)}</a>
    </p>`;
  if (obstacle) return html`<p class="console-notice console-warn">${context.staff.cases.obstacles[obstacle]}</p>`;
  return html`${waitsForSecondPerson && html`<p class="console-notice">${words.waits}</p>`} ${form(view, context)}`;
}

function form(view: NewRequest, context: ConsoleContext): Html {
  const words = context.staff.desk.open;
  return postForm(context, {
    action: CONSOLE_ADDRESSES.openRequest,
    className: 'form console-narrow',
    body: html`<input type="hidden" name="formKey" value="${view.formKey}" />
      <input type="hidden" name="subjectId" value="${view.account.subject.id}" />
      ${channels(view, context)} ${reason(view, context)} ${ticket(view, context)} ${submitButton(words.submit)}`,
  });
}

/** The word for what is wrong with one of the fields. */
function faultAt(field: string, { faults = [] }: NewRequest, { staff }: ConsoleContext): string | undefined {
  const fault = faults.find((one) => FIELD_OF[one] === field);
  return fault && staff.desk.open[fault];
}

function channels(view: NewRequest, context: ConsoleContext): Html {
  const { account, given } = view;
  const words = context.staff.desk.open;
  const [first = '', ...next] = account.mailedTo.map((address) => context.isolate(address));
  const emailHint = next.length > 0 ? `${words.emailHint} ${words.emailNext(next.join(', '))}` : words.emailHint;
  const options = {
    email: { value: 'email', label: words.email(first), hint: emailHint },
    relay: { value: 'relay', label: words.relay, hint: words.relayHint },
  };
  return radioGroup({
    name: 'channel',
    legend: words.channel,
    options: account.channels.map((channel) => ({ ...options[channel], checked: given?.channel === channel })),
    error: faultAt('channel', view, context),
  });
}

function reason(view: NewRequest, context: ConsoleContext): Html {
  const words = context.staff.desk.open;
  return oneLine({
    id: 'reason',
    label: words.reason,
    hint: words.reasonHint,
    error: faultAt('reason', view, context),
    input: html`class="input" dir="auto" name="reason" value="${view.given?.reason ?? ''}" maxlength="500"`,
  });
}

function ticket(view: NewRequest, context: ConsoleContext): Html {
  const words = context.staff.desk.open;
  return oneLine({
    id: 'ticketRef',
    label: words.ticket,
    hint: words.ticketHint,
    error: faultAt('ticketRef', view, context),
    input: html`class="input" dir="ltr" name="ticketRef" value="${view.given?.ticketRef ?? ''}" maxlength="80"
    autocapitalize="none" spellcheck="false"`,
  });
}

function facts({ account }: NewRequest, { staff }: ConsoleContext): Html {
  const { id, login, displayName, groups } = account.subject;
  const words = staff.desk;
  return factList([
    { name: words.find.person, value: html`<bdi>${displayName}</bdi>` },
    { name: words.find.login, value: literal(login) },
    { name: words.find.id, value: literal(id) },
    { name: words.open.groups, value: groups.length > 0 ? html`<bdi>${groups.join(', ')}</bdi>` : '–' },
  ]);
}
