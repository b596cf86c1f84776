import { Inject, Injectable } from '@nestjs/common';
import {
  ProviderError,
  type CreatedSession,
  type Handoff,
  type ProviderAdapter,
} from '../../../providers/kit/index.js';
import { appendAudit } from '../../audit-trail/append.js';
import { APPLICANT, SYSTEM } from '../../audit-trail/audit-event-types.js';
import type { Config } from '../../platform/config/config.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { CONFIG } from '../../platform/platform.module.js';
import { announce } from '../../recovery-case/case-events.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { PushInbox } from '../inbox/push-inbox.js';
import { SessionEnding } from '../session/session-ending.js';
import { SessionSecrets } from '../session/session-secrets.js';
import { SessionStore } from '../session/session-store.js';
import { refOf, type VerificationSession } from '../session/verification-session.js';
import { ProviderWait } from './provider-wait.js';
import { SurplusSessions } from './surplus-sessions.js';

export interface CreateAnswered {
  session: VerificationSession;
  adapter: ProviderAdapter;
  created: CreatedSession;
}

interface Opening extends CreateAnswered {
  recoveryCase: RecoveryCase;
}

const EXTERNAL_ID = /^[\x21-\x7e]{1,200}$/;
/** Schemes a hand-off may have; wallets bring their own, so a deep link is only kept from what runs in the page. */
const PAGE_SCHEMES: ReadonlySet<string> = new Set(['javascript:', 'data:', 'vbscript:', 'blob:', 'file:']);

/** Changes what follows from a provider's answer to a create call, in one transaction. */
@Injectable()
export class SessionOpening {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly cases: RecoveryCaseRepository,
    private readonly sessions: SessionStore,
    private readonly ending: SessionEnding,
    private readonly secrets: SessionSecrets,
    private readonly inbox: PushInbox,
    private readonly wait: ProviderWait,
    private readonly surplus: SurplusSessions,
  ) {}

  /** An answer that would lead the person astray is no answer. @throws ProviderError unintelligible */
  assertUsable(adapter: ProviderAdapter, created: CreatedSession): void {
    if (!EXTERNAL_ID.test(created.externalId))
      throw new ProviderError('unintelligible', 'the session does not fit the provider');
    this.assertLeads(adapter, created.handoff);
  }

  /** The same about an address alone. @throws ProviderError unintelligible */
  assertLeads(adapter: ProviderAdapter, handoff: Handoff): void {
    const fits =
      handoff.kind === adapter.capabilities.handoff ||
      (handoff.kind === 'qr_deeplink' && adapter.capabilities.handoff === 'wallet');
    if (!fits) throw new ProviderError('unintelligible', 'the session does not fit the provider');
    if (handoff.kind !== 'capture' && !this.mayLeadTo(handoff))
      throw new ProviderError('unintelligible', 'the hand-off address is not usable');
  }

  /** Opens the session if its case still waits for it; otherwise records what was made at the provider for nothing. */
  async open(tx: Transaction, answer: CreateAnswered): Promise<VerificationSession | undefined> {
    const { session, created } = answer;
    const recoveryCase = await this.cases.lock(tx, session.caseId);
    if (recoveryCase && isWanted(recoveryCase, session)) {
      const opened = await this.openWanted(tx, { ...answer, recoveryCase });
      if (opened) return opened;
    } else {
      await this.abandonUnwanted(tx, session);
    }
    await this.recordUnused(tx, session, created);
    return undefined;
  }

  /** `creating` → `open`, the case on its way, the first look scheduled, early pushes matched. */
  private async openWanted(tx: Transaction, opening: Opening): Promise<VerificationSession | undefined> {
    const { adapter, created, recoveryCase } = opening;
    const capture = adapter.capabilities.handoff === 'capture';
    const { firstSeconds, giveUpSeconds } = adapter.capabilities.pollPolicy;
    const session = await this.sessions.markOpen(tx, opening.session.id, {
      externalId: created.externalId,
      handoffSealed: await this.secrets.sealHandoff(tx, opening.session, created.handoff),
      secretStateSealed: created.secretState
        ? await this.secrets.sealSecretState(tx, opening.session, created.secretState)
        : null,
      waitSeconds: capture ? null : giveUpSeconds,
      partnerExpiresAt: capture ? null : (created.expiresAt ?? null),
      firstFetchSeconds: capture ? null : firstSeconds,
    });
    if (!session) return undefined;
    const { id: sessionId, provider, role, attempt, leftOut } = session;
    const data = { sessionId, provider, role, attempt, ...(leftOut.length > 0 ? { leftOut } : {}) };
    await appendAudit(tx, { chainId: session.caseId, type: 'verification.session_created', actor: SYSTEM, data });
    if (capture && recoveryCase.state === 'verifying') return this.collectNow(tx, { session, giveUpSeconds });
    if (capture) return session;
    await this.sendOut(tx, { session, recoveryCase, firstSeconds });
    return session;
  }

  /** The case closed or went on to another attempt while the provider was asked. */
  async abandonUnwanted(tx: Transaction, session: VerificationSession): Promise<void> {
    const how = { atPartner: 'ended_or_said', looksAgain: true } as const;
    await this.ending.end(tx, session, { state: 'abandoned', error: 'case_moved_on', ...how });
  }

  /** The provider made a session that no case waits for; unless another process has opened this very one. */
  private async recordUnused(tx: Transaction, session: VerificationSession, created: CreatedSession): Promise<void> {
    const now = await this.sessions.find(tx, session.id);
    if (now?.externalId !== created.externalId) await this.surplus.recordAnswer(tx, session, created);
  }

  /** The person leaves for the partner: the case verifies from here on. */
  private async sendOut(
    tx: Transaction,
    out: { session: VerificationSession; recoveryCase: RecoveryCase; firstSeconds: number },
  ): Promise<void> {
    const { session, recoveryCase } = out;
    if (recoveryCase.state === 'awaiting_evidence') {
      const { caseId, attempt, provider } = session;
      await this.cases.transition(tx, { caseId, attempt, name: 'submit', actor: APPLICANT, set: { provider } });
    } else {
      await this.wait.over(tx, recoveryCase, session.provider);
    }
    await announce(tx, 'verification.collect_due', { payload: { ...refOf(session) }, delaySeconds: out.firstSeconds });
    await this.inbox.wakeEarly(tx, { provider: session.provider, externalId: session.externalId ?? '' });
  }

  /** A stand-in on our own machine takes over pictures that are already there. */
  private async collectNow(
    tx: Transaction,
    standIn: { session: VerificationSession; giveUpSeconds: number },
  ): Promise<VerificationSession | undefined> {
    const collecting = await this.sessions.markCollecting(tx, standIn.session.id, standIn.giveUpSeconds);
    if (collecting) await announce(tx, 'verification.collect_due', { payload: { ...refOf(collecting) } });
    return collecting;
  }

  private mayLeadTo(handoff: Exclude<Handoff, { kind: 'capture' }>): boolean {
    if (handoff.kind === 'redirect' && Number.isNaN(handoff.expiresAt?.getTime())) return false;
    const scheme = URL.canParse(handoff.url) ? new URL(handoff.url).protocol : '';
    if (scheme === 'https:' || (scheme === 'http:' && this.config.embedded)) return true;
    return handoff.kind === 'qr_deeplink' && scheme !== '' && scheme !== 'http:' && !PAGE_SCHEMES.has(scheme);
  }
}

/** The case still waits for this attempt's verification. */
export function isWanted(recoveryCase: RecoveryCase, session: VerificationSession): boolean {
  const waiting = recoveryCase.state === 'awaiting_evidence' || recoveryCase.state === 'verifying';
  return waiting && recoveryCase.attempt === session.attempt;
}
