import { Injectable } from '@nestjs/common';
import { ProviderError, type ProviderAdapter, type SessionContext } from '../../../providers/kit/index.js';
import { Database } from '../../platform/database/database.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { ProviderCalls } from '../providers/provider-calls.js';
import { SessionContexts } from '../session/session-contexts.js';
import { SessionSecrets } from '../session/session-secrets.js';
import type { VerificationSession } from '../session/verification-session.js';
import { SurplusSessions, type SurplusSession } from './surplus-sessions.js';

/** Looks that find nothing before there is nothing: a partner may still have been at work at the first one. */
const LOOKS_FOR_ABSENT = 2;

export interface SurplusWork {
  surplus: SurplusSession;
  session: VerificationSession;
  recoveryCase: RecoveryCase;
  adapter: ProviderAdapter;
}

export type SurplusEnd = { state: 'closed' } | { state: 'absent' } | { state: 'unresolved'; reason: string };

/** Ends at the provider what nobody will use: looks for it by our reference, cancels it and has it erased. */
@Injectable()
export class SurplusClosing {
  constructor(
    private readonly database: Database,
    private readonly calls: ProviderCalls,
    private readonly secrets: SessionSecrets,
    private readonly contexts: SessionContexts,
    private readonly surplus: SurplusSessions,
  ) {}

  /** @throws ProviderError, CaseShreddedError */
  async close(work: SurplusWork): Promise<SurplusEnd | 'look_again'> {
    const found = await this.find(work);
    if (found === 'look_again') return found;
    return found === 'absent' ? { state: found } : this.closeKnown(found);
  }

  /** The work with the provider's own id of the session, looked up by ours when it is not known. */
  private async find(work: SurplusWork): Promise<SurplusWork | 'absent' | 'look_again'> {
    const { surplus, session, adapter } = work;
    // The organisation's own machine keeps nothing between calls.
    if (adapter.capabilities.dataLeaves === 'organisation') return 'absent';
    if (surplus.externalId !== null) return work;
    if (!adapter.findSession) throw new ProviderError('rejected', 'the provider has no look-up by reference');
    const context = await this.database.read((tx) => this.contexts.forCreate(tx, work));
    const found = await this.calls.run(adapter, 'find', async () => adapter.findSession?.(context));
    if (!found) return surplus.tries + 1 < LOOKS_FOR_ABSENT ? 'look_again' : 'absent';
    if (found.externalId === session.externalId) return 'absent';
    return this.database.transaction(async (tx) => {
      const secretStateSealed = found.secretState
        ? await this.secrets.sealSecretState(tx, session, found.secretState)
        : null;
      const known = { externalId: found.externalId, secretStateSealed };
      return (await this.surplus.found(tx, surplus, known)) ? { ...work, surplus: { ...surplus, ...known } } : 'absent';
    });
  }

  /** Data of a session that has its row is erased with the case; what only this table knows has to go now. */
  private async closeKnown(work: SurplusWork): Promise<SurplusEnd> {
    const { adapter } = work;
    const context = await this.contextOf(work);
    const ownRow = work.surplus.externalId === work.session.externalId;
    if (!adapter.cancel && (ownRow || !adapter.erase)) return { state: 'unresolved', reason: 'cannot_be_cancelled' };
    if (adapter.cancel)
      await this.forgiving(() => this.calls.run(adapter, 'cancel', async () => adapter.cancel?.(context)));
    if (adapter.erase && !ownRow)
      await this.forgiving(() => this.calls.run(adapter, 'erase', async () => adapter.erase?.(context)));
    return { state: 'closed' };
  }

  /** What the partner does not know any more needs no ending. */
  private async forgiving(call: () => Promise<void>): Promise<void> {
    try {
      await call();
    } catch (error) {
      if (!(error instanceof ProviderError) || error.code !== 'session_unknown') throw error;
    }
  }

  private contextOf({ surplus, session }: SurplusWork): Promise<SessionContext> {
    const { externalId, secretStateSealed } = surplus;
    return this.database.read((tx) => this.contexts.forCleanup(tx, { ...session, externalId, secretStateSealed }));
  }
}
