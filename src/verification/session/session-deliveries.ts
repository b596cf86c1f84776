import { Injectable } from '@nestjs/common';
import { Sensitive } from '../../../providers/kit/index.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { newId } from '../../platform/ids/ids.js';
import { SessionSecrets } from './session-secrets.js';
import type { VerificationSession } from './verification-session.js';

/**
 * What authenticated pushes and the browser's return carried, for partners that cannot be asked. Sealed under the case's
 * key; the first of one delivery id stands.
 */
@Injectable()
export class SessionDeliveries {
  constructor(
    private readonly secrets: SessionSecrets,
    private readonly clock: Clock,
  ) {}

  /** False when a delivery of this id was filed before. @throws CaseShreddedError */
  async file(
    tx: Transaction,
    session: VerificationSession,
    delivery: { deliveryId: string; payload: Sensitive<string> },
  ): Promise<boolean> {
    const sealed = await this.secrets.sealDelivery(tx, session, delivery.payload);
    const rows = await tx.run`INSERT INTO session_deliveries (id, session_id, delivery_id, payload_sealed)
      VALUES (${newId('dlv', this.clock.now())}, ${session.id}, ${delivery.deliveryId}, ${sealed})
      ON CONFLICT (session_id, delivery_id) DO NOTHING`;
    return rows === 1;
  }

  /** Oldest first. */
  async of(tx: Transaction, session: VerificationSession): Promise<Sensitive<string>[]> {
    const rows = await tx.many<{ payloadSealed: Buffer }>`
      SELECT payload_sealed FROM session_deliveries WHERE session_id = ${session.id} ORDER BY received_at, id`;
    const payloads: Sensitive<string>[] = [];
    for (const { payloadSealed } of rows)
      payloads.push(new Sensitive(await this.secrets.openDelivery(tx, session, payloadSealed)));
    return payloads;
  }
}
