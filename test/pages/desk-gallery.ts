import type { SubjectView } from '../../src/directory/subject.schemas.js';
import type { CaseView } from '../../src/recovery-request/case.schemas.js';
import type { DeskAccount } from '../../src/recovery-request/desk-accounts.js';
import type { DeskCase } from '../../src/recovery-request/desk-cases.js';
import type { ConsoleView } from '../../web/console/templates/index.js';

const SUBJECT: SubjectView = {
  id: 'sub_01JD4Z6W3V0000000000000000',
  login: 'ana.oakley',
  displayName: 'Ana Oakley-Reyes',
  emails: ['a…y@example.com', 'o…s@example.org'],
  phones: ['…42'],
  groups: ['staff', 'finance'],
  privileged: false,
  assuranceLevel: 'AAL2',
  status: 'active',
  proofing: null,
};
const ACCOUNT: DeskAccount = {
  subject: SUBJECT,
  mailedTo: SUBJECT.emails,
  channels: ['email', 'relay'],
  waitsForSecondPerson: false,
};
const FORM_KEY = 'k'.repeat(43);
const NEW_REQUEST = { screen: 'new-request', account: ACCOUNT, formKey: FORM_KEY } as const;

const eventOf = (type: string, actor: DeskCase['events'][number]['actor'], minute: string) => ({
  type,
  actor,
  occurredAt: `2026-11-22T10:${minute}:00Z`,
});
const AGENT = { kind: 'person', id: 'agent.smith' };

/** The pages of the help desk, about the case that the reviewers' are about. */
export function deskPages(example: CaseView): Readonly<Record<string, ConsoleView>> {
  const withPerson: CaseView = { ...example, state: 'awaiting_evidence' };
  const shown: DeskCase = {
    case: withPerson,
    events: [
      eventOf('case.opened', AGENT, '01'),
      eventOf('link.sent', { kind: 'system', id: 'regain' }, '02'),
      eventOf('case.started', { kind: 'applicant', id: 'applicant' }, '03'),
      eventOf('decision.made', { kind: 'system', id: 'regain' }, '04'),
    ],
    cut: false,
    secondsLeft: 84_000,
    callCode: { state: 'waiting', triesLeft: 4 },
    resendable: true,
    stoppable: true,
  };
  const page = { screen: 'case', shown, may: { help: true, authorize: true }, formKey: FORM_KEY } as const;
  const waiting: CaseView = {
    ...example,
    state: 'awaiting_authorization',
    stateReason: 'waiting_for_second_person',
    authorizations: { given: 1, needed: 2, lapsesAt: '2026-11-22T10:32:00Z' },
  };
  const waits: DeskCase = {
    ...shown,
    case: waiting,
    callCode: { state: 'none', triesLeft: 5 },
    resendable: false,
    secondPeople: { given: 1, needed: 2, lapsesAt: '2026-11-22T10:32:00Z', mine: true },
  };
  const over: DeskCase = {
    ...shown,
    case: {
      ...example,
      state: 'denied',
      stateReason: 'not_confirmed',
      outcome: { verdict: 'deny', bucket: 'not_confirmed' },
    },
    cut: true,
    secondsLeft: 0,
    callCode: { state: 'none', triesLeft: 5 },
    resendable: false,
    stoppable: false,
  };
  return { ...openingPages(example), ...listPages(withPerson, waiting), ...casePages({ page, shown, waits, over }) };
}

function openingPages(example: CaseView): Readonly<Record<string, ConsoleView>> {
  const given = { channel: 'email', reason: '', ticketRef: 'not a ticket' };
  return {
    'find-person': { screen: 'find-person' },
    'find-person-nobody': { screen: 'find-person', fault: 'nobody' },
    'find-person-not-indexed': { screen: 'find-person', fault: 'notIndexed' },
    'find-person-one-hidden': { screen: 'find-person', people: [SUBJECT], hidden: 'unreadable' },
    'find-person-several': {
      screen: 'find-person',
      people: [SUBJECT, { ...SUBJECT, id: 'sub_01JD4Z6W3V0000000000000001', login: '4711', displayName: 'عبد الرحمن' }],
    },
    'new-request': NEW_REQUEST,
    'new-request-wrong': { ...NEW_REQUEST, given, faults: ['reasonMissing', 'ticketWrong'] },
    'new-request-no-channel': {
      ...NEW_REQUEST,
      given: { ...given, channel: '', reason: 'Lost it', ticketRef: '' },
      faults: ['channelMissing'],
    },
    'new-request-privileged': { ...NEW_REQUEST, account: { ...ACCOUNT, waitsForSecondPerson: true } },
    'new-request-own': { ...NEW_REQUEST, account: { ...ACCOUNT, channels: [], obstacle: 'own_account' } },
    'new-request-already': { ...NEW_REQUEST, account: { ...ACCOUNT, openCase: example } },
    'relayed-link': {
      screen: 'relayed-link',
      recoveryCase: { ...example, channel: 'relay' },
      link: `https://recover.example.com/r/${'l'.repeat(43)}`,
    },
  };
}

function listPages(row: CaseView, waiting: CaseView): Readonly<Record<string, ConsoleView>> {
  const rows = [row, { ...waiting, id: 'rc_2', reference: 'REC-M2QX', subject: { id: 'sub_2', displayName: '' } }];
  return {
    cases: { screen: 'cases', rows, filter: {}, self: 'agent.smith', isFirst: true, olderCursor: 'rc_2' },
    'cases-narrowed': {
      screen: 'cases',
      rows: rows.slice(0, 1),
      filter: { state: 'awaiting_evidence', openedBy: 'agent.smith' },
      self: 'agent.smith',
      isFirst: false,
    },
    'cases-none': { screen: 'cases', rows: [], filter: { ticketRef: 'INC-1' }, self: 'agent.smith', isFirst: true },
    authorizations: { screen: 'authorizations', rows: [waiting], isFirst: true },
    'authorizations-none': { screen: 'authorizations', rows: [], isFirst: true },
  };
}

function casePages(of: {
  page: Extract<ConsoleView, { screen: 'case' }>;
  shown: DeskCase;
  waits: DeskCase;
  over: DeskCase;
}): Readonly<Record<string, ConsoleView>> {
  const { page, shown, waits, over } = of;
  const relayed: DeskCase = {
    ...shown,
    case: { ...shown.case, channel: 'relay', state: 'awaiting_evidence', stateReason: 'waiting_for_call_code' },
  };
  const mine = { given: 1, needed: 2, mine: false } as const;
  return {
    case: { ...page, notice: 'opened' },
    'case-code-wrong': { ...page, fault: 'codeWrong' },
    'case-code-missing': { ...page, fault: 'codeMissing' },
    'case-code-right': { ...page, shown: { ...shown, callCode: { state: 'confirmed', triesLeft: 4 } } },
    'case-code-used-up': { ...page, shown: { ...shown, callCode: { state: 'used_up', triesLeft: 0 } } },
    'case-cancel-missing': { ...page, fault: 'cancelMissing', given: '' },
    'case-relayed': { ...page, shown: relayed },
    'case-retry': {
      ...page,
      shown: { ...shown, case: { ...shown.case, outcome: { verdict: 'retry', bucket: 'face_unclear' } } },
    },
    'case-trial': { ...page, shown: { ...shown, case: { ...shown.case, mode: 'evaluation' } } },
    'case-waits': { ...page, shown: waits },
    'case-waits-not-mine': { ...page, shown: { ...waits, secondPeople: mine } },
    'case-over': { ...page, shown: over, notice: 'stopped' },
    'case-of-auditor': { ...page, shown: waits, may: { help: false, authorize: false } },
    'problem-already-open': { screen: 'problem', status: 409, code: 'case_already_open' },
    'problem-not-recoverable': { screen: 'problem', status: 409, code: 'subject_not_recoverable' },
    'problem-at-work': { screen: 'problem', status: 409, code: 'request_in_progress', retryAfterSeconds: 1 },
    'problem-paused': { screen: 'problem', status: 503, code: 'recoveries_paused' },
  };
}
