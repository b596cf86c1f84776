import { Injectable } from '@nestjs/common';
import {
  ProviderError,
  type AuthenticatedPush,
  type ProviderAdapter,
  type RawPush,
} from '../../../providers/kit/index.js';
import { CaseShreddedError } from '../../platform/crypto/case-keys.js';
import { Database } from '../../platform/database/database.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { Problem } from '../../platform/errors/problem.js';
import { Logger } from '../../platform/logging/logger.js';
import { ProviderCalls } from '../providers/provider-calls.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { SessionDeliveries } from '../session/session-deliveries.js';
import { SessionStore } from '../session/session-store.js';
import { PushInbox } from './push-inbox.js';

/** What a key of ours may look like in a row: bounded and printable, whatever a partner calls it. */
const STORABLE = /^[\x21-\x7e]{1,255}$/;

type PushingAdapter = ProviderAdapter & Required<Pick<ProviderAdapter, 'verifyPush'>>;

const sendsPushes = (adapter: ProviderAdapter | undefined): adapter is PushingAdapter =>
  adapter?.verifyPush !== undefined;

/** Proves a delivery on its raw bytes, stores it, and only then lets it be answered (rule 3). */
@Injectable()
export class PushReception {
  constructor(
    private readonly database: Database,
    private readonly registry: ProviderRegistry,
    private readonly calls: ProviderCalls,
    private readonly inbox: PushInbox,
    private readonly sessions: SessionStore,
    private readonly deliveries: SessionDeliveries,
    private readonly logger: Logger,
  ) {}

  /** Before a byte of a delivery is read (T87). @throws Problem not_found */
  assertTakes(provider: string): void {
    this.pushing(provider);
  }

  /** @throws Problem not_found | push_not_authentic | malformed_body | dependency_unavailable */
  async receive(provider: string, push: RawPush): Promise<void> {
    const adapter = this.pushing(provider);
    const authentic = await this.verify(adapter, push);
    if (!STORABLE.test(authentic.externalId) || !STORABLE.test(authentic.deliveryId))
      throw new Problem('malformed_body');
    const { content } = authentic;
    const delivery = { ...authentic, provider };
    if (!content) {
      await this.database.write((tx) => this.inbox.receive(tx, delivery));
      return;
    }
    await this.database.transaction(async (tx) => {
      if (await this.inbox.receive(tx, delivery)) await this.file(tx, { provider, push: authentic, content });
    });
  }

  /**
   * Seals what a push said under the key of the case it is about, which is found by our own reference: the session's row
   * was there before the partner heard of it. What is about no session of this partner, or about a case that has been
   * shredded, is not kept.
   */
  private async file(
    tx: Transaction,
    delivery: { provider: string; push: AuthenticatedPush; content: NonNullable<AuthenticatedPush['content']> },
  ): Promise<void> {
    const { provider, push, content } = delivery;
    const session = await this.sessions.find(tx, content.reference);
    if (session?.provider !== provider) return;
    try {
      await this.deliveries.file(tx, session, { deliveryId: push.deliveryId, payload: content.payload });
    } catch (error) {
      if (!(error instanceof CaseShreddedError)) throw error;
    }
  }

  private pushing(provider: string): PushingAdapter {
    const adapter = this.registry.get(provider);
    if (!sendsPushes(adapter)) throw new Problem('not_found');
    return adapter;
  }

  private async verify(adapter: PushingAdapter, push: RawPush): Promise<AuthenticatedPush> {
    try {
      return await this.calls.run(adapter, 'push', () => adapter.verifyPush(push));
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      this.logger.warn('push_refused', { provider: adapter.id, end: error.code });
      if (error.code === 'not_authentic') throw new Problem('push_not_authentic', { cause: error });
      if (error.code === 'unintelligible') throw new Problem('malformed_body', { cause: error });
      throw new Problem('dependency_unavailable', { cause: error, retryAfterSeconds: 5 });
    }
  }
}
