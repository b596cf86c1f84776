import { Injectable } from '@nestjs/common';
import { EVIDENCE_KINDS, type EvidenceKind } from '../../providers/kit/index.js';
import { Decisions } from '../adjudication/decisions.js';
import { FlowSessions, type FlowSession } from '../flow-session/flow-sessions.js';
import { latestConsent } from '../identity-evidence/consent-gate.js';
import { wasChosenIn } from '../identity-evidence/document-choice.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import type { Request } from '../platform/http/request-context.js';
import { Policies } from '../policy/policies.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';
import { NOTICE_VERSION } from '../recovery-request/privacy-notice/index.js';
import { AskedCodes } from '../recovery-codes/asked-codes-of-case.js';
import { VerificationSessions, type AskedEvidence } from '../verification/session/verification-sessions.js';
import { FlowSecrets } from './flow-secrets.js';
import { flowStep } from './flow-step.js';
import type { FlowView } from './flow-view.schemas.js';

type EvidenceView = FlowView['evidence'];

const NO_EVIDENCE: AskedEvidence = { required: [], wanted: [] };

/** Puts together what one browser may know about its case, for pages and API alike. */
@Injectable()
export class FlowViews {
  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly verification: VerificationSessions,
    private readonly sessions: FlowSessions,
    private readonly decisions: Decisions,
    private readonly secrets: FlowSecrets,
    private readonly codes: AskedCodes,
    private readonly policies: Policies,
  ) {}

  async of(flow: FlowSession, request: Request): Promise<FlowView> {
    return this.database.read(async (tx) => {
      const recoveryCase = await this.cases.find(tx, flow.caseId);
      if (!recoveryCase) throw new Problem('flow_ended');
      return this.view(tx, { recoveryCase, request });
    });
  }

  /** The same for a stream; undefined once its page session is over, e.g. because another browser took the flow on. */
  async whileLiving(flow: FlowSession, request: Request): Promise<FlowView | undefined> {
    const living = await this.database.read((tx) => this.sessions.isLiving(tx, flow));
    return living ? this.of(flow, request) : undefined;
  }

  private async view(tx: Transaction, subject: { recoveryCase: RecoveryCase; request: Request }): Promise<FlowView> {
    const { recoveryCase } = subject;
    const open = recoveryCase.closedAt === null;
    const choosing = recoveryCase.state === 'awaiting_evidence';
    const living = open ? await this.verification.openFor(tx, recoveryCase) : undefined;
    const session = living && (await this.secrets.handoffOf(tx, living, subject));
    const offers = choosing ? await this.verification.offersFor(tx, recoveryCase) : [];
    const agreed = await latestConsent(tx, recoveryCase.id);
    const evidence = await this.evidenceOf(tx, {
      recoveryCase,
      asked: session?.evidence ?? offers[0]?.evidence ?? NO_EVIDENCE,
    });
    const reasons = choosing ? await this.reasonsOf(tx, recoveryCase) : [];
    const codes = choosing ? await this.codes.of(tx, recoveryCase, subject.request) : undefined;
    const begun = session !== undefined || Object.values(evidence).some((slot) => slot.state !== 'missing');
    return {
      state: recoveryCase.state,
      stateReason: recoveryCase.stateReason,
      attempt: recoveryCase.attempt,
      step: flowStep({
        state: recoveryCase.state,
        consented: agreed === true,
        codesMissing: codes?.missing === true,
        documentChosen: recoveryCase.documentType !== null,
        session,
        choices: offers.length,
        sendsAway: offers.some(({ handoff }) => handoff !== 'capture'),
        retryShown: choosing && !begun && (await isAgain(tx, recoveryCase)),
      }),
      case: { reference: recoveryCase.reference, expiresAt: recoveryCase.expiresAt.toISOString() },
      consent: { noticeVersion: NOTICE_VERSION, noticeUrl: `/notice/${NOTICE_VERSION}`, agreed: agreed ?? null },
      providers: offers.map(({ id, displayName, handoff, dataLeaves }) => ({ id, displayName, handoff, dataLeaves })),
      provider: session?.provider ?? null,
      providerName: session?.displayName ?? null,
      insteadOf: session?.insteadOf?.displayName ?? null,
      insteadOfOwn: session?.insteadOf?.dataLeaves === 'organisation',
      handoff: session?.handoff ?? null,
      partnerReturns: session?.returnsBrowser ?? null,
      recoveryCodes: codes ? { ...codes, methods: [...codes.methods], given: [...codes.given] } : null,
      evidence,
      attemptsLeft: await this.policies.attemptsLeft(tx, recoveryCase),
      reasons,
      nextAttemptAt: recoveryCase.nextAttemptAt?.toISOString() ?? null,
      heldUntil: recoveryCase.heldUntil?.toISOString() ?? null,
      callCode: await this.secrets.callCode(tx, recoveryCase),
      confirmation: await this.secrets.confirmation(tx, subject),
      passkey: { mode: 'direct' },
    };
  }

  /** Why there is another try. Where the provider failed there was no decision, and it was not the person's doing. */
  private async reasonsOf(tx: Transaction, recoveryCase: RecoveryCase): Promise<string[]> {
    const { id: caseId, attempt } = recoveryCase;
    const told = await this.decisions.reasonsForPerson(tx, { caseId, attempt });
    if (told.length > 0) return told;
    return (await this.verification.failedBefore(tx, recoveryCase)) ? ['partner_failed'] : [];
  }

  private async evidenceOf(
    tx: Transaction,
    { recoveryCase, asked }: { recoveryCase: RecoveryCase; asked: AskedEvidence },
  ): Promise<EvidenceView> {
    const { id, attempt } = recoveryCase;
    const rows = await tx.many<{ kind: EvidenceKind; state: 'accepted' | 'rejected'; reasons: string[] }>`
      SELECT kind, state, reasons FROM evidence WHERE case_id = ${id} AND attempt = ${attempt}`;
    const shown = EVIDENCE_KINDS.filter(
      (kind) => asked.required.includes(kind) || asked.wanted.includes(kind) || rows.some((row) => row.kind === kind),
    );
    return Object.fromEntries(
      shown.map((kind) => {
        const row = rows.find((candidate) => candidate.kind === kind);
        const required = asked.required.includes(kind);
        return [kind, { state: row?.state ?? 'missing', required, reasons: row?.reasons ?? [] }];
      }),
    );
  }
}

/** Another try, for which the person has not chosen another document yet. */
const isAgain = async (tx: Transaction, { id, attempt }: RecoveryCase): Promise<boolean> =>
  attempt > 1 && !(await wasChosenIn(tx, { caseId: id, attempt }));
