import { Injectable } from '@nestjs/common';
import {
  ProviderError,
  type Handoff,
  type ProviderAdapter,
  type RedirectHandoff,
  type RenewalContext,
} from '../../../providers/kit/index.js';
import { appendAudit } from '../../audit-trail/append.js';
import { APPLICANT } from '../../audit-trail/audit-event-types.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { Problem } from '../../platform/errors/problem.js';
import { assertAllowed, Limits } from '../../platform/limits/limits.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../../recovery-case/recovery-case.repository.js';
import { ProviderCalls } from '../providers/provider-calls.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { ProviderVitals } from '../providers/provider-vitals.js';
import { SessionContexts } from '../session/session-contexts.js';
import { SessionSecrets } from '../session/session-secrets.js';
import { SessionStore } from '../session/session-store.js';
import { hasBroughtCode, type VerificationSession } from '../session/verification-session.js';
import { isWanted, SessionOpening } from './session-opening.js';

type Seen = Pick<VerificationSession, 'id' | 'caseId'>;

interface LiveHandoff {
  session: VerificationSession;
  recoveryCase: RecoveryCase;
  adapter: ProviderAdapter;
  handoff: RedirectHandoff;
}

/** From our answer to the partner's page, on a slow line; an address that ends sooner has ended. */
const ON_THE_WAY_SECONDS = 5;
const SOON_SECONDS = 2;

/**
 * Addresses that end before their session does (e.g. RFC 9126: a pushed request is good for a minute and for one use).
 * The partner is asked for another one into the same session, outside any transaction; nothing is created by it. A
 * partner that cannot be asked now ends nothing: the session goes on, and so may the person later.
 */
@Injectable()
export class HandoffRenewal {
  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly registry: ProviderRegistry,
    private readonly vitals: ProviderVitals,
    private readonly calls: ProviderCalls,
    private readonly sessions: SessionStore,
    private readonly secrets: SessionSecrets,
    private readonly contexts: SessionContexts,
    private readonly opening: SessionOpening,
    private readonly limits: Limits,
    private readonly clock: Clock,
  ) {}

  /**
   * The stored hand-off while it is good; one that is over is replaced. Of several at once the first one stored is given
   * to all. Undefined when the provider has not answered yet.
   * @throws Problem wrong_state | too_many_requests | dependency_unavailable
   */
  async current(session: VerificationSession): Promise<Handoff | undefined> {
    const stored = await this.database.read((tx) => this.secrets.openHandoff(tx, session));
    if (!stored || !this.isOver(stored) || !this.registry.get(session.provider)?.renewHandoff) return stored;
    const fresh = await this.renew(session);
    return this.database.transaction(async (tx) => {
      const live = await this.lockLive(tx, session);
      if (!this.isOver(live.handoff)) return live.handoff;
      await this.replace(tx, live, fresh);
      return fresh;
    });
  }

  /**
   * An address for the one browser that follows it now. One that can be opened once is given to nobody else, so that
   * coming back and clicking again leads to the partner's page, and not to its error page.
   * @throws Problem wrong_state | too_many_requests | dependency_unavailable
   */
  async forOneVisit(session: Seen): Promise<RedirectHandoff> {
    const unused = await this.database.transaction((tx) => this.takeUnused(tx, session));
    if (unused) return unused;
    const fresh = await this.renew(session);
    await this.database.transaction(async (tx) =>
      this.replace(tx, await this.lockLive(tx, session), this.asUsed(fresh)),
    );
    return fresh;
  }

  private async takeUnused(tx: Transaction, seen: Seen): Promise<RedirectHandoff | undefined> {
    const { session, adapter, handoff } = await this.lockLive(tx, seen);
    if (handoff.expiresAt === undefined || !adapter.renewHandoff) return handoff;
    if (this.isOver(handoff)) return undefined;
    await this.store(tx, session, this.asUsed(handoff));
    return handoff;
  }

  private async renew(seen: Seen): Promise<RedirectHandoff> {
    const order = await this.database.transaction((tx) => this.order(tx, seen));
    const { adapter, context } = order;
    if (!this.vitals.ask(adapter.id)) throw notNow(this.vitals.restSeconds(adapter.id));
    try {
      const fresh = await this.calls.run(adapter, 'renew', async () => adapter.renewHandoff?.(context));
      if (!fresh) throw new ProviderError('broken', 'the provider cannot renew its hand-off');
      this.opening.assertLeads(adapter, fresh);
      return fresh;
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      throw notNow(error.details.retryAfterSeconds);
    }
  }

  /** Clicks make calls at the partner, so they are counted. */
  private async order(tx: Transaction, seen: Seen): Promise<{ adapter: ProviderAdapter; context: RenewalContext }> {
    const live = await this.lockLive(tx, seen);
    assertAllowed(await this.limits.take(tx, 'renewal_per_case', seen.caseId));
    return { adapter: live.adapter, context: await this.contexts.forRenewal(tx, live) };
  }

  /** Locks the case. @throws Problem wrong_state when this session sends nobody anywhere any more */
  private async lockLive(tx: Transaction, seen: Seen): Promise<LiveHandoff> {
    const recoveryCase = await this.cases.lock(tx, seen.caseId);
    const session = await this.sessions.find(tx, seen.id);
    const adapter = session && this.registry.get(session.provider);
    const sendsOut = adapter && sendsOutBy(session, adapter) && !(await this.sessions.isOver(tx, session.id));
    if (!recoveryCase || !sendsOut || !isWanted(recoveryCase, session)) throw new Problem('wrong_state');
    const handoff = await this.secrets.openHandoff(tx, session);
    if (handoff?.kind !== 'redirect') throw new Problem('wrong_state');
    return { session, recoveryCase, adapter, handoff };
  }

  private async replace(tx: Transaction, { session }: LiveHandoff, fresh: RedirectHandoff): Promise<void> {
    await this.store(tx, session, fresh);
    const data = { sessionId: session.id, provider: session.provider, attempt: session.attempt };
    await appendAudit(tx, { chainId: session.caseId, type: 'verification.handoff_renewed', actor: APPLICANT, data });
  }

  private async store(tx: Transaction, session: VerificationSession, handoff: RedirectHandoff): Promise<void> {
    const sealed = await this.secrets.sealHandoff(tx, session, handoff);
    if (!(await this.sessions.replaceHandoff(tx, session.id, sealed))) throw new Problem('wrong_state');
  }

  private asUsed(handoff: RedirectHandoff): RedirectHandoff {
    return { ...handoff, expiresAt: this.clock.now() };
  }

  private isOver(handoff: Handoff): boolean {
    if (handoff.kind !== 'redirect' || handoff.expiresAt === undefined) return false;
    return handoff.expiresAt.getTime() - this.clock.now().getTime() <= ON_THE_WAY_SECONDS * 1_000;
  }
}

const sendsOutBy = (session: VerificationSession, { capabilities }: ProviderAdapter): boolean =>
  session.state === 'open' && !hasBroughtCode(session, capabilities);

const notNow = (seconds = 0): Problem =>
  new Problem('dependency_unavailable', { retryAfterSeconds: Math.max(SOON_SECONDS, Math.ceil(seconds)) });
