import pg from 'pg';
import { CallCodes } from '../../src/recovery-request/call-codes.js';
import { caseNotices } from './mail-work.js';
import { createBuiltInDirectory } from '../../directories/built-in/index.js';
import { AdjudicateProcessor } from '../../src/adjudication/adjudicate.processor.js';
import { ReleaseHoldProcessor } from '../../src/adjudication/release-hold.processor.js';
import { CaptureBindings } from '../../src/flow-session/capture-bindings.js';
import { FlowSessions } from '../../src/flow-session/flow-sessions.js';
import type { FlowView } from '../../src/flow-view/flow-view.schemas.js';
import { FlowSecrets } from '../../src/flow-view/flow-secrets.js';
import { FlowViews } from '../../src/flow-view/flow-views.js';
import { MailSender, type Mail } from '../../src/notification/mail-sender.js';
import { NoticeConfirmation } from '../../src/notification/notice-confirmation.js';
import type { CaseNotices } from '../../src/notification/case-notices.js';
import { NoticeReader } from '../../src/notification/notice-reader.js';
import { Repudiation } from '../../src/notification/repudiation.js';
import { NoticesUnsentError } from '../../src/notification/notices-unsent.errors.js';
import { SendNoticesProcessor } from '../../src/notification/send-notices.processor.js';
import { Sessions } from '../../src/passkey-registration/sessions.js';
import { CredentialFreezes } from '../../src/passkey-registration/credential-freezes.js';
import { SqlAccountStore } from '../../src/passkey-registration/sql-account-store.js';
import { routes } from '../../src/pipeline.js';
import type { Transaction } from '../../src/platform/database/transaction.js';
import { Limits } from '../../src/platform/limits/limits.js';
import { Metrics } from '../../src/platform/telemetry/metrics.js';
import type { OutboxPayload } from '../../src/platform/outbox/outbox.js';
import { announce } from '../../src/recovery-case/case-events.js';
import type { RecoveryCase } from '../../src/recovery-case/recovery-case.js';
import type { AskedCodes } from '../../src/recovery-codes/asked-codes-of-case.js';
import { RecoveryTokens } from '../../src/recovery-token/recovery-tokens.js';
import { TokenEntitlement } from '../../src/recovery-token/token-entitlement.js';
import type { VerificationSessions } from '../../src/verification/session/verification-sessions.js';
import { BrowserStub, codeOf } from '../model/browser-stub.js';
import { recordingLogger, testConfig } from '../model/core-stage.js';
import { AdjudicationStage, type CaseOptions } from './adjudication-stage.js';
import type { TestDatabase } from './test-database.js';

/** A mail server that keeps what it takes. */
class KeptMail extends MailSender {
  readonly taken: Mail[] = [];
  /** Addresses that nothing is taken for. */
  refuses = (_to: string): boolean => false;

  protected async handOver(mail: Mail): Promise<void> {
    if (this.refuses(mail.to)) throw new Error('the mail server is away');
    this.taken.push(mail);
  }
}

/** Nobody is at a partner any more in these cases. */
const noPartner = {
  openFor: async () => undefined,
  offersFor: async () => [],
  failedBefore: async () => false,
} as unknown as VerificationSessions;
/** Nobody here is asked for codes. */
const noCodes = { of: async () => undefined } as unknown as AskedCodes;

/**
 * From a good result to the token, over a real database: adjudication, notices, the flow's view and the token service,
 * with the pipeline's own routes between them. The partner is the rows its result left behind.
 */
export class DeviceStage {
  readonly adjudication: AdjudicationStage;
  readonly mail = new KeptMail();
  readonly flows: FlowSessions;
  readonly captures: CaptureBindings;
  readonly confirmation: NoticeConfirmation;
  readonly repudiation: Repudiation;
  readonly tokens: RecoveryTokens;
  readonly views: FlowViews;
  readonly #notices: CaseNotices;

  constructor(private readonly db: TestDatabase) {
    const { database } = db;
    this.adjudication = new AdjudicationStage(database, { embedded: true, notices: true });
    const {
      ring,
      clock,
      cases,
      subjects,
      policies,
      keys,
      decisions,
      confirmations,
      answers,
      linkAddresses,
      securityEvents,
    } = this.adjudication;
    const { logger } = recordingLogger();
    const reader = new NoticeReader(ring);
    this.flows = new FlowSessions(ring, clock);
    this.captures = new CaptureBindings(ring);
    this.confirmation = new NoticeConfirmation(database, reader, answers);
    const freezes = new CredentialFreezes(createBuiltInDirectory(new SqlAccountStore()), securityEvents);
    this.repudiation = new Repudiation(
      database,
      reader,
      cases,
      this.flows,
      freezes,
      new Sessions(ring, clock),
      securityEvents,
    );
    const config = testConfig();
    this.#notices = caseNotices(
      { database, subjects, ring, clock, logger, config, policies, linkAddresses },
      this.mail,
    );
    const { flows, captures } = this;
    const secrets = new FlowSecrets(captures, confirmations, new CallCodes(keys));
    this.views = new FlowViews(database, cases, noPartner, flows, decisions, secrets, noCodes, policies);
    const check = this.adjudication.adjudication;
    const limits = new Limits(ring, 1_000);
    const entitlement = new TokenEntitlement(cases, captures, policies, check);
    this.tokens = new RecoveryTokens(database, entitlement, limits, ring, clock, new Metrics());
  }

  /** A good result of a case whose flow runs in this browser, and everything that follows from it at once. */
  async goodResult(browser: BrowserStub, options: CaseOptions): Promise<RecoveryCase> {
    const reported = await this.adjudication.reportedCase(options);
    const { id: caseId, attempt } = reported;
    await this.db.database.transaction(async (tx) => {
      await this.captures.bind(tx, { caseId, attempt, ...browser.exchange });
      await this.flows.open(tx, { caseId, language: 'en', browser: 'Chrome, Windows' });
      await this.linkWasMailed(tx, reported);
    });
    return this.settle(reported);
  }

  /** What the delivery of the link leaves behind (deliver-link.processor.ts): an agent's goes through no mailbox. */
  private async linkWasMailed(tx: Transaction, { id, subjectId, channel }: RecoveryCase): Promise<void> {
    const subject = await this.adjudication.subjects.find(tx, subjectId);
    const [first] = subject?.profile.reveal().emails ?? [];
    if (first !== undefined && channel !== 'relay') await this.adjudication.linkAddresses.record(tx, id, first);
  }

  /** Does what the queue would do with every event of the case that is due, until none is left. */
  async settle({ id: caseId }: Pick<RecoveryCase, 'id'>): Promise<RecoveryCase> {
    for (;;) {
      const due = await this.db.database.transaction(
        (tx) => tx.many<{ id: string; event: string; payload: OutboxPayload }>`
          UPDATE outbox SET published_at = clock_timestamp() WHERE published_at IS NULL AND due_at <= clock_timestamp()
            AND payload ->> 'caseId' = ${caseId} RETURNING id::text, event, payload`,
      );
      if (due.length === 0) return this.adjudication.read(caseId);
      const inOrder = due.sort((a, b) => Number(a.id) - Number(b.id));
      for (const job of inOrder.flatMap(({ event, payload }) => routes(event, payload)))
        await this.perform(job.contract.name, job.payload);
    }
  }

  /** The browser that started comes back: what src/verification/flow leaves behind. */
  async browserReturns({ id: caseId, attempt }: RecoveryCase): Promise<RecoveryCase> {
    await this.db.database.transaction(async (tx) => {
      const { id: sessionId } = await tx.one<{ id: string }>`
        UPDATE verification_sessions SET returned_at = clock_timestamp()
        WHERE case_id = ${caseId} AND attempt = ${attempt} RETURNING id`;
      await announce(tx, 'verification.browser_returned', { payload: { caseId, attempt, sessionId } });
    });
    return this.settle({ id: caseId });
  }

  /** Everything about the case happened so much earlier. Reports are append-only for the service: their owner moves them. */
  async timePasses(of: Pick<RecoveryCase, 'id'>, seconds: number): Promise<RecoveryCase> {
    const owner = new pg.Client({ connectionString: this.db.ownerUrl, options: '-c search_path=regain' });
    await owner.connect();
    const earlier = (column: string): string => `${column} = ${column} - make_interval(secs => $2)`;
    for (const [table, column, key] of [
      ['verification_reports', 'received_at', 'case_id'],
      ['decisions', 'decided_at', 'case_id'],
      ['device_confirmations', 'asked_at', 'case_id'],
      ['notices', 'sent_at', 'case_id'],
      ['notices', 'first_sent_at', 'case_id'],
      ['recovery_cases', 'held_until', 'id'],
      ['outbox', 'due_at', "payload ->> 'caseId'"],
    ] as const)
      await owner.query(`UPDATE ${table} SET ${earlier(column)} WHERE ${key} = $1`, [of.id, seconds]);
    await owner.end();
    return this.settle(of);
  }

  /** What the page of the flow says to a browser. */
  async flowOf({ id: caseId }: Pick<RecoveryCase, 'id'>, browser: BrowserStub): Promise<FlowView> {
    return this.views.of({ sessionId: 'fs_test', caseId, endsInSeconds: 7_200 }, browser.request);
  }

  /** `done`, or the code of the refusal. */
  async tokenFor({ id: caseId }: Pick<RecoveryCase, 'id'>, browser: BrowserStub): Promise<string> {
    return codeOf(this.tokens.issue({ caseId, request: browser.request }));
  }

  /** Tokens of the mails about a case that ask, oldest first. */
  async questionsTo(of: RecoveryCase): Promise<{ to: string; token: string; text: string }[]> {
    return this.mailsOf(of).filter(({ subject }) => subject.includes('right now?'));
  }

  mailsOf({
    reference,
  }: Pick<RecoveryCase, 'reference'>): { to: string; token: string; text: string; subject: string }[] {
    return this.mail.taken
      .filter(({ text }) => text.includes(reference))
      .map((mail) => ({ ...mail, token: /\/notices\/([\w-]{43})/.exec(mail.text)?.[1] ?? '' }));
  }

  private async perform(name: string, data: object): Promise<void> {
    const { adjudication, late } = this.adjudication;
    const job = { data, opts: { attempts: 2 }, attemptsMade: 0 } as never;
    if (name === 'adjudicate') await new AdjudicateProcessor(adjudication, late).process(job);
    if (name === 'release-hold') await new ReleaseHoldProcessor(adjudication).process(job);
    // Whoever could not be told is told by a later job.
    if (name === 'send-notices')
      await new SendNoticesProcessor(this.#notices).process(job).catch((error: unknown) => {
        if ((error as Error).message !== NoticesUnsentError.name) throw error;
      });
  }
}
