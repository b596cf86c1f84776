import { Injectable } from '@nestjs/common';
import type { EvidenceKind, ProviderCapabilities } from '../../../providers/kit/index.js';
import type { Transaction } from '../../platform/database/transaction.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { RoutingQuestion } from '../routing/routing-question.js';
import { offersOf } from '../routing/provider-choice.js';
import { SessionSecrets } from './session-secrets.js';
import { SessionStore } from './session-store.js';
import { hasBroughtCode, type SessionState } from './verification-session.js';
import { wireHandoff, type WireHandoff } from './wire-handoff.js';

export interface LivingSessionView {
  provider: string;
  displayName: string;
  state: SessionState;
  /** Absent until the provider has answered, and when the person has nothing left to do there. */
  handoff?: WireHandoff;
  /** The provider that could not take the person in this attempt, where this one does its work instead. */
  insteadOf?: { displayName: string; dataLeaves: ProviderCapabilities['dataLeaves'] };
  /** The partner sends the browser back; absent where nobody is sent away. */
  returnsBrowser?: boolean;
  evidence: AskedEvidence;
}

export interface ProviderOffer {
  id: string;
  displayName: string;
  handoff: ProviderCapabilities['handoff'];
  dataLeaves: ProviderCapabilities['dataLeaves'];
  evidence: AskedEvidence;
}

/** Pictures the pages ask for: what `submit` waits for, and what may be left out. */
export interface AskedEvidence {
  required: readonly EvidenceKind[];
  wanted: readonly EvidenceKind[];
}

/** What the person's pages may know of verification: who is offered, and the hand-off of the living session. */
@Injectable()
export class VerificationSessions {
  constructor(
    private readonly registry: ProviderRegistry,
    private readonly question: RoutingQuestion,
    private readonly sessions: SessionStore,
    private readonly secrets: SessionSecrets,
  ) {}

  /** The living session of an attempt. Its hand-off is only for the browser that was bound to the attempt. */
  async openFor(
    tx: Transaction,
    { id, attempt, documentType }: Pick<RecoveryCase, 'id' | 'attempt' | 'documentType'>,
  ): Promise<LivingSessionView | undefined> {
    const session = await this.sessions.findLiving(tx, id, attempt);
    if (!session) return undefined;
    const capabilities = this.registry.get(session.provider)?.capabilities;
    const over = capabilities !== undefined && hasBroughtCode(session, capabilities);
    const handoff = over ? undefined : await this.secrets.openHandoff(tx, session);
    const sentAway = capabilities !== undefined && handoff !== undefined && handoff.kind !== 'capture';
    const failed = (await this.sessions.failures(tx, id)).findLast(
      (failure) => failure.attempt === attempt && failure.provider !== session.provider,
    );
    return {
      provider: session.provider,
      displayName: this.nameOf(session.provider),
      state: session.state,
      ...(handoff ? { handoff: await wireHandoff(handoff) } : {}),
      ...(sentAway ? { returnsBrowser: capabilities.sameDevice !== 'none' } : {}),
      ...(failed ? { insteadOf: this.placeOf(failed.provider) } : {}),
      evidence: askedEvidence(capabilities, documentType),
    };
  }

  /**
   * Who the person may choose from now: whoever checked the attempt before first, then in the policy's order. A yes of
   * somebody else after a no counts for less (src/adjudication), so the person is led there only if they want to be.
   */
  async offersFor(tx: Transaction, recoveryCase: RecoveryCase): Promise<ProviderOffer[]> {
    const before = await this.before(tx, recoveryCase);
    const checked = before?.state === 'failed' ? undefined : before?.provider;
    return offersOf(await this.question.of(tx, recoveryCase))
      .map(({ id, capabilities }) => ({
        id,
        displayName: capabilities.displayName,
        handoff: capabilities.handoff,
        dataLeaves: capabilities.dataLeaves,
        evidence: askedEvidence(capabilities, recoveryCase.documentType),
      }))
      .sort((a, b) => Number(b.id === checked) - Number(a.id === checked));
  }

  /** Whether the attempt before this one ended by the provider's own fault. */
  async failedBefore(tx: Transaction, recoveryCase: RecoveryCase): Promise<boolean> {
    return (await this.before(tx, recoveryCase))?.state === 'failed';
  }

  private async before(tx: Transaction, { id: caseId, attempt }: RecoveryCase) {
    return attempt > 1 ? this.sessions.lastOf(tx, { caseId, attempt: attempt - 1 }) : undefined;
  }

  /** A provider that is not loaded any more was somebody else's. */
  private placeOf(provider: string): NonNullable<LivingSessionView['insteadOf']> {
    const dataLeaves = this.registry.get(provider)?.capabilities.dataLeaves ?? 'partner';
    return { displayName: this.nameOf(provider), dataLeaves };
  }

  private nameOf(provider: string): string {
    return this.registry.get(provider)?.capabilities.displayName ?? provider;
  }
}

function askedEvidence(capabilities: ProviderCapabilities | undefined, documentType: string | null): AskedEvidence {
  const wantsBack = documentType !== null && (capabilities?.wantsBackOf?.includes(documentType) ?? false);
  return { required: capabilities?.requiredEvidence ?? [], wanted: wantsBack ? ['document_back'] : [] };
}
