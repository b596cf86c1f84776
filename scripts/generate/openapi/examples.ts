import type { z } from 'zod';
import type { ProofingRecordBody, SubjectBody, SubjectView } from '../../../src/directory/subject.schemas.js';
import type {
  CallCodeBody,
  CancelBody,
  CaseView,
  OpenCaseBody,
  OpenedCaseView,
} from '../../../src/recovery-request/case.schemas.js';

const ANA = 'sub_01K9Z3T5V7X9B1D3F5H7K9N1Q3';

const CASE = {
  id: 'rc_01K9Z4A6C8E0G2J4M6P8R0T2W4',
  reference: 'REC-7F3K',
  state: 'link_sent',
  stateReason: null,
  attempt: 1,
  attemptsLeft: 2,
  subject: { id: ANA, displayName: 'Ana Petrova' },
  openedBy: 'h.desk@example.org',
  authorizations: null,
  channel: 'email',
  ticketRef: 'INC-20418',
  policyId: 'pol_01K9Z0B2D4F6H8K0N2Q4S6V8X0',
  mode: 'production',
  provider: null,
  outcome: null,
  nextAttemptAt: null,
  createdAt: '2026-11-27T09:14:02.113Z',
  updatedAt: '2026-11-27T09:14:02.113Z',
  expiresAt: '2026-11-28T09:14:02.113Z',
} satisfies z.infer<typeof CaseView>;

const ACCOUNT = {
  id: ANA,
  login: 'ana.petrova',
  displayName: 'Ana Petrova',
  emails: ['a•••@example.org'],
  phones: [],
  groups: ['staff'],
  privileged: false,
  assuranceLevel: 'AAL2',
  status: 'active',
  proofing: { level: 'IAL2', proofedAt: '2026-03-02T10:00:00.000Z', hasPortrait: true },
} satisfies z.infer<typeof SubjectView>;

/** What a help desk and a provisioner send and get; a test holds each against its schema. */
export const EXAMPLES = {
  OpenByMail: {
    summary: 'The link goes to an address on file',
    value: {
      subject: { login: 'ana.petrova' },
      delivery: { channel: 'email' },
      reason: 'Lost her phone on a trip',
      ticketRef: 'INC-20418',
    } satisfies z.input<typeof OpenCaseBody>,
  },
  OpenByRelay: {
    summary: 'The agent passes the link on',
    value: {
      subject: { employeeId: '40711' },
      delivery: { channel: 'relay' },
      reason: 'New laptop, no mail yet',
    } satisfies z.input<typeof OpenCaseBody>,
  },
  Case: { summary: 'The link was sent, and nobody has opened it yet', value: CASE },
  CaseWithLink: {
    summary: 'Opened with a link for the agent, in this answer only',
    value: {
      ...CASE,
      channel: 'relay',
      link: 'https://recover.example.org/r/4f9dK2sQmX7',
    } satisfies z.infer<typeof OpenedCaseView>,
  },
  CaseInReview: {
    summary: 'People decide',
    value: {
      ...CASE,
      state: 'in_review',
      stateReason: 'reviewer_needed',
      provider: 'clear1',
      outcome: { verdict: 'refer', bucket: 'needs_review' },
    } satisfies z.infer<typeof CaseView>,
  },
  Cases: { summary: 'The last page', value: { data: [CASE], nextCursor: null } },
  CallCode: {
    summary: 'What the caller reads out',
    value: { code: '4821' } satisfies z.input<typeof CallCodeBody>,
  },
  Cancel: {
    summary: 'Why it is stopped',
    value: { reason: 'Found the phone again' } satisfies z.input<typeof CancelBody>,
  },
  NewAccount: {
    summary: 'An account of the built-in directory',
    value: {
      login: 'ana.petrova',
      givenName: 'Ana',
      familyName: 'Petrova',
      birthDate: '1988-04-17',
      employeeId: '40711',
      emails: ['ana.petrova@example.org'],
      groups: ['staff'],
      assuranceLevel: 'AAL2',
    } satisfies z.input<typeof SubjectBody>,
  },
  Account: { summary: 'As it is read: addresses are masked', value: ACCOUNT },
  Accounts: { summary: 'The one account of that login', value: { data: [ACCOUNT], nextCursor: null } },
  ProofingRecord: {
    summary: 'Proofed with a passport; the portrait is a part of its own',
    value: {
      record: {
        level: 'IAL2',
        evidenceKinds: ['passport'],
        proofedAt: '2026-03-02T10:00:00Z',
        attributes: {
          givenName: 'Ana',
          familyName: 'Petrova',
          birthDate: '1988-04-17',
          documentNumber: 'C01X00T47',
          issuingCountry: 'DEU',
          documentType: 'passport',
        },
      } satisfies z.input<typeof ProofingRecordBody>,
    },
  },
} as const;
type ExampleName = keyof typeof EXAMPLES;

const USES: Readonly<Record<string, { body?: readonly ExampleName[]; answer?: readonly ExampleName[] }>> = {
  RecoveryCases_open: { body: ['OpenByMail', 'OpenByRelay'], answer: ['Case', 'CaseWithLink'] },
  RecoveryCases_list: { answer: ['Cases'] },
  RecoveryCases_one: { answer: ['Case', 'CaseInReview'] },
  RecoveryCases_resendLink: { answer: ['Case', 'CaseWithLink'] },
  RecoveryCases_callCode: { body: ['CallCode'], answer: ['Case'] },
  RecoveryCases_authorize: { answer: ['Case'] },
  RecoveryCases_cancel: { body: ['Cancel'] },
  Subjects_search: { answer: ['Accounts'] },
  Subjects_one: { answer: ['Account'] },
  Subjects_put: { body: ['NewAccount'], answer: ['Account'] },
  Subjects_putProofingRecord: { body: ['ProofingRecord'], answer: ['Account'] },
};

interface Media {
  schema?: unknown;
  examples?: object;
}
interface Exemplary {
  operationId: string;
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { content?: Record<string, Media> } | { $ref: string }>;
}

/** @throws Error when an operation that has examples is not there any more */
export function addExamples(operations: readonly Exemplary[]): void {
  for (const [id, { body = [], answer = [] }] of Object.entries(USES)) {
    const operation = operations.find(({ operationId }) => operationId === id);
    if (!operation) throw new Error(`there is no operation ${id} to show examples of`);
    const [, success] = Object.entries(operation.responses).find(([status]) => status.startsWith('2')) ?? [];
    const sent = Object.values(operation.requestBody?.content ?? {});
    const answered = success && 'content' in success ? Object.values(success.content ?? {}) : [];
    for (const media of sent) show(media, body);
    for (const media of answered) show(media, answer);
  }
}

function show(media: Media, names: readonly ExampleName[]): void {
  if (names.length > 0)
    media.examples = Object.fromEntries(names.map((name) => [name, { $ref: `#/components/examples/${name}` }]));
}
