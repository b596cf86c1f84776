import { Injectable } from '@nestjs/common';
import { ProviderError, type ProviderAdapter, type SessionContext } from '../../../providers/kit/index.js';
import { Portraits } from '../../directory/portraits.js';
import { EvidenceReader } from '../../identity-evidence/evidence-reader.js';
import { Database } from '../../platform/database/database.js';
import type { Transaction } from '../../platform/database/transaction.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { ProviderCalls } from '../providers/provider-calls.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { SessionContexts } from '../session/session-contexts.js';
import { SessionStore } from '../session/session-store.js';
import { isOver, wasGivenUp, type SessionRef, type VerificationSession } from '../session/verification-session.js';
import { Abandonment } from './abandonment.js';
import { CaseEvidence } from './case-evidence.js';
import { FetchAftermath, type FetchOutcome } from './fetch-aftermath.js';
import { FetchSchedule } from './fetch-schedule.js';
import { RepeatedSelfies } from './repeated-selfies.js';
import { isHeard } from './later-answers.js';

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
    private readonly portraits: Portraits,
    private readonly repeats: RepeatedSelfies,
    private readonly schedule: FetchSchedule,
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
      if (isOver(session)) return this.loadAgain(tx, { recoveryCase, session });
      if (session.state === 'creating') return undefined;
      if (recoveryCase.state === 'verifying' && recoveryCase.attempt === session.attempt) {
        await this.schedule.begin(tx, session);
        return { recoveryCase, session, adapter: this.registry.get(session.provider) };
      }
      const stillCapturing = recoveryCase.state === 'awaiting_evidence' && recoveryCase.attempt === session.attempt;
      const ended = stillCapturing ? undefined : await this.abandonment.ignoreLate(tx, session, { reported: false });
      return ended && this.loadAgain(tx, { recoveryCase, session: ended });
    });
  }

  /**
   * A session that is over is read again when a push asked for it, or a look is due, and what its partner says still
   * concerns somebody.
   */
  private async loadAgain(tx: Transaction, of: Pick<Work, 'recoveryCase' | 'session'>): Promise<Work | undefined> {
    const { recoveryCase } = of;
    const adapter = this.registry.get(of.session.provider);
    const heard = (await isHeard(tx, recoveryCase, of.session)) && mayKnowMore(of.session, adapter);
    const session = heard ? await this.schedule.claim(tx, of.session) : undefined;
    if (!session) await this.schedule.dropLate(tx, of.session);
    return session && { recoveryCase, session, adapter };
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
      if (evidence && adapter.submitEvidence && work.session.evidenceHandedAt === null)
        return await this.handOver(adapter, context, work);
      const report = await this.calls.run(adapter, 'fetch', () =>
        sparing(evidence, () => adapter.fetchResult(context)),
      );
      return report.terminal && report.status !== 'pending' ? { kind: 'report', report } : { kind: 'pending' };
    } catch (error) {
      if (evidence?.fault === 'lost') return { kind: 'evidence_lost' };
      if (evidence?.fault === 'unavailable') return { kind: 'evidence_unavailable' };
      if (!(error instanceof ProviderError)) throw error;
      return outcomeOf(error);
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
      await this.database.transaction((tx) => this.sessions.endHandOver(tx, session.id, { handed }));
    }
    return { kind: 'pending' };
  }

  /** Only a provider whose pictures we took ourselves gets to see them, and only while its answer is waited for. */
  private evidenceFor(work: Work & { adapter: ProviderAdapter }): CaseEvidence | undefined {
    if (work.adapter.capabilities.handoff !== 'capture' || wasGivenUp(work.session)) return undefined;
    const { id: caseId, subjectId } = work.recoveryCase;
    return new CaseEvidence(
      { reader: this.reader, portraits: this.portraits, database: this.database },
      { caseId, subjectId, attempt: work.session.attempt },
    );
  }
}

function outcomeOf(error: ProviderError): FetchOutcome {
  const { retryAfterSeconds } = error.details;
  if (error.code === 'not_ready') return { kind: 'pending', retryAfterSeconds };
  return error.code === 'busy' ? { kind: 'busy', retryAfterSeconds } : { kind: 'failed', error };
}

/**
 * Whether a provider can have an answer to a session that was given up: a partner to whom evidence went. The own machine
 * keeps nothing between calls, and a code is brought by the person or never.
 */
function mayKnowMore(session: VerificationSession, adapter: ProviderAdapter | undefined): boolean {
  if (!adapter || !wasGivenUp(session)) return true;
  const { dataLeaves, resultTransport, handoff } = adapter.capabilities;
  if (dataLeaves === 'organisation' || resultTransport === 'oidc_code') return false;
  return handoff !== 'capture' || session.evidenceHandedAt !== null;
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
