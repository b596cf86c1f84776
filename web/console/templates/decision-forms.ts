import type { ReviewView } from '../../../src/adjudication/review/review.schemas.js';
import { REVIEW_REASONS, type ReviewReason } from '../../../src/adjudication/review-reasons.js';
import { REVIEW_OUTCOMES, type ReviewOutcome } from '../../../src/adjudication/review-votes.js';
import { html, type Html } from '../../../src/platform/html/html.js';
import { reasonWords } from '../../language/index.js';
import { fieldError, postForm } from '../../templates/form-parts.js';
import type { ConsoleWords } from '../language/index.js';
import { CONSOLE_ADDRESSES } from './console-addresses.js';
import type { ConsoleContext } from './console-context.js';

/** Where a missing reason is asked for again. */
export const reasonFieldId = (outcome: ReviewOutcome): string => `reason-${outcome}`;

/** A reviewer's reason in words; those for asking again are the person's own words. */
export function reasonText(reason: ReviewReason, { staff, words }: ConsoleContext): string {
  return isStaffReason(staff, reason) ? staff.reasons[reason] : reasonWords(words, reason).problem;
}

function isStaffReason(staff: ConsoleWords, reason: string): reason is keyof ConsoleWords['reasons'] {
  return Object.hasOwn(staff.reasons, reason);
}

/** One form for each thing a reviewer can say, with its own closed list of reasons. What nobody may say is not offered. */
export function decisionForms(
  view: { review: ReviewView; missingReason?: ReviewOutcome },
  context: ConsoleContext,
): Html {
  const { review, missingReason } = view;
  const words = context.staff.review;
  if (review.voted) return html`<p>${words.voted}</p>`;
  const offered = { approve: review.approvable, deny: true, retry: review.attemptsLeft > 0 };
  return html`${!review.approvable && html`<p>${words.notApprovable}</p>`}
    ${review.attemptsLeft === 0 && html`<p>${words.noAttempts}</p>`}
    <div class="console-decisions">
      ${REVIEW_OUTCOMES.filter((outcome) => offered[outcome]).map((outcome) =>
        decisionForm(outcome, { caseId: review.caseId, error: missingReason === outcome }, context),
      )}
    </div>`;
}

function decisionForm(outcome: ReviewOutcome, at: { caseId: string; error: boolean }, context: ConsoleContext): Html {
  const words = context.staff.review;
  const id = reasonFieldId(outcome);
  const error = at.error ? words.reasonMissing : undefined;
  const reasons: readonly ReviewReason[] = REVIEW_REASONS[outcome];
  return postForm(context, {
    action: CONSOLE_ADDRESSES.confirm(at.caseId),
    className: 'console-decision',
    body: html`<input type="hidden" name="outcome" value="${outcome}" />
      <div class="field${error && ' field-wrong'}">
        <label for="${id}">${context.staff.outcomes[outcome]}: ${words.reason}</label>
        ${fieldError(id, error)}
        <select
          class="input"
          id="${id}"
          name="reasonCode"
          ${error && html` aria-describedby="${id}-error" aria-invalid="true"`}
        >
          <option value="">${words.chooseReason}</option>
          ${reasons.map((reason) => html`<option value="${reason}">${reasonText(reason, context)}</option>`)}
        </select>
      </div>
      <button
        type="submit"
        class="button button-${outcome === 'approve' ? 'primary' : outcome === 'deny' ? 'danger' : 'secondary'}"
      >
        ${context.staff.outcomes[outcome]}
      </button>`,
  });
}
