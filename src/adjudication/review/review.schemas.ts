import { ComparedView } from '../explain/compared-words.js';
import { z } from 'zod';
import { EVIDENCE_KINDS } from '../../../providers/kit/index.js';
import { pageOf, pageQuery } from '../../platform/http/lists.js';
import { WholeNumber } from '../../platform/http/valid-input.js';
import { HowTakenWord } from '../../identity-evidence/how-taken.js';
import { CaseStateWord } from '../../recovery-case/case.schemas.js';
import { CaseSearch, CaseView } from '../../recovery-request/case.schemas.js';
import { ALL_REVIEW_REASONS, REVIEW_REASONS } from '../review-reasons.js';
import { REVIEW_OUTCOMES, type ReviewOutcome } from '../review-votes.js';

const reasonsOf = (outcome: ReviewOutcome): string => `${outcome}: ${REVIEW_REASONS[outcome].join(', ')}`;

export const ReviewDecisionBody = z
  .strictObject({
    outcome: z.enum(REVIEW_OUTCOMES),
    reasonCode: z
      .enum(ALL_REVIEW_REASONS)
      .describe(
        `One of the outcome’s own. ${REVIEW_OUTCOMES.map(reasonsOf).join('. ')}. A retry’s is told to the person.`,
      ),
    note: z.string().min(1).max(1_000).optional().describe('Kept sealed; for reviewers and auditors.'),
  })
  .superRefine(({ outcome, reasonCode }, context) => {
    if ((REVIEW_REASONS[outcome] as readonly string[]).includes(reasonCode)) return;
    context.addIssue({
      code: 'custom',
      path: ['reasonCode'],
      message: `not a reason to ${outcome}; ${reasonsOf(outcome)}`,
    });
  })
  .meta({ id: 'ReviewDecisionBody' });
export type ReviewDecisionBody = z.infer<typeof ReviewDecisionBody>;

export const ReviewSummary = CaseView.extend({
  caseId: z.string(),
  approvals: z.number().int().describe('Reviewers who have said yes to this attempt.'),
}).meta({ id: 'ReviewSummary' });
export type ReviewSummary = z.infer<typeof ReviewSummary>;
export const ReviewPage = pageOf(ReviewSummary).meta({ id: 'ReviewPage' });

export const ReviewQueueQuery = z.strictObject({ ...pageQuery('reviews').shape, ...CaseSearch.shape });
export type ReviewQueueQuery = z.infer<typeof ReviewQueueQuery>;

/** Pictures a review shows: the case's own, and the one that was proofed. */
export const REVIEW_PICTURES = [...EVIDENCE_KINDS, 'reference_portrait'] as const;
export type ReviewPicture = (typeof REVIEW_PICTURES)[number];

/** Attributes that both sides can have a value of; a document's number is compared by its keyed hash alone. */
export const COMPARED = ['given_name', 'family_name', 'birth_date', 'nationality'] as const;

export const ReviewComparison = z
  .object({
    claimedBy: z.string().nullable().describe('The provider that read the evidence; null where none reported.'),
    against: z
      .enum(['proofing_record', 'directory'])
      .describe('What is on record: of an account that was never proofed, the directory’s words.'),
    attributes: z.array(
      z.object({
        about: z.enum(COMPARED),
        claimed: z.string().nullable(),
        onRecord: z.string().nullable(),
        former: z.array(z.string()).describe('Names that were proofed as the same person’s before.'),
      }),
    ),
  })
  .meta({ id: 'ReviewComparison' });
export type ReviewComparison = z.infer<typeof ReviewComparison>;

const FindingView = z
  .object({
    about: z.string(),
    result: z.string(),
    reasonCodes: z.array(z.string()),
    method: z.string(),
    words: z.string().describe('The same in a sentence, with what the look is worth where that is little.'),
  })
  .meta({ id: 'ReviewFinding' });
export type FindingView = z.infer<typeof FindingView>;

export const ReviewView = z
  .object({
    caseId: z.string(),
    case: CaseView,
    explanation: z
      .enum(['given', 'unreadable'])
      .describe(
        'unreadable: what the case rests on cannot be opened (a record was altered, or a key is gone), so nothing is said of it and nobody can approve. Deny, or send the person back.',
      ),
    checks: z.array(FindingView).describe('One per check kind.'),
    attributes: z
      .array(FindingView)
      .describe(
        'Name and birth date against the proofing record; outcomes, never values (POST …/comparison opens those).',
      ),
    circumstances: z.array(FindingView).describe('What else stands in the way of an approval.'),
    compared: z
      .array(ComparedView)
      .describe(
        'Fields of the document in two of its places, where the provider told: what agrees, never what it says.',
      ),
    approvable: z
      .boolean()
      .describe('False when a check failed, was not run or noticed an attack, or the profile lets nobody settle it.'),
    reviewersNeeded: z.number().int(),
    approvals: z.number().int(),
    attemptsLeft: z
      .number()
      .int()
      .describe(
        'Tries the person still has, by the policy of the case’s start or of now, whichever allows fewer. With none left nobody can send them back (409 attempts_used).',
      ),
    voted: z.boolean().describe('Whether the caller has voted on this attempt.'),
    evidence: z.array(
      z.object({
        kind: z.enum(REVIEW_PICTURES),
        taken: HowTakenWord.nullable().describe(
          'How it was taken, as the browser that sent it says: `file` counts against a selfie, a camera is only ever claimed. Null where nobody said, and for the portrait on record.',
        ),
        previewUrl: z.string().describe('A blurred, small picture, by which nobody can be recognised.'),
        url: z
          .string()
          .describe(
            'Opens the picture, marked with who looks: for this reviewer, up to 60 seconds, every view audited.',
          ),
        expiresAt: z.iso.datetime(),
      }),
    ),
  })
  .meta({ id: 'ReviewView' });
export type ReviewView = z.infer<typeof ReviewView>;

export const ReviewResult = z
  .object({
    caseId: z.string(),
    state: CaseStateWord,
    outcome: z.enum(REVIEW_OUTCOMES),
    approvals: z.number().int(),
    reviewersNeeded: z.number().int(),
  })
  .meta({ id: 'ReviewResult' });
export type ReviewResult = z.infer<typeof ReviewResult>;

/** Query of an evidence link. */
export const EvidenceTicketQuery = z.strictObject({
  expires: WholeNumber({ min: 0, max: 99_999_999_999 }).describe('As the review’s link has it.'),
  signature: z.string().min(1).max(200).describe('As the review’s link has it.'),
});
export type EvidenceTicketQuery = z.infer<typeof EvidenceTicketQuery>;
