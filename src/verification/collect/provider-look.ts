import { Injectable } from '@nestjs/common';
import {
  ProviderError,
  type ProviderAdapter,
  type ProviderReport,
  type SessionContext,
} from '../../../providers/kit/index.js';
import { Database } from '../../platform/database/database.js';
import { ProviderCalls } from '../providers/provider-calls.js';
import { SessionContexts } from '../session/session-contexts.js';
import { SessionStore } from '../session/session-store.js';
import type { CaseEvidence } from './case-evidence.js';
import type { DueLook } from './due-looks.js';
import { EvidenceLoans } from './evidence-loans.js';
import { RepeatedSelfies } from './repeated-selfies.js';

/** What came of asking a provider once. */
export type LookOutcome =
  | { kind: 'report'; report: ProviderReport }
  | { kind: 'pending'; retryAfterSeconds?: number }
  /** The provider is well and had no room for the check: nobody left, and nobody is at fault. */
  | { kind: 'busy'; retryAfterSeconds?: number }
  | { kind: 'failed'; error: ProviderError }
  /** Our own object store or database, not the provider. */
  | { kind: 'evidence_unavailable' }
  /** A stored picture is gone or not what was stored. */
  | { kind: 'evidence_lost' }
  /** The selfie is a photograph of another case. */
  | { kind: 'selfie_repeated' }
  /** Nobody could look whether it is one; the provider was not asked. */
  | { kind: 'selfie_not_looked_at' };

/** Longer than the call's own deadline (provider-calls.ts). */
const HAND_OVER_LEASE_SECONDS = 60;

interface LoadedLook extends DueLook {
  adapter: ProviderAdapter;
}

/** Asks a provider once what it knows of a session, outside any transaction, and changes nothing by its answer. */
@Injectable()
export class ProviderLook {
  constructor(
    private readonly database: Database,
    private readonly calls: ProviderCalls,
    private readonly sessions: SessionStore,
    private readonly contexts: SessionContexts,
    private readonly evidence: EvidenceLoans,
    private readonly repeats: RepeatedSelfies,
  ) {}

  async ask({ adapter, ...about }: DueLook): Promise<LookOutcome> {
    if (!adapter) return { kind: 'failed', error: new ProviderError('broken', 'the provider is not loaded') };
    return this.askLoaded({ ...about, adapter });
  }

  private async askLoaded(look: LoadedLook): Promise<LookOutcome> {
    const { adapter, session } = look;
    const evidence = this.evidence.forLook(look);
    const context: SessionContext = {
      ...(await this.database.read((tx) => this.contexts.forFetch(tx, look))),
      evidence,
    };
    try {
      const selfie = evidence ? await this.repeats.look(look, evidence) : 'new';
      if (selfie !== 'new') return { kind: selfie === 'repeated' ? 'selfie_repeated' : 'selfie_not_looked_at' };
      if (evidence && adapter.submitEvidence && session.evidenceHandedAt === null)
        return await this.handOver(look, context);
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
  private async handOver({ adapter, session }: LoadedLook, context: SessionContext): Promise<LookOutcome> {
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
}

function outcomeOf(error: ProviderError): LookOutcome {
  const { retryAfterSeconds } = error.details;
  if (error.code === 'not_ready') return { kind: 'pending', retryAfterSeconds };
  return error.code === 'busy' ? { kind: 'busy', retryAfterSeconds } : { kind: 'failed', error };
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
