import { html, type Html, type HtmlValue } from '../../../src/platform/html/html.js';
import { factList, literal, section } from '../../templates/page-parts.js';
import type { ScreenContent } from '../../templates/screen-content.js';
import { wordOf } from '../language/index.js';
import { agentForms, CASE_FAULTS, secondPersonForm } from './case-forms.js';
import type { ConsoleContext } from './console-context.js';
import type { ConsoleViewOf } from './console-view.js';
import { scrollingTable } from './list-parts.js';
import { reasonWords } from '../../language/index.js';

type Case = ConsoleViewOf<'case'>;

/**
 * A case, with the second person's form where one is wanted: where a case stands, and what can be done about it. No
 * pictures, no scores, no link.
 */
export function deskCase(view: Case, context: ConsoleContext): ScreenContent {
  const { shown, notice, fault } = view;
  const words = context.staff.desk.one;
  const { reference, subject } = shown.case;
  const name = subject.displayName === '' ? context.staff.list.nameless : context.isolate(subject.displayName);
  return {
    heading: `${context.isolate(reference)} · ${name}`,
    problems: fault ? [CASE_FAULTS[fault](view, context)] : [],
    body: html`${notice && html`<p class="console-notice" role="status">${words.done[notice]}</p>`}
    ${shown.case.mode === 'evaluation' && html`<p class="console-notice">${words.trial}</p>`} ${facts(view, context)}
    ${secondPersonForm(view, context)} ${agentForms(view, context)} ${section(words.message, message(view, context))}
    ${section(words.timeline, timeline(view, context))}`,
  };
}

/** The state and, in the same words everywhere, why it is in it. */
function stateText({ shown }: Case, { staff }: ConsoleContext): string {
  const { state, stateReason } = shown.case;
  return stateReason === null
    ? staff.cases.states[state]
    : `${staff.cases.states[state]} – ${staff.cases.reasons[stateReason]}`;
}

/** Retryable, needs review, declined; and of a retry what the person is told as well. */
function outcomeText({ shown }: Case, { staff, words }: ConsoleContext): string {
  const { outcome } = shown.case;
  if (!outcome) return '–';
  const text = wordOf(staff.cases.outcomes, outcome.verdict);
  return outcome.verdict === 'retry' ? `${text} – ${reasonWords(words, outcome.bucket).problem}` : text;
}

function timeLeft({ shown }: Case, { staff }: ConsoleContext): string {
  const { one } = staff.desk;
  if (!shown.stoppable || shown.secondsLeft === 0) return one.over;
  const minutes = Math.floor(shown.secondsLeft / 60);
  return one.left(Math.floor(minutes / 60), minutes % 60);
}

function facts(view: Case, context: ConsoleContext): Html {
  const { case: row, secondPeople } = view.shown;
  const { review, list, desk, cases } = context.staff;
  const people = secondPeople
    ? [{ name: desk.one.yes, value: review.votesOf(secondPeople.given, secondPeople.needed) }]
    : [];
  return factList([
    { name: desk.one.state, value: stateText(view, context) },
    ...people,
    { name: desk.one.outcome, value: outcomeText(view, context) },
    { name: desk.one.timeLeft, value: timeLeft(view, context) },
    { name: list.endsAt, value: context.timeText(new Date(row.expiresAt)) },
    { name: review.attempt, value: review.attemptOf(row.attempt, row.attemptsLeft) },
    { name: desk.one.channel, value: cases.channels[row.channel] },
    { name: list.openedBy, value: literal(row.openedBy) },
    { name: list.ticket, value: row.ticketRef === null ? '–' : literal(row.ticketRef) },
  ]);
}

/** Readable and selectable without scripts; it names nobody, since tickets are read by many. */
function message(view: Case, context: ConsoleContext): Html {
  const { case: row } = view.shown;
  const words = context.staff.desk.one;
  const text = words.messageText({
    reference: row.reference,
    state: stateText(view, context),
    outcome: outcomeText(view, context),
    opened: context.timeText(new Date(row.createdAt)),
    by: row.openedBy,
    ends: context.timeText(new Date(row.expiresAt)),
  });
  return html`<div class="field">
    <label for="message">${words.messageLabel}</label>
    <p class="hint" id="message-hint">${words.messageHint}</p>
    <textarea class="input console-note" id="message" rows="7" dir="auto" readonly aria-describedby="message-hint">
${text}</textarea>
  </div>`;
}

function timeline({ shown }: Case, context: ConsoleContext): Html {
  const { desk, cases } = context.staff;
  const words: Readonly<Record<string, string>> = cases.events;
  const rows = shown.events.flatMap(({ type, actor, occurredAt }) => {
    const text = Object.hasOwn(words, type) ? words[type] : undefined;
    if (text === undefined) return [];
    return html`<tr>
      <td>${context.timeText(new Date(occurredAt))}</td>
      <th scope="row">${text}</th>
      <td>${actorText(actor, context)}</td>
    </tr>`;
  });
  const heads = [desk.one.when, desk.one.what, desk.one.who];
  return html`${scrollingTable(desk.one.timeline, { heads, rows })}${shown.cut && html`<p>${desk.one.more}</p>`}`;
}

/** Colleagues by their name; of everybody else what they are. */
function actorText({ kind, id }: Case['shown']['events'][number]['actor'], { staff }: ConsoleContext): HtmlValue {
  return kind === 'person' ? literal(id) : wordOf(staff.cases.actors, kind);
}
