import { Injectable } from '@nestjs/common';
import { ProviderError, type ProviderAdapter, type SessionContext } from '../../../providers/kit/index.js';
import { Subjects } from '../../directory/subjects.js';
import { EvidenceReader } from '../../identity-evidence/evidence-reader.js';
import { Database } from '../../platform/database/database.js';
import type { Transaction } from '../../platform/database/transaction.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { ProviderCalls } from '../providers/provider-calls.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { SessionContexts } from '../session/session-contexts.js';
import { SessionStore } from '../session/session-store.js';
import type { SessionRef, VerificationSession } from '../session/verification-session.js';
import { Abandonment } from './abandonment.js';
import { CaseEvidence } from './case-evidence.js';
import { FetchAftermath, type FetchOutcome } from './fetch-aftermath.js';
import { RepeatedSelfies } from './repeated-selfies.js';
import { RereadSchedule } from './reread-schedule.js';
import { isHeard } from './standing-result.js';

/** Longer than the call's own deadline (provider-calls.ts). */
const HAND_OVER_LEASE_SECONDS = 60;

interface Work {
  recoveryCase: RecoveryCase;
  session: VerificationSession;
  adapter: ProviderAdapter | undefined;
}

/**
 * Asks a provider for the truth about one session (rule 3). It may run twice, or wake up after its case has closed:
 * what it may change is decided again, under the case's lock, after the answer is here (rule 2).
 */
@Injectable()
export class ResultCollector {
  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly registry: ProviderRegistry,
    private readonly calls: ProviderCalls,
    private readonly sessions: SessionStore,
    private readonly contexts: SessionContexts,
    private readonly reader: EvidenceReader,
    private readonly subjects: Subjects,
    private readonly repeats: RepeatedSelfies,
    private readonly rereads: RereadSchedule,
    private readonly abandonment: Abandonment,
    private readonly aftermath: FetchAftermath,
  ) {}

  async collect(ref: SessionRef): Promise<void> {
    const work = await this.load(ref);
    if (!work) return;
    const outcome = await this.fetch(work);
    await this.aftermath.apply(work.session, outcome);
  }

  private async load(ref: SessionRef): Promise<Work | undefined> {
    return this.database.transaction(async (tx) => {
      const recoveryCase = await this.cases.lock(tx, ref.caseId);
      const session = await this.sessions.find(tx, ref.sessionId);
      if (!recoveryCase || !session || session.caseId !== ref.caseId || session.attempt !== ref.attempt)
        return undefined;
      if (session.state === 'reported') return this.loadAgain(tx, { recoveryCase, session });
      if (session.state !== 'open' && session.state !== 'collecting') return undefined;
      if (recoveryCase.state === 'verifying' && recoveryCase.attempt === session.attempt) {
        await this.rereads.begin(tx, session);
        return { recoveryCase, session, adapter: this.registry.get(session.provider) };
      }
      const stillCapturing = recoveryCase.state === 'awaiting_evidence' && recoveryCase.attempt === session.attempt;
      if (!stillCapturing) await this.abandonment.ignoreLate(tx, session);
      return undefined;
    });
  }

  /** A session that has reported is read again when a push asked for it and its case still rests on the report. */
  private async loadAgain(tx: Transaction, of: Pick<Work, 'recoveryCase' | 'session'>): Promise<Work | undefined> {
    const { recoveryCase } = of;
    const session = (await isHeard(tx, recoveryCase, of.session))
      ? await this.rereads.claim(tx, of.session)
      : undefined;
    return session && { recoveryCase, session, adapter: this.registry.get(session.provider) };
  }

  private async fetch(work: Work): Promise<FetchOutcome> {
    const { adapter } = work;
    if (!adapter) return { kind: 'failed', error: new ProviderError('broken', 'the provider is not loaded') };
    const evidence = this.evidenceFor({ ...work, adapter });
    const context: SessionContext = {
      ...(await this.database.read((tx) => this.contexts.forFetch(tx, { ...work, adapter }))),
      evidence,
    };
    try {
      const selfie = evidence ? await this.repeats.look(work, evidence) : 'new';
      if (selfie !== 'new') return { kind: selfie === 'repeated' ? 'selfie_repeated' : 'selfie_not_looked_at' };
      if (adapter.submitEvidence && work.session.evidenceHandedAt === null)
        return await this.handOver(adapter, context, work);
      const report = await this.calls.run(adapter, 'fetch', () =>
        sparing(evidence, () => adapter.fetchResult(context)),
      );
      return report.terminal && report.status !== 'pending' ? { kind: 'report', report } : { kind: 'pending' };
    } catch (error) {
      if (evidence?.fault === 'lost') return { kind: 'evidence_lost' };
      if (evidence?.fault === 'unavailable') return { kind: 'evidence_unavailable' };
      if (!(error instanceof ProviderError)) throw error;
      return error.code === 'not_ready'
        ? { kind: 'pending', retryAfterSeconds: error.details.retryAfterSeconds }
        : { kind: 'failed', error };
    }
  }

  /**
   * Gives our pictures to a partner that checks them, one process at a time. The partner's answer is asked for on the
   * next look.
   */
  private async handOver(adapter: ProviderAdapter, context: SessionContext, { session }: Work): Promise<FetchOutcome> {
    const claimed = await this.database.transaction((tx) =>
      this.sessions.claimHandOver(tx, session.id, HAND_OVER_LEASE_SECONDS),
    );
    if (!claimed) return { kind: 'pending' };
    let handed = false;
    try {
      await this.calls.run(adapter, 'submit', async () => adapter.submitEvidence?.(context));
      handed = true;
    } finally {
      await this.database.transaction((tx) => this.sessions.endHandOver(tx, session.id, handed));
    }
    return { kind: 'pending' };
  }

  /** Only a provider whose pictures we took ourselves gets to see them. */
  private evidenceFor(work: Work & { adapter: ProviderAdapter }): CaseEvidence | undefined {
    if (work.adapter.capabilities.handoff !== 'capture') return undefined;
    const { id: caseId, subjectId } = work.recoveryCase;
    return new CaseEvidence(
      { reader: this.reader, subjects: this.subjects, database: this.database },
      { caseId, subjectId, attempt: work.session.attempt },
    );
  }
}

/** What an adapter makes of our own store being down is not held against the provider: its circuit stays closed. */
async function sparing<Result>(evidence: CaseEvidence | undefined, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (evidence?.fault === undefined) throw error;
    throw new ProviderError('not_ready', 'a picture of ours could not be read', { cause: error });
  }
}
