import { z } from 'zod';
import { defineJob } from '../platform/queue/job-contract.js';
import { NOTICE_KINDS } from './notice-texts.js';
import { SUBJECT_CHANGES } from './subject-changes.js';

/** What is owed; the database's own number. */
const OwedId = z
  .string()
  .regex(/^[1-9]\d{0,17}$/)
  .optional();

/** Tells every address on file. */
export const SEND_NOTICES_JOB = defineJob({
  name: 'send-notices',
  schema: z.strictObject({
    caseId: z.string(),
    /** Of what may happen once in each; what is told of the case has none. */
    attempt: z.number().int().min(1).optional(),
    kind: z.enum(NOTICE_KINDS),
  }),
  tries: 10,
  backoffMs: 2_000,
  concurrency: 4,
});

/** Makes a fresh link and mails it to the first address that may carry one. */
export const DELIVER_LINK_JOB = defineJob({
  name: 'deliver-link',
  schema: z.strictObject({
    caseId: z.string(),
    /** Leads back somebody who has left; whoever still has the page open needs no mail. */
    onlyWhen: z.literal('away').optional(),
    /** What somebody asked for. */
    mailId: OwedId,
  }),
  tries: 8,
  backoffMs: 2_000,
  concurrency: 4,
});

/** Makes a recovery code and mails it to an address that did not get the link. Late, it is of no use. */
export const DELIVER_CODE_JOB = defineJob({
  name: 'deliver-code',
  schema: z.strictObject({ caseId: z.string(), attempt: z.number().int().min(1), mailId: OwedId }),
  tries: 5,
  backoffMs: 2_000,
  concurrency: 4,
});

/** Tells an account's addresses that something about the account changed. */
export const TELL_ACCOUNT_JOB = defineJob({
  name: 'tell-account',
  schema: z.strictObject({
    subjectId: z.string(),
    change: z.enum(SUBJECT_CHANGES),
    /** What is owed; jobs of an earlier version have none. */
    noticeId: OwedId,
  }),
  tries: 10,
  backoffMs: 2_000,
  concurrency: 2,
});
