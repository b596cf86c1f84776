import type { FindingView, ReviewComparison, ReviewView } from '../../../src/adjudication/review/review.schemas.js';
import { html, type Html, type HtmlValue } from '../../../src/platform/html/html.js';
import { postForm } from '../../templates/form-parts.js';
import { factList, literal, section } from '../../templates/page-parts.js';
import type { ScreenContent } from '../../templates/screen-content.js';
import { wordOf } from '../language/index.js';
import { CONSOLE_ADDRESSES } from './console-addresses.js';
import type { ConsoleContext } from './console-context.js';
import type { ConsoleViewOf, OpenedEvidence } from './console-view.js';
import { decisionForms, reasonFieldId } from './decision-forms.js';
import { scrollingTable } from './list-parts.js';
import { writings } from './writing.js';

/** A reviewer's case, side by side. Pictures and values are blurred or absent until the reviewer opens them. */
export function review(view: ConsoleViewOf<'review'>, context: ConsoleContext): ScreenContent {
  const { review: shown, opened, missingReason } = view;
  const words = context.staff.review;
  return {
    heading: `${context.isolate(shown.case.reference)} · ${nameOf(shown, context)}`,
    problems: missingReason ? [{ fieldId: reasonFieldId(missingReason), text: words.reasonMissing }] : [],
    body: html`${shown.explanation === 'unreadable' && html`<p class="console-notice console-warn">${words.unreadable}</p>`}
    ${evidence(shown, opened, context)}
    ${section(words.circumstances, findings(shown.circumstances, words.circumstances, context))}
    ${section(words.attributes, findings(shown.attributes, words.attributes, context))}
    ${shown.compared.length > 0 && section(words.compared, comparedWithin(shown.compared, context))}
    ${section(words.checks, findings(shown.checks, words.checks, context))}
    ${section(words.decide, decisionForms({ review: shown, missingReason }, context))}
    ${section(words.facts, facts(shown, context))}`,
  };
}

function nameOf({ case: { subject } }: ReviewView, context: ConsoleContext): string {
  return subject.displayName === '' ? context.staff.list.nameless : context.isolate(subject.displayName);
}

function facts(shown: ReviewView, context: ConsoleContext): Html {
  const { case: view, attemptsLeft, approvals, reviewersNeeded } = shown;
  const words = context.staff.review;
  return factList([
    { name: words.votes, value: words.votesOf(approvals, reviewersNeeded) },
    { name: words.person, value: html`<bdi>${nameOf(shown, context)}</bdi>` },
    { name: words.attempt, value: words.attemptOf(view.attempt, attemptsLeft) },
    { name: words.endsAt, value: context.timeText(new Date(view.expiresAt)) },
    { name: words.provider, value: view.provider === null ? '–' : literal(view.provider) },
    { name: words.openedBy, value: literal(view.openedBy) },
    { name: words.ticket, value: view.ticketRef === null ? '–' : literal(view.ticketRef) },
  ]);
}

/** One form around pictures and values, so that each has its own button, and all of them one. */
function evidence(shown: ReviewView, opened: OpenedEvidence | undefined, context: ConsoleContext): Html {
  const { caseId } = shown;
  const words = context.staff.review;
  return postForm(context, {
    action: CONSOLE_ADDRESSES.open(caseId),
    className: 'console-evidence',
    body: html`${section(words.pictures, pictures(shown, opened, context))}
      ${section(words.values, opened?.values ? comparison(opened.values, context) : closedValues(context))}
      <p class="console-buttons">
        <button type="submit" name="open" value="all" class="console-button">${words.openAll}</button>
        ${opened && html`<a href="${CONSOLE_ADDRESSES.review(caseId)}">${words.close}</a>`}
      </p>`,
  });
}

function pictures(shown: ReviewView, opened: OpenedEvidence | undefined, context: ConsoleContext): Html {
  const words = context.staff.review;
  if (shown.evidence.length === 0) return html`<p>${words.noPictures}</p>`;
  return html`<p class="hint">${words.picturesExplained}</p>
    <div class="console-pictures">
      ${shown.evidence.map((picture) =>
        opened?.kinds.includes(picture.kind)
          ? openPicture(shown.caseId, picture, context)
          : blurredPicture(shown.caseId, picture, context),
      )}
    </div>`;
}

type Picture = ReviewView['evidence'][number];

function openPicture(caseId: string, picture: Picture, context: ConsoleContext): Html {
  const { kind, url } = picture;
  const label = context.staff.review.kinds[kind];
  return html`<figure>
    <img src="${CONSOLE_ADDRESSES.picture(caseId, { kind, ticket: url.slice(url.indexOf('?')) })}" alt="${label}" />
    <figcaption>${label}${howTaken(picture, context)}</figcaption>
  </figure>`;
}

/** What the sender's browser says, and so it is told; the portrait on record came from no browser. */
function howTaken({ kind, taken }: Picture, { staff }: ConsoleContext): Html {
  if (kind === 'reference_portrait') return html``;
  return html`<span class="hint console-taken">${staff.review.taken[taken ?? 'not_said']}</span>`;
}

function blurredPicture(caseId: string, picture: Picture, context: ConsoleContext): Html {
  const { kind } = picture;
  const words = context.staff.review;
  const label = words.kinds[kind];
  return html`<figure>
    <img src="${CONSOLE_ADDRESSES.preview(caseId, kind)}" alt="${words.blurred(label)}" class="console-blurred" />
    <figcaption>
      <button type="submit" name="open" value="${kind}" class="console-button">${words.open(label)}</button>
      ${howTaken(picture, context)}
    </figcaption>
  </figure>`;
}

function closedValues({ staff }: ConsoleContext): Html {
  const words = staff.review;
  return html`<p class="hint">${words.valuesExplained}</p>
    <p><button type="submit" name="open" value="values" class="console-button">${words.openValues}</button></p>`;
}

function comparison({ attributes, against, claimedBy }: ReviewComparison, context: ConsoleContext): Html {
  const { review: words, abouts } = context.staff;
  const text = (value: string | null): Html => (value === null ? html`${words.nothing}` : html`<bdi>${value}</bdi>`);
  const heads = [
    words.attribute,
    claimedBy === null ? words.claimed : `${words.claimed} (${claimedBy})`,
    words.onRecord[against],
  ];
  const rows = attributes.map(({ about, claimed, onRecord, former }) => {
    const [theirs, ours] = writings([claimed, onRecord], context.frame.language) ?? [];
    const inScript = (name: string | undefined) => name !== undefined && html` <span class="hint">(${name})</span>`;
    return html`<tr>
      <th scope="row">${wordOf(abouts, about)}</th>
      <td>${text(claimed)}${inScript(theirs)}</td>
      <td>
        ${text(onRecord)}${inScript(ours)}${former.length > 0 && html` <span class="hint">(${words.former(former.map((name) => context.isolate(name)).join(', '))})</span>`}
      </td>
    </tr>`;
  });
  return scrollingTable(words.values, { heads, rows });
}

/** What the document's own places say of each field, beside the check that they led to: outcomes, never values. */
function comparedWithin(compared: ReviewView['compared'], context: ConsoleContext): Html {
  const { review: words, fields, fieldOutcomes } = context.staff;
  return scrollingTable(words.compared, {
    heads: [words.about, words.result, words.inWords],
    rows: compared.map(
      ({ field, outcome, words: sentence }) =>
        html`<tr>
          <th scope="row">${fields[field]}</th>
          <td>
            <span class="console-result console-${FIELD_LOOKS[outcome]}">${fieldOutcomes[outcome]}</span>
          </td>
          <td class="console-words">${spoken(sentence, context)}</td>
        </tr>`,
    ),
  });
}

const FIELD_LOOKS = { agrees: 'good', differs: 'bad', not_found: 'open', not_read: 'open' } as const;

/** The sentence is the service's own, as auditors and the interface have it: English in every language. */
const spoken = (sentence: string, context: ConsoleContext): HtmlValue =>
  context.frame.language === 'en' ? sentence : html`<bdi lang="en" dir="ltr">${sentence}</bdi>`;

function findings(rows: readonly FindingView[], label: string, context: ConsoleContext): Html {
  const { review: words, abouts, results } = context.staff;
  if (rows.length === 0) return html`<p>${words.noFindings}</p>`;
  return scrollingTable(label, {
    heads: [words.about, words.result, words.inWords],
    rows: rows.map(
      ({ about, result, words: sentence }) =>
        html`<tr>
          <th scope="row">${wordOf(abouts, about)}</th>
          <td><span class="console-result console-${lookOf(result)}">${wordOf(results, result)}</span></td>
          <td class="console-words">${spoken(sentence, context)}</td>
        </tr>`,
    ),
  });
}

const GOOD = new Set(['pass', 'exact', 'equivalent']);
const OPEN = new Set(['indeterminate', 'compatible', 'not_comparable']);
const lookOf = (result: string): 'good' | 'open' | 'bad' =>
  GOOD.has(result) ? 'good' : OPEN.has(result) ? 'open' : 'bad';
