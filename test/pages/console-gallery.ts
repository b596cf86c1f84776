import type { FindingView, ReviewSummary, ReviewView } from '../../src/adjudication/review/review.schemas.js';
import { scopesOfRoles } from '../../src/staff-access/scopes.js';
import { LANGUAGES, type Language } from '../../web/language/index.js';
import { AUDIT_PAGES } from './audit-gallery.js';
import { deskPages } from './desk-gallery.js';
import type { ConsoleFrame, ConsoleView } from '../../web/console/templates/index.js';

/** One page of the console: every screen in every state that looks different. */
export interface ConsolePage {
  name: string;
  view: ConsoleView;
  frame: ConsoleFrame;
}

const CASE_ID = 'rc_01jd4z6w3v0000000000000000';
const CASE: ReviewView['case'] = {
  id: CASE_ID,
  reference: 'REC-7F3K',
  state: 'in_review',
  stateReason: null,
  attempt: 1,
  attemptsLeft: 2,
  subject: { id: 'sub_1', displayName: 'Ana Oakley-Reyes' },
  openedBy: 'agent.smith',
  authorizations: null,
  channel: 'email',
  ticketRef: 'INC-2041',
  policyId: 'pol_1',
  mode: 'production',
  provider: 'local',
  outcome: null,
  nextAttemptAt: null,
  createdAt: '2026-11-22T09:58:00Z',
  updatedAt: '2026-11-22T10:04:00Z',
  expiresAt: '2026-11-23T09:58:00Z',
};

const finding = (about: string, result: string, words: string): FindingView => ({
  about,
  result,
  reasonCodes: [],
  method: 'provider',
  words,
});

const TICKET = `?expires=1795000000&signature=${'s'.repeat(43)}`;
const evidenceOf = (kind: ReviewView['evidence'][number]['kind']): ReviewView['evidence'][number] => ({
  kind,
  taken: kind === 'selfie' ? 'file' : null,
  previewUrl: `/v1/reviews/${CASE_ID}/evidence/${kind}/preview`,
  url: `/v1/reviews/${CASE_ID}/evidence/${kind}${TICKET}`,
  expiresAt: '2026-11-22T10:05:00Z',
});

const REVIEW: ReviewView = {
  caseId: CASE_ID,
  case: CASE,
  explanation: 'given',
  checks: [
    finding('document_expiry', 'pass', 'Whether the document is still valid: yes.'),
    finding(
      'face_match',
      'indeterminate',
      'Whether the selfie shows the face on the document: open – the faces are too alike to say.',
    ),
    finding(
      'injection_attack',
      'not_run',
      'Whether the pictures came from a camera: not looked at – nobody asked the provider for it.',
    ),
  ],
  attributes: [
    finding('given_name', 'exact', 'Given name: the same.'),
    finding('family_name', 'compatible', 'Family name: one person may carry both – one part of a double name.'),
    finding('nationality', 'not_comparable', 'Nationality: nothing to compare – the record has none.'),
  ],
  circumstances: [finding('channel', 'objects', 'The way the link went: stands in the way – an agent passed it on.')],
  compared: [
    {
      ...{ field: 'family_name', between: ['mrz', 'print'], outcome: 'agrees', reasonCodes: ['ok'] },
      words: 'Family name: machine-readable zone and print say the same.',
    },
    {
      ...{
        field: 'expiry_date',
        between: ['mrz', 'barcode'],
        outcome: 'differs',
        reasonCodes: ['document_inconsistent'],
      },
      words: 'Date of expiry: machine-readable zone and barcode say different things.',
    },
    {
      ...{ field: 'birth_date', between: ['mrz', 'print'], outcome: 'not_found', reasonCodes: ['data_missing'] },
      words:
        'Birth date: machine-readable zone and print – the second was read and does not have it, or it was misread there.',
    },
  ],
  approvable: true,
  reviewersNeeded: 2,
  approvals: 1,
  attemptsLeft: 2,
  voted: false,
  evidence: [
    evidenceOf('document_front'),
    evidenceOf('document_back'),
    evidenceOf('selfie'),
    evidenceOf('reference_portrait'),
  ],
};

const rowOf = (changes: Partial<ReviewSummary>): ReviewSummary => ({
  ...CASE,
  caseId: CASE_ID,
  approvals: 1,
  ...changes,
});
const ROWS: readonly ReviewSummary[] = [
  rowOf({}),
  rowOf({
    caseId: 'rc_2',
    reference: 'REC-M2QX',
    subject: { id: 'sub_2', displayName: 'عبد الرحمن الخطيب' },
    ticketRef: null,
    approvals: 0,
  }),
  rowOf({ caseId: 'rc_3', reference: 'REC-9ZTP', subject: { id: 'sub_3', displayName: '' }, approvals: 0 }),
];

const VOTE = {
  screen: 'confirm',
  caseId: CASE_ID,
  formKey: 'k'.repeat(43),
  reference: CASE.reference,
  displayName: CASE.subject.displayName,
} as const;

const SIGNED_OUT: Readonly<Record<string, ConsoleView>> = {
  'sign-in': { screen: 'sign-in' },
  'sign-in-signed-out': { screen: 'sign-in', reason: 'signedOut' },
  'sign-in-ended': { screen: 'sign-in', reason: 'ended' },
  'sign-in-failed': { screen: 'sign-in', reason: 'failed' },
  'problem-off': { screen: 'problem', status: 404, code: 'not_found', requestId: 'Zq8_0f3a' },
};

const SIGNED_IN: Readonly<Record<string, ConsoleView>> = {
  queue: { screen: 'queue', rows: ROWS, filter: {}, isFirst: true, olderCursor: 'rc_3' },
  'queue-narrowed': { screen: 'queue', rows: ROWS.slice(0, 1), filter: { ticketRef: 'INC-2041' }, isFirst: false },
  'queue-done': { screen: 'queue', rows: ROWS, filter: {}, isFirst: true, notice: 'waits' },
  'queue-empty': { screen: 'queue', rows: [], filter: {}, isFirst: true },
  'queue-none-here': { screen: 'queue', rows: [], filter: {}, isFirst: true, olderCursor: 'rc_1' },
  review: { screen: 'review', review: REVIEW },
  'review-opened': {
    screen: 'review',
    review: REVIEW,
    opened: {
      kinds: ['document_front', 'selfie'],
      values: {
        claimedBy: 'local',
        against: 'proofing_record',
        attributes: [
          { about: 'given_name', claimed: 'ANA', onRecord: 'Ana', former: [] },
          { about: 'family_name', claimed: 'OAKLEY REYES', onRecord: 'Oakley-Reyes', former: ['Miller'] },
          { about: 'birth_date', claimed: '1980-01-02', onRecord: '1980-01-02', former: [] },
          { about: 'nationality', claimed: 'UTO', onRecord: null, former: [] },
        ],
      },
    },
  },
  'review-other-script': {
    screen: 'review',
    review: REVIEW,
    opened: {
      kinds: [],
      values: {
        claimedBy: 'clear1',
        against: 'proofing_record',
        attributes: [
          { about: 'given_name', claimed: 'ELENI', onRecord: 'Ελένη', former: [] },
          { about: 'family_name', claimed: 'PAPADOPOULOU', onRecord: 'Παπαδοπούλου', former: ['Δημητρίου'] },
          { about: 'birth_date', claimed: '1980-01-02', onRecord: '1980-01-02', former: [] },
          { about: 'nationality', claimed: 'GRC', onRecord: 'GRC', former: [] },
        ],
      },
    },
  },
  'review-reason-missing': { screen: 'review', review: REVIEW, missingReason: 'deny' },
  'review-voted': { screen: 'review', review: { ...REVIEW, voted: true } },
  'review-not-approvable': { screen: 'review', review: { ...REVIEW, approvable: false, attemptsLeft: 0 } },
  'review-unreadable': {
    screen: 'review',
    review: {
      ...REVIEW,
      explanation: 'unreadable',
      case: { ...CASE, provider: null, ticketRef: null, subject: { id: 'sub_1', displayName: '' } },
      checks: [],
      attributes: [],
      circumstances: [],
      approvable: false,
      evidence: [],
    },
  },
  'confirm-approve': { ...VOTE, outcome: 'approve', reasonCode: 'same_person' },
  'confirm-deny': { ...VOTE, outcome: 'deny', reasonCode: 'suspected_fraud' },
  'confirm-retry': { ...VOTE, outcome: 'retry', reasonCode: 'blur' },
  'confirm-note-too-long': { ...VOTE, outcome: 'deny', reasonCode: 'data_differs', note: 'x', error: 'note_too_long' },
  'problem-forbidden': { screen: 'problem', status: 403, code: 'insufficient_scope' },
  'problem-involved': { screen: 'problem', status: 403, code: 'separation_of_duties' },
  'problem-conflict': { screen: 'problem', status: 409, code: 'already_decided', requestId: 'Zq8_0f3a' },
  'problem-outdated': { screen: 'problem', status: 403, code: 'csrf_token_invalid' },
  'problem-attempts-used': { screen: 'problem', status: 409, code: 'attempts_used', requestId: 'Zq8_0f3a' },
  'problem-too-many': { screen: 'problem', status: 429, code: 'too_many_requests', retryAfterSeconds: 1_800 },
  'problem-unavailable': { screen: 'problem', status: 503, code: 'dependency_unavailable', retryAfterSeconds: 5 },
  'problem-unread': { screen: 'problem', status: 400, code: 'invalid_request' },
  'problem-internal': { screen: 'problem', status: 500, code: 'internal_error', requestId: 'Zq8_0f3a' },
};

/** Every page of the console in every language. */
export function consoleGallery(): ConsolePage[] {
  return LANGUAGES.flatMap((language) => [
    ...pagesOf(SIGNED_OUT, frameOf(language)),
    ...pagesOf(SIGNED_IN, signedIn(frameOf(language), { name: 'rita.reviewer', role: 'reviewer' })),
    ...pagesOf(deskPages(CASE), signedIn(frameOf(language), { name: 'agent.smith', role: 'helpdesk' })),
    ...pagesOf(AUDIT_PAGES, signedIn(frameOf(language), { name: 'otto.auditor', role: 'auditor' })),
  ]);
}

function pagesOf(pages: Readonly<Record<string, ConsoleView>>, frame: ConsoleFrame): ConsolePage[] {
  return Object.entries(pages).map(([name, view]) => ({ name: `${frame.language}-console-${name}`, view, frame }));
}

const signedIn = (frame: ConsoleFrame, as: { name: string; role: string }): ConsoleFrame => ({
  ...frame,
  csrfToken: 'c'.repeat(43),
  signedInAs: as.name,
  scopes: scopesOfRoles([as.role]),
});

function frameOf(language: Language): ConsoleFrame {
  return {
    organisationName: 'Example Organisation',
    helpDesk: { name: 'Example Help Desk' },
    language,
    timeZone: 'Europe/London',
  };
}
