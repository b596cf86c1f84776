import { Injectable } from '@nestjs/common';
import {
  ProviderError,
  type Handoff,
  type ProviderAdapter,
  type RedirectHandoff,
  type RenewalContext,
} from '../../../providers/kit/index.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { Problem } from '../../platform/errors/problem.js';
import { assertAllowed, Limits } from '../../platform/limits/limits.js';
import { ProviderCalls } from '../providers/provider-calls.js';
import { ProviderVitals } from '../providers/provider-vitals.js';
import { SessionContexts } from '../session/session-contexts.js';
import type { VerificationSession } from '../session/verification-session.js';
import { LiveHandoffs, type Seen } from './live-handoffs.js';
import { SessionOpening } from './session-opening.js';

/** From our answer to the partner's page, on a slow line; an address that ends sooner has ended. */
const ON_THE_WAY_SECONDS = 5;
const SOON_SECONDS = 2;

/**
 * Renews addresses that end before their session does (e.g. RFC 9126: a pushed request is good for a minute and for one
 * use). The partner is asked for another one into the same session, outside any transaction; nothing is created by it. A
 * partner that cannot be asked now ends nothing: the session goes on, and so may the person later.
 */
@Injectable()
export class HandoffRenewal {
  constructor(
    private readonly database: Database,
    private readonly handoffs: LiveHandoffs,
    private readonly vitals: ProviderVitals,
    private readonly calls: ProviderCalls,
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
    const stored = await this.database.read((tx) => this.handoffs.find(tx, session));
    if (!stored || !this.isOver(stored) || !this.handoffs.mayRenew(session)) return stored;
    const fresh = await this.renew(session);
    return this.database.transaction(async (tx) => {
      const live = await this.handoffs.lock(tx, session);
      if (!this.isOver(live.handoff)) return live.handoff;
      await this.handoffs.replace(tx, live, fresh);
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
      this.handoffs.replace(tx, await this.handoffs.lock(tx, session), this.asUsed(fresh)),
    );
    return fresh;
  }

  private async takeUnused(tx: Transaction, seen: Seen): Promise<RedirectHandoff | undefined> {
    const { session, adapter, handoff } = await this.handoffs.lock(tx, seen);
    if (handoff.expiresAt === undefined || !adapter.renewHandoff) return handoff;
    if (this.isOver(handoff)) return undefined;
    await this.handoffs.store(tx, session, this.asUsed(handoff));
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
    const live = await this.handoffs.lock(tx, seen);
    assertAllowed(await this.limits.take(tx, 'renewal_per_case', seen.caseId));
    return { adapter: live.adapter, context: await this.contexts.forRenewal(tx, live) };
  }

  private asUsed(handoff: RedirectHandoff): RedirectHandoff {
    return { ...handoff, expiresAt: this.clock.now() };
  }

  private isOver(handoff: Handoff): boolean {
    if (handoff.kind !== 'redirect' || handoff.expiresAt === undefined) return false;
    return handoff.expiresAt.getTime() - this.clock.now().getTime() <= ON_THE_WAY_SECONDS * 1_000;
  }
}

const notNow = (seconds = 0): Problem =>
  new Problem('dependency_unavailable', { retryAfterSeconds: Math.max(SOON_SECONDS, Math.ceil(seconds)) });
