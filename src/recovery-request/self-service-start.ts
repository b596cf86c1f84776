import { Injectable } from '@nestjs/common';
import { canonicalIdentifier } from '../directory/subject-identity.js';
import { Clock } from '../platform/clock/clock.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { sealWithRing } from '../platform/crypto/sealing.js';
import { Database } from '../platform/database/database.js';
import { newId } from '../platform/ids/ids.js';
import { assertAllowed, Limits } from '../platform/limits/limits.js';
import { announce } from '../recovery-case/case-events.js';

/**
 * Self-service start. It stores the sealed login and answers; it never looks anybody up, so body, headers, statements and
 * time are the same for every login (T1–T3). A worker does the rest.
 */
@Injectable()
export class SelfServiceStart {
  constructor(
    private readonly database: Database,
    private readonly limits: Limits,
    private readonly ring: KeyRing,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem too_many_requests, alike for known and unknown logins */
  async accept(login: string, source: string): Promise<void> {
    const requestId = newId('req', this.clock.now());
    const sealed = sealWithRing(this.ring, Buffer.from(login, 'utf8'), `request:${requestId}:login`);
    await this.count(login, source);
    await this.database.transaction(async (tx) => {
      tx.send`INSERT INTO recovery_requests (id, login_sealed) VALUES (${requestId}, ${sealed})`;
      await announce(tx, 'request.accepted', { payload: { requestId } });
    });
  }

  /**
   * Narrowest first: one source cannot use up what everybody shares. Each by itself, since all callers meet in one row:
   * held until their requests are on the disk, it would let them in one by one, and whoever sends fifty at once would keep
   * everybody else out (T9).
   */
  private async count(login: string, source: string): Promise<void> {
    for (const [name, key] of [
      ['start_per_source', source],
      ['start_per_login', canonicalIdentifier(login)],
      ['start_overall', 'all'],
    ] as const) {
      assertAllowed(await this.limits.takeAlone(this.database, { name, key }));
    }
  }
}
