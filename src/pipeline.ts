import { ADJUDICATE_JOB, RELEASE_HOLD_JOB } from './adjudication/adjudication.jobs.js';
import { ERASE_CASE_JOB } from './erasure/erasure.jobs.js';
import type { NoticeKind } from './notification/notice-texts.js';
import {
  DELIVER_CODE_JOB,
  DELIVER_LINK_JOB,
  SEND_NOTICES_JOB,
  TELL_ACCOUNT_JOB,
} from './notification/notification.jobs.js';
import type { SubjectChange } from './notification/subject-changes.js';
import type { OutboxPayload } from './platform/outbox/outbox.js';
import type { PlannedJob, Routes } from './platform/outbox/outbox-relay.js';
import type { JobContract } from './platform/queue/job-contract.js';
import type { CaseEvent } from './recovery-case/case-events.js';
import { EXPIRE_CASE_JOB, OPEN_REQUESTED_CASE_JOB } from './recovery-request/recovery-request.jobs.js';
import { REHEARSE_JOB } from './rehearsal/rehearsal.jobs.js';
import {
  COLLECT_RESULT_JOB,
  MATCH_PUSH_JOB,
  SETTLE_SURPLUS_JOB,
  SUBMIT_VERIFICATION_JOB,
} from './verification/verification.jobs.js';

/** One follow-up: a kind of work, the members of the event it needs, and anything constant. */
interface Step {
  contract: JobContract<never>;
  members: readonly string[];
  /** Members that not every version of the event has. */
  ifGiven?: readonly string[];
  constant?: OutboxPayload;
}

const step = (contract: unknown, members: readonly string[] = ['caseId'], constant?: OutboxPayload): Step => ({
  contract: contract as JobContract<never>,
  members,
  constant,
});
const tellAccount = (change: SubjectChange): Step => ({
  ...step(TELL_ACCOUNT_JOB, ['subjectId'], { change }),
  // An earlier version's events have none.
  ifGiven: ['noticeId'],
});
/** A mail that is owed (owed-mails.ts); what the pipeline sends by itself, and an earlier version's events, have no id. */
const sendMail = (contract: unknown, members?: readonly string[]): Step => ({
  ...step(contract, members),
  ifGiven: ['mailId'],
});
const tell = (kind: NoticeKind): Step => step(SEND_NOTICES_JOB, ['caseId'], { kind });
/** A notice that is about one attempt, and again about the next. */
const tellOfAttempt = (kind: NoticeKind): Step => step(SEND_NOTICES_JOB, ['caseId', 'attempt'], { kind });

/** A way back for a person whose page session has ended while somebody or something was waited for. */
const leadBack = step(DELIVER_LINK_JOB, ['caseId'], { onlyWhen: 'away' });

/**
 * The whole product on one screen: what happened on the left, what is done about it on the right. Stages announce events
 * and never call each other forward; this table is the only place that knows who comes next.
 */
export const PIPELINE: Readonly<Record<CaseEvent, readonly Step[]>> = {
  // 1 recovery-request
  'request.accepted': [step(OPEN_REQUESTED_CASE_JOB, ['requestId'])],
  'case.opened': [tell('recovery_started')],
  'case.authorized': [step(DELIVER_LINK_JOB)],
  'link.requested': [sendMail(DELIVER_LINK_JOB)],
  'case.started': [],
  'case.expiry_due': [step(EXPIRE_CASE_JOB)],
  // 2 identity-evidence and recovery-codes, 3 verification
  'recovery_code.requested': [sendMail(DELIVER_CODE_JOB, ['caseId', 'attempt'])],
  'case.submitted': [],
  'case.codes_submitted': [step(ADJUDICATE_JOB, ['caseId', 'attempt'])],
  'verification.session_pending': [step(SUBMIT_VERIFICATION_JOB, ['caseId', 'attempt', 'sessionId'])],
  'verification.collect_due': [step(COLLECT_RESULT_JOB, ['caseId', 'attempt', 'sessionId'])],
  'verification.push_received': [step(MATCH_PUSH_JOB, ['inboxId'])],
  'verification.surplus_due': [step(SETTLE_SURPLUS_JOB, ['caseId', 'attempt', 'sessionId'])],
  'case.waiting': [],
  'case.proceeding': [],
  // 4 adjudication
  'verification.browser_returned': [step(RELEASE_HOLD_JOB)],
  'verification.browser_strayed': [step(RELEASE_HOLD_JOB)],
  'verification.result_withdrawn': [tell('result_withdrawn')],
  'verification.late_result_kept': [step(ADJUDICATE_JOB, ['caseId', 'attempt'])],
  'verification.late_result_worse': [tell('result_withdrawn')],
  'verification.reported': [step(ADJUDICATE_JOB, ['caseId', 'attempt'])],
  'case.reconsidered': [step(ADJUDICATE_JOB, ['caseId', 'attempt'])],
  'case.retry_offered': [leadBack],
  'case.referred': [],
  'case.held': [tellOfAttempt('recovery_held')],
  'case.hold_due': [step(RELEASE_HOLD_JOB)],
  'case.confirmation_requested': [tellOfAttempt('confirmation_needed')],
  'case.confirmed': [],
  // 5 recovery-token, 6 passkey-registration
  'case.approved': [tellOfAttempt('recovery_approved'), leadBack],
  'case.way_back_due': [leadBack],
  'case.completed': [tell('recovery_completed'), step(ERASE_CASE_JOB)],
  'passkey.frozen': [tell('passkey_frozen')],
  // the account itself
  'subject.contacts_changed': [tellAccount('contacts')],
  'subject.identity_changed': [tellAccount('identity')],
  'subject.identifiers_changed': [tellAccount('identifiers')],
  'subject.protection_lowered': [tellAccount('protection')],
  'subject.record_added': [tellAccount('proofing_record_added')],
  'subject.record_changed': [tellAccount('proofing_record')],
  'subject.recovery_code_saved': [tellAccount('recovery_code_saved')],
  'subject.recovery_code_used': [tellAccount('recovery_code_used')],
  // before anybody needs it
  'rehearsal.due': [step(REHEARSE_JOB, ['rehearsalId'])],
  // ends
  'case.denied': [tell('recovery_denied'), step(ERASE_CASE_JOB)],
  'case.evaluation_finished': [step(ERASE_CASE_JOB)],
  'case.expired': [step(ERASE_CASE_JOB)],
  'case.cancelled': [step(ERASE_CASE_JOB)],
  'case.erasure_due': [step(ERASE_CASE_JOB)],
};

/** The table as the relay needs it. An event that is not in it is an error, not a silence. */
export const routes: Routes = (event, payload): PlannedJob[] => {
  const steps = (PIPELINE as Readonly<Record<string, readonly Step[]>>)[event];
  if (!steps) throw new Error(`nothing routes the event ${event}`);
  return steps.map(({ contract, members, ifGiven = [], constant }) => {
    const given = ifGiven.filter((member) => payload[member] !== undefined);
    const taken = [...members, ...given].map((member) => [member, payload[member] ?? '']);
    return { contract, payload: { ...Object.fromEntries(taken), ...constant } as OutboxPayload };
  });
};
