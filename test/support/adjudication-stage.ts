import { randomBytes } from 'node:crypto';
import {
  CHECK_KINDS,
  Sensitive,
  type Check,
  type CheckKind,
  type DocumentFacts,
  type IdentityAttributes,
  type ProviderAdapter,
  type ProviderReport,
} from '../../providers/kit/index.js';
import { AccountIndex } from '../../src/adjudication/accounts/account-index.js';
import { KnownDocuments } from '../../src/adjudication/accounts/known-documents.js';
import { Adjudication } from '../../src/adjudication/adjudication.js';
import { AccountFactsReader } from '../../src/adjudication/account-facts.js';
import { CaseFactsReader } from '../../src/adjudication/case-facts.js';
import { Decisions } from '../../src/adjudication/decisions.js';
import { EvidenceTickets } from '../../src/adjudication/review/evidence-tickets.js';
import { EvidenceViews } from '../../src/adjudication/review/evidence-views.js';
import { ReviewAccess } from '../../src/adjudication/review/review-access.js';
import { ReviewComparisons } from '../../src/adjudication/review/review-comparison.js';
import { ReviewVoting } from '../../src/adjudication/review/review-voting.js';
import { Reviews } from '../../src/adjudication/review/reviews.js';
import { AskedAddresses } from '../../src/adjudication/device/asked-addresses.js';
import { ConfirmationAnswers } from '../../src/adjudication/device/confirmation-answers.js';
import { DeviceConfirmations } from '../../src/adjudication/device/device-confirmations.js';
import { HoldNotices } from '../../src/adjudication/hold-notices.js';
import { EvidenceFactsReader } from '../../src/adjudication/evidence-facts.js';
import { Holds } from '../../src/adjudication/holds.js';
import { LateJudgement } from '../../src/adjudication/late-judgement.js';
import { ReviewVotes } from '../../src/adjudication/review-votes.js';
import type { ProofedAttributes } from '../../src/directory/subject.js';
import { Portraits } from '../../src/directory/portraits.js';
import { ProofingRecords } from '../../src/directory/proofing-records.js';
import { Subjects } from '../../src/directory/subjects.js';
import type { EvidenceReader } from '../../src/identity-evidence/evidence-reader.js';
import { EvidenceSlots } from '../../src/identity-evidence/evidence-slots.js';
import { SystemClock } from '../../src/platform/clock/clock.js';
import { CaseKeys } from '../../src/platform/crypto/case-keys.js';
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import type { Database } from '../../src/platform/database/database.js';
import type { Transaction } from '../../src/platform/database/transaction.js';
import { newId } from '../../src/platform/ids/ids.js';
import type { ReviewCopies } from '../../src/platform/pictures/review-copies.js';
import { Limits } from '../../src/platform/limits/limits.js';
import { Logger } from '../../src/platform/logging/logger.js';
import { StaffAlarms } from '../../src/staff-access/staff-alarms.js';
import { StaffBudgets } from '../../src/staff-access/staff-budgets.js';
import { ReviewWatch } from '../../src/adjudication/review/review-watch.js';
import { Metrics } from '../../src/platform/telemetry/metrics.js';
import { SecurityEvents } from '../../src/platform/telemetry/security-events.js';
import { Policies } from '../../src/policy/policies.js';
import { KnownAbilities } from '../../src/policy/provider-abilities.js';
import { PolicyChanges } from '../../src/policy/policy-changes.js';
import { PolicyDocument, type Policy } from '../../src/policy/policy.js';
import { SYSTEM } from '../../src/audit-trail/audit-event-types.js';
import { RecoveryCaseRepository } from '../../src/recovery-case/recovery-case.repository.js';
import type { RecoveryCase } from '../../src/recovery-case/recovery-case.js';
import { sayYes } from '../../src/recovery-case/second-people.js';
import { GivenCodes } from '../../src/recovery-codes/given-codes.js';
import { LinkAddresses } from '../../src/recovery-codes/link-addresses.js';
import { CaseOpening } from '../../src/recovery-request/case-opening.js';
import { CaseViews } from '../../src/recovery-request/case-view.js';
import { recordingLogger } from '../model/core-stage.js';
import { MemoryObjectStore } from '../model/memory-object-store.js';
import type { ProviderRegistry } from '../../src/verification/providers/provider-registry.js';
import { VerificationReports } from '../../src/verification/verification-reports.js';
import type { VerificationSession } from '../../src/verification/session/verification-session.js';

/** One for all stages of a test file: what one of them sealed, another can open. */
export const STAGE_KEYS = KeyRing.generate();

export const ANA = { givenName: 'Ana', familyName: 'Demo', birthDate: '1980-01-02' };

/** Stands for a loaded provider: adjudication asks for nothing but its capabilities. */
const CAPABILITIES: Readonly<Record<string, object>> = {
  local: { dataLeaves: 'organisation', handoff: 'capture', sameDevice: 'capture' },
  partner: { dataLeaves: 'partner', handoff: 'redirect', sameDevice: 'return' },
  /** Shows a code for another device. */
  screen: { dataLeaves: 'partner', handoff: 'qr_deeplink', sameDevice: 'none' },
};
const registry = {
  get: (id: string) => (CAPABILITIES[id] ? ({ id, capabilities: CAPABILITIES[id] } as ProviderAdapter) : undefined),
} as ProviderRegistry;

/** Everybody here is called Ana Demo; specs that are about something else take the name for unique. */
export const NOBODY_ELSE = {
  uniquenessOfName: () => Promise.resolve('unique'),
  catchUpBeforeDecision: () => Promise.resolve(),
} as unknown as AccountIndex;

/** No mails go out here; specs that are about something else take every hold for told of long ago. */
export const ALWAYS_TOLD = {
  toldOf: () => Promise.resolve({ owed: true, before: true, sinceSeconds: Infinity }),
} as unknown as HoldNotices;

export interface CaseOptions {
  policy?: Policy;
  provider?: 'local' | 'partner' | 'screen';
  /** Whether the browser that started has come back; default yes. */
  returned?: boolean;
  role?: 'first' | 'fallback';
  checks?: Check[];
  compared?: ProviderReport['compared'];
  identity?: IdentityAttributes | null;
  /** What the directory calls them; default like the reports. */
  profile?: { givenName: string; familyName: string; birthDate?: string };
  document?: DocumentFacts;
  /** What is on record; null for an account that was never proofed. Default: the person the reports are about. */
  record?: ProofedAttributes | null;
  privileged?: boolean;
  login?: string;
  /** On file; default two mailboxes, of which the link goes to the first. */
  emails?: string[];
  openedBy?: string;
  channel?: RecoveryCase['channel'];
}

/** What stands for any blurred picture. */
export const BLURRED = new Uint8Array([0xff, 0xd8, 0, 0xff, 0xd9]);

const clean = (kind: CheckKind): Check => ({ kind, result: 'pass', reasonCodes: ['ok'] });
export const PASSED: Check[] = CHECK_KINDS.filter((kind) => kind !== 'data_match').map(clean);
export const checksWith = (...changed: Check[]): Check[] => [
  ...PASSED.filter((check) => !changed.some((other) => other.kind === check.kind)),
  ...changed,
];

/** Stage 4 over a real database, with cases that have just been reported on. */
export class AdjudicationStage {
  readonly clock = new SystemClock();
  readonly ring = new KeyRing(STAGE_KEYS);
  readonly keys = new CaseKeys(this.ring);
  readonly objects = new MemoryObjectStore();
  readonly subjects = new Subjects(this.ring);
  readonly records = new ProofingRecords(this.ring);
  readonly portraits: Portraits;
  readonly metrics = new Metrics();
  readonly securityEvents = new SecurityEvents(this.metrics, recordingLogger().logger);
  readonly cases = new RecoveryCaseRepository(this.metrics, this.securityEvents);
  readonly policies = new Policies(this.securityEvents);
  readonly changes: PolicyChanges;
  readonly reports = new VerificationReports(this.keys, this.clock);
  readonly documents = new KnownDocuments(this.ring, this.reports, this.securityEvents);
  readonly accounts = new AccountIndex(this.ring, this.documents, this.securityEvents);
  readonly decisions = new Decisions(this.clock, this.securityEvents);
  readonly votes = new ReviewVotes(this.keys, this.subjects);
  readonly confirmations = new DeviceConfirmations(this.keys);
  readonly linkAddresses = new LinkAddresses(this.ring);
  readonly adjudication: Adjudication;
  readonly late: LateJudgement;
  readonly answers: ConfirmationAnswers;
  readonly reviews: Reviews;
  readonly voting: ReviewVoting;
  readonly pictures: EvidenceViews;
  readonly comparisons: ReviewComparisons;
  /** Copies are the picture itself; what was to be burnt into each is kept. */
  readonly marks: string[][] = [];
  private readonly copies: ReviewCopies = {
    marked: async (jpeg, texts) => (this.marks.push([...texts]), jpeg),
    blurred: async () => BLURRED,
    close: async () => undefined,
  };

  constructor(
    readonly database: Database,
    options: { embedded: boolean; picture?: Uint8Array; toldApart?: boolean; limitScale?: number; notices?: true } = {
      embedded: true,
    },
  ) {
    const config = { embedded: options.embedded, PROVIDERS: ['local', 'partner', 'screen'] };
    this.changes = new PolicyChanges(this.clock, config, this.policies, new KnownAbilities());
    const accounts = options.toldApart ? this.accounts : NOBODY_ELSE;
    const { reports, policies, subjects, records, documents, confirmations } = this;
    this.portraits = new Portraits(this.ring, this.objects, database);
    const codes = new GivenCodes();
    const { linkAddresses } = this;
    const evidence = new EvidenceFactsReader(reports, registry, policies, subjects, documents, linkAddresses);
    const account = new AccountFactsReader(subjects, records, accounts);
    const facts = new CaseFactsReader(config, reports, policies, evidence, account, codes);
    this.adjudication = new Adjudication(
      database,
      this.cases,
      facts,
      this.decisions,
      this.votes,
      confirmations,
      documents,
      new Holds(options.notices ? new HoldNotices(this.ring, subjects) : ALWAYS_TOLD),
    );
    this.late = new LateJudgement(database, this.cases, facts, reports, this.securityEvents);
    const asked = new AskedAddresses(this.ring, subjects, linkAddresses);
    this.answers = new ConfirmationAnswers(this.cases, this.adjudication, this.decisions, confirmations, asked);
    const access = new ReviewAccess(this.subjects, this.cases);
    const tickets = new EvidenceTickets(this.ring);
    const slots = new EvidenceSlots(this.clock);
    const views = new CaseViews(this.subjects, policies);
    const { adjudication, decisions, votes } = this;
    this.reviews = new Reviews(database, access, adjudication, votes, policies, views, slots, tickets);
    const metrics = new Metrics();
    const alarms = new StaffAlarms(metrics, Logger.create('error'));
    const budgets = new StaffBudgets(database, new Limits(this.ring, options.limitScale ?? 1_000), alarms);
    const watch = new ReviewWatch(alarms);
    this.comparisons = new ReviewComparisons(database, access, subjects, records, reports, budgets);
    this.voting = new ReviewVoting(database, access, adjudication, decisions, votes, policies, budgets, watch);
    const reader = {
      readUnhurried: async () => options.picture && new Sensitive(options.picture),
    } as unknown as EvidenceReader;
    this.pictures = new EvidenceViews(database, this.portraits, access, tickets, reader, budgets, this.copies);
  }

  /** A profile for nobody but the accounts given its group; returned with the group's name. */
  async policy(changes: Record<string, unknown> = {}): Promise<Policy> {
    const document = PolicyDocument.parse({
      name: 'test',
      providers: ['partner', 'local', 'screen'],
      requiredChecks: CHECK_KINDS,
      include: [`group-${randomBytes(6).toString('hex')}`],
      ...changes,
    });
    const made = await this.database.transaction((tx) => this.changes.create(tx, { document, actor: SYSTEM }));
    if (made.kind !== 'applied' || !made.policy) throw new Error('the profile was not made');
    return made.policy;
  }

  /** A case in `adjudicating`, first attempt, with a stored report: the stages before it are tested elsewhere. */
  async reportedCase(options: CaseOptions = {}): Promise<RecoveryCase> {
    const policy = options.policy ?? (await this.policy());
    return this.database.transaction(async (tx) => {
      const subjectId = await this.insertSubject(tx, policy, options);
      const subject = await this.subjects.find(tx, subjectId);
      const opener = { kind: 'person' as const, id: options.openedBy ?? 'agent.one' };
      const channel = options.channel ?? 'email';
      const opening = new CaseOpening(this.clock, this.keys, this.metrics);
      const opened = subject && (await opening.open(tx, { subject, policy, opener, channel }));
      if (!opened) throw new Error('the case could not be opened');
      if (opened.state === 'awaiting_authorization') {
        await this.secondPerson(tx, opened.id);
        await this.move(tx, opened.id, 'authorize');
      }
      await this.move(tx, opened.id, 'start');
      return this.reportOn(tx, opened.id, options);
    });
  }

  /** What the second person leaves behind, without the service that asks who they are. */
  async secondPerson(tx: Transaction, caseId: string, who = 'second.person'): Promise<void> {
    await sayYes(tx, { caseId, by: who });
  }

  /** What the mail of a question leaves behind; its id. Asked again: the same. */
  async questionAtSecondAddress({ id: caseId, attempt, subjectId }: RecoveryCase): Promise<string> {
    return this.database.transaction(async (tx) => {
      const subject = await this.subjects.find(tx, subjectId);
      const [, second] = subject?.profile.reveal().emails ?? [];
      const digest = this.ring.digest('lookup', `address:${second}`);
      await tx.run`INSERT INTO notices (id, case_id, kind, attempt, channel, address_digest)
        VALUES (${newId('ntc', this.clock.now())}, ${caseId}, 'confirmation_needed', ${attempt}, 'email', ${digest}) ON CONFLICT DO NOTHING`;
      const { id } = await tx.one<{ id: string }>`SELECT id FROM notices
        WHERE case_id = ${caseId} AND kind = 'confirmation_needed' AND attempt = ${attempt} AND address_digest = ${digest}`;
      return id;
    });
  }

  /** Another attempt of a case in `awaiting_evidence`. */
  async reportOn(tx: Transaction, caseId: string, options: CaseOptions): Promise<RecoveryCase> {
    const submitted = await this.move(tx, caseId, 'submit');
    const session = await this.insertSession(tx, submitted, options);
    await this.reports.store(tx, session, reportOf(session, options));
    return this.move(tx, caseId, 'report');
  }

  async read(caseId: string): Promise<RecoveryCase> {
    return this.database.read((tx) => tx.one<RecoveryCase>`SELECT * FROM recovery_cases WHERE id = ${caseId}`);
  }

  /** Types of the case's audit events, in order, from the one that told of the report. */
  async trail(caseId: string): Promise<string[]> {
    const rows = await this.database.read(
      (tx) => tx.many<{ type: string }>`SELECT type FROM audit_events WHERE chain_id = ${caseId} ORDER BY seq`,
    );
    const types = rows.map((row) => row.type);
    return types.slice(types.indexOf('case.reported') + 1);
  }

  private async move(tx: Transaction, caseId: string, name: 'authorize' | 'start' | 'submit' | 'report') {
    const moved = await this.cases.transition(tx, { caseId, name, actor: SYSTEM });
    if (!moved) throw new Error(`the case could not ${name}`);
    return moved;
  }

  private async insertSubject(tx: Transaction, policy: Policy, options: CaseOptions): Promise<string> {
    const id = newId('sub', this.clock.now());
    const login = options.login ?? `person.${randomBytes(6).toString('hex')}`;
    const emails = options.emails ?? [`${login}@example.org`, `${login}.private@example.net`];
    const contacts = { emails, phones: [], formerEmails: [] };
    const profile = { login, displayName: 'Ana Demo', ...(options.profile ?? ANA), ...contacts };
    const groups = policy.document.include;
    const input = { profile, groups, privileged: options.privileged ?? false, status: 'active' as const };
    await this.subjects.put(tx, { id, input });
    if (options.record !== null) await this.proof(tx, id, options.record ?? ANA);
    return id;
  }

  /** Puts on record who was proofed. */
  async proof(tx: Transaction, subjectId: string, attributes: ProofedAttributes): Promise<void> {
    const input = { level: 'IAL2', evidenceKinds: ['passport'], proofedAt: this.clock.now(), attributes };
    await this.records.put(tx, { subjectId, input });
  }

  private async insertSession(tx: Transaction, of: RecoveryCase, options: CaseOptions): Promise<VerificationSession> {
    const id = newId('vs', this.clock.now());
    return tx.one<VerificationSession>`
      INSERT INTO verification_sessions (id, case_id, attempt, provider, role, state, external_id, nonce_sealed, return_state_digest, returned_at)
      VALUES (${id}, ${of.id}, ${of.attempt}, ${options.provider ?? 'partner'}, ${options.role ?? 'first'}, 'reported', ${id},
        ${randomBytes(8)}, ${randomBytes(32)}, CASE WHEN ${options.returned ?? true} THEN clock_timestamp() END) RETURNING *`;
  }
}

function reportOf(session: VerificationSession, options: CaseOptions): ProviderReport {
  const { identity = { ...ANA } } = options;
  return {
    status: 'completed',
    terminal: true,
    binding: { externalId: session.id },
    checks: options.checks ?? PASSED,
    ...(options.compared && { compared: options.compared }),
    ...(identity ? { identity: new Sensitive(identity) } : {}),
    ...(options.document ? { document: new Sensitive(options.document) } : {}),
    provenance: { adapterVersion: 'test', live: true, checkedAt: '2026-11-22T00:00:00.000Z' },
  };
}
