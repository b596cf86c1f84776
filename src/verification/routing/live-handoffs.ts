import { Injectable } from '@nestjs/common';
import type { Handoff, ProviderAdapter, RedirectHandoff } from '../../../providers/kit/index.js';
import { appendAudit } from '../../audit-trail/append.js';
import { APPLICANT } from '../../audit-trail/audit-event-types.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { Problem } from '../../platform/errors/problem.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { SessionSecrets } from '../session/session-secrets.js';
import { SessionStore } from '../session/session-store.js';
import { hasBroughtCode, type VerificationSession } from '../session/verification-session.js';
import { isWanted } from './session-opening.js';

export type Seen = Pick<VerificationSession, 'id' | 'caseId'>;

/** An address that still leads a person to a partner, with its session and its locked case. */
export interface LiveHandoff {
  session: VerificationSession;
  recoveryCase: RecoveryCase;
  adapter: ProviderAdapter;
  handoff: RedirectHandoff;
}

/** Keeps the address under which a session's person reaches the partner. */
@Injectable()
export class LiveHandoffs {
  constructor(
    private readonly cases: RecoveryCaseRepository,
    private readonly registry: ProviderRegistry,
    private readonly sessions: SessionStore,
    private readonly secrets: SessionSecrets,
  ) {}

  /** Whatever is stored, locked by nobody. Undefined when the provider has not answered yet. */
  async find(tx: Transaction, session: VerificationSession): Promise<Handoff | undefined> {
    return this.secrets.openHandoff(tx, session);
  }

  mayRenew({ provider }: VerificationSession): boolean {
    return this.registry.get(provider)?.renewHandoff !== undefined;
  }

  /** Locks the case. @throws Problem wrong_state when this session sends nobody anywhere any more */
  async lock(tx: Transaction, seen: Seen): Promise<LiveHandoff> {
    const recoveryCase = await this.cases.lock(tx, seen.caseId);
    const session = await this.sessions.find(tx, seen.id);
    const adapter = session && this.registry.get(session.provider);
    const sendsOut = adapter && sendsOutBy(session, adapter) && !(await this.sessions.isOver(tx, session.id));
    if (!recoveryCase || !sendsOut || !isWanted(recoveryCase, session)) throw new Problem('wrong_state');
    const handoff = await this.secrets.openHandoff(tx, session);
    if (handoff?.kind !== 'redirect') throw new Problem('wrong_state');
    return { session, recoveryCase, adapter, handoff };
  }

  /** Another address for the same session, with its audit row. @throws Problem wrong_state */
  async replace(tx: Transaction, { session }: LiveHandoff, fresh: RedirectHandoff): Promise<void> {
    await this.store(tx, session, fresh);
    const data = { sessionId: session.id, provider: session.provider, attempt: session.attempt };
    await appendAudit(tx, { chainId: session.caseId, type: 'verification.handoff_renewed', actor: APPLICANT, data });
  }

  /** @throws Problem wrong_state */
  async store(tx: Transaction, session: VerificationSession, handoff: RedirectHandoff): Promise<void> {
    const sealed = await this.secrets.sealHandoff(tx, session, handoff);
    if (!(await this.sessions.replaceHandoff(tx, session.id, sealed))) throw new Problem('wrong_state');
  }
}

const sendsOutBy = (session: VerificationSession, { capabilities }: ProviderAdapter): boolean =>
  session.state === 'open' && !hasBroughtCode(session, capabilities);
