import { z } from 'zod';
import { AuditEvent } from '../audit-trail/audit-event-view.js';
import { Login, SubjectId } from '../directory/subject.schemas.js';
import { pageOf, pageQuery } from '../platform/http/lists.js';
import { Instant } from '../platform/http/valid-input.js';
import { BucketWord, CaseStateWord, ChannelWord, StateReasonWord, VerdictWord } from '../recovery-case/case.schemas.js';

/** A reference into somebody else's system: no spaces, no sentences, so that no personal data settles in it. */
const TicketRef = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._/#-]{0,79}$/);
const Reason = z.string().min(1).max(500);

export const OpenCaseBody = z
  .strictObject({
    subject: z
      .union(
        [
          z.strictObject({ login: Login }),
          z.strictObject({ id: SubjectId }),
          z.strictObject({ employeeId: z.string().min(1).max(80) }),
        ],
        'exactly one of login, id and employeeId',
      )
      .describe('Whose account: by login, by id or by the employee id of the directory.'),
    delivery: z.strictObject({
      channel: ChannelWord.describe(
        '`email`: the link goes to an address on file. `relay`: the answer has it, for the agent to pass on, where the profile allows that. `sms` is always refused for now: 409 `subject_not_recoverable`.',
      ),
    }),
    reason: Reason.describe('Why, for colleagues; kept sealed.'),
    ticketRef: TicketRef.optional().describe('The reference of your own ticket.'),
  })
  .meta({ id: 'OpenCaseBody' });
export type OpenCaseBody = z.infer<typeof OpenCaseBody>;

const CaseSubject = z.object({ id: z.string(), displayName: z.string() }).meta({ id: 'CaseSubject' });

const CaseAuthorizations = z
  .object({
    given: z.number().int(),
    needed: z.number().int(),
    lapsesAt: z.iso
      .datetime()
      .nullable()
      .describe('When the first of two counts no more: both are given within half an hour of one another.'),
  })
  .meta({ id: 'CaseAuthorizations' });

const CaseOutcome = z.object({ verdict: VerdictWord, bucket: BucketWord }).meta({ id: 'CaseOutcome' });

export const CaseView = z
  .object({
    id: z.string(),
    reference: z.string().describe('What people call it, e.g. `REC-7F3K`.'),
    state: CaseStateWord,
    stateReason: StateReasonWord.nullable(),
    attempt: z.number().int().describe('The attempt that runs, from 1.'),
    attemptsLeft: z.number().int().describe('Attempts that are left after the one under way.'),
    subject: CaseSubject,
    openedBy: z
      .string()
      .describe('The person’s subject at the identity provider, the API key’s id, or `self_service`.'),
    authorizations: CaseAuthorizations.nullable().describe(
      'While it waits for a second person: two of them where no named colleague opened it.',
    ),
    channel: ChannelWord,
    ticketRef: z.string().nullable(),
    policyId: z.string().describe('The profile it started under. The stricter of that version and today’s decides.'),
    mode: z.enum(['production', 'evaluation']).describe('`evaluation`: everything runs, and nobody is let in.'),
    provider: z
      .string()
      .nullable()
      .describe('The partner of this attempt, by an id of `GET /v1/providers`; null before one is asked.'),
    outcome: CaseOutcome.nullable().describe('The latest decision; null before the first.'),
    nextAttemptAt: z.iso.datetime().nullable().describe('While it waits for a partner: when that one is asked again.'),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().describe('When it ends by itself.'),
  })
  .meta({ id: 'CaseView' });
export type CaseView = z.infer<typeof CaseView>;

/** The answer to opening: `link` once, here only, and only for `relay`. */
export const OpenedCaseView = CaseView.extend({ link: z.url().optional() }).meta({ id: 'OpenedCaseView' });
export type OpenedCaseView = z.infer<typeof OpenedCaseView>;

/** Whose case, and by which ticket: what lists of cases are narrowed down by. */
export const CaseSearch = z.strictObject({
  openedBy: z.string().min(1).max(200).optional().describe('Cases opened by this person or key.'),
  ticketRef: TicketRef.optional().describe('Cases with this reference into a ticket system.'),
});

export const CaseListQuery = z.strictObject({
  ...pageQuery('cases').shape,
  state: CaseStateWord.optional().describe('Cases in this state.'),
  subjectId: SubjectId.optional().describe('Cases of this account.'),
  ...CaseSearch.shape,
  since: Instant.optional().describe('Cases opened at that time or later.'),
  until: Instant.optional().describe('Cases opened before that time.'),
});
export type CaseListQuery = z.infer<typeof CaseListQuery>;
export const CasePage = pageOf(CaseView).meta({ id: 'CasePage' });

/** The chain is the case’s own. */
const TimelineEntry = AuditEvent.omit({ chainId: true }).meta({ id: 'TimelineEntry' });
export const TimelineQuery = pageQuery('timeline', { most: 500, usual: 100 });
export const Timeline = pageOf(TimelineEntry).meta({ id: 'Timeline' });

export const CancelBody = z.strictObject({ reason: Reason }).meta({ id: 'CancelBody' });
export const CallCodeBody = z.strictObject({ code: z.string().regex(/^\d{4}$/) }).meta({ id: 'CallCodeBody' });
export const SelfServiceBody = z
  .strictObject({ login: z.string().min(1).max(255) })
  .meta({ id: 'RecoveryRequestBody' });
export const FlowStartBody = z.strictObject({ linkToken: z.string().min(1).max(200) }).meta({ id: 'FlowStartBody' });
export const ConsentBody = z
  .strictObject({ noticeVersion: z.string().min(1).max(40), agreed: z.boolean() })
  .meta({ id: 'ConsentBody' });
