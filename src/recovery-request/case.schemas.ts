import { z } from 'zod';
import { AuditEvent } from '../audit-trail/audit-event-view.js';
import { Login, SubjectId } from '../directory/subject.schemas.js';
import { Instant, pageOf, PageQuery } from '../platform/http/valid-input.js';
import { CASE_STATES, STATE_REASONS } from '../recovery-case/case-states.js';

/** A reference into somebody else's system: no spaces, no sentences, so that no personal data settles in it. */
const TicketRef = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._/#-]{0,79}$/);
const Reason = z.string().min(1).max(500);

export const OpenCaseBody = z.strictObject({
  subject: z.union(
    [
      z.strictObject({ login: Login }),
      z.strictObject({ id: SubjectId }),
      z.strictObject({ employeeId: z.string().min(1).max(80) }),
    ],
    'exactly one of login, id and employeeId',
  ),
  delivery: z.strictObject({ channel: z.enum(['email', 'sms', 'relay']) }),
  reason: Reason,
  ticketRef: TicketRef.optional(),
});
export type OpenCaseBody = z.infer<typeof OpenCaseBody>;

export const CaseView = z.object({
  id: z.string(),
  reference: z.string(),
  state: z.enum(CASE_STATES),
  stateReason: z.enum(STATE_REASONS).nullable(),
  attempt: z.number().int(),
  attemptsLeft: z.number().int(),
  subject: z.object({ id: z.string(), displayName: z.string() }),
  openedBy: z.string(),
  authorizations: z
    .object({
      given: z.number().int(),
      needed: z.number().int(),
      lapsesAt: z.iso
        .datetime()
        .nullable()
        .describe('When the first of two counts no more: both are given within half an hour of one another.'),
    })
    .nullable()
    .describe('While it waits for a second person: two of them where no named colleague opened it.'),
  channel: z.enum(['email', 'sms', 'relay']),
  ticketRef: z.string().nullable(),
  policyId: z.string(),
  mode: z.enum(['production', 'evaluation']),
  provider: z.string().nullable(),
  outcome: z.object({ verdict: z.string(), bucket: z.string() }).nullable(),
  nextAttemptAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});
export type CaseView = z.infer<typeof CaseView>;

/** The answer to opening: `link` once, here only, and only for `relay`. */
export const OpenedCaseView = CaseView.extend({ link: z.url().optional() });
export type OpenedCaseView = z.infer<typeof OpenedCaseView>;

/** Whose case, and by which ticket: what lists of cases are narrowed down by. */
export const CaseSearch = z.strictObject({
  openedBy: z.string().min(1).max(200).optional(),
  ticketRef: TicketRef.optional(),
});

export const CaseListQuery = z.strictObject({
  ...PageQuery.shape,
  state: z.enum(CASE_STATES).optional(),
  subjectId: SubjectId.optional(),
  ...CaseSearch.shape,
  since: Instant.optional(),
  until: Instant.optional(),
});
export type CaseListQuery = z.infer<typeof CaseListQuery>;
export const CasePage = pageOf(CaseView);

/** The chain is the case’s own. */
const TimelineEntry = AuditEvent.omit({ chainId: true });
export const TimelineQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z
    .string()
    .regex(/^\d{1,12}$/)
    .optional(),
});
export const Timeline = z.object({ data: z.array(TimelineEntry), nextCursor: z.string().nullable() });

export const CancelBody = z.strictObject({ reason: Reason });
export const CallCodeBody = z.strictObject({ code: z.string().regex(/^\d{4}$/) });
export const SelfServiceBody = z.strictObject({ login: z.string().min(1).max(255) });
export const FlowStartBody = z.strictObject({ linkToken: z.string().min(1).max(200) });
export const ConsentBody = z.strictObject({ noticeVersion: z.string().min(1).max(40), agreed: z.boolean() });
