import { Injectable } from '@nestjs/common';
import { APPLICANT } from '../../audit-trail/audit-event-types.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { Problem } from '../../platform/errors/problem.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { SessionEnding } from '../session/session-ending.js';
import { hasNoCaller, type VerificationSession } from '../session/verification-session.js';

/** A provider's id, or `capture`: the first one that works with pictures of our own pages. */
export type WantedProvider = { provider: string } | 'capture';

/** Ends a living session when its person asks for another provider. */
@Injectable()
export class ProviderSwitch {
  constructor(
    private readonly registry: ProviderRegistry,
    private readonly ending: SessionEnding,
  ) {}

  /**
   * Whether a living session ends because the person asked for another provider. Only one for which nobody was sent out gives
   * way: our own pages, or a create call that keeps failing.
   * @throws Problem wrong_state
   */
  async giveWay(tx: Transaction, living: VerificationSession, wanted: WantedProvider | undefined): Promise<boolean> {
    const capturing = this.registry.get(living.provider)?.capabilities.handoff === 'capture';
    const same = wanted === undefined || (wanted === 'capture' ? capturing : wanted.provider === living.provider);
    if (same) return false;
    const free = (living.state === 'open' && capturing) || hasNoCaller(living);
    const why = { state: 'abandoned', error: 'another_chosen', actor: APPLICANT } as const;
    const how = { atPartner: 'ended_or_said', looksAgain: true } as const;
    if (!free || !(await this.ending.end(tx, living, { ...why, ...how }))) throw new Problem('wrong_state');
    return true;
  }
}
