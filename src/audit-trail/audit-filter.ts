import { z } from 'zod';
import type { Transaction } from '../platform/database/transaction.js';
import { Instant } from '../platform/http/valid-input.js';
import type { Actor } from './audit-event-types.js';

/** What narrows the trail down: opaque ids, codes and times, so that an address that holds it names nobody. */
export const AuditFilter = z.strictObject({
  type: z
    .string()
    .regex(/^[a-z_.]{1,60}$/)
    .optional()
    .describe('Events of this type, e.g. `case.opened`.'),
  chainId: z
    .string()
    .regex(/^[A-Za-z0-9:_-]{1,80}$/)
    .optional()
    .describe('Events of this chain: a case’s id, or one of the chains of the administration.'),
  /** What staff are called may be an address of theirs. */
  actorOf: z
    .string()
    .regex(/^evt_[A-Za-z0-9]{1,60}$/)
    .optional()
    .describe('An event: those by whoever did that one.'),
  since: Instant.optional().describe('Events at that time or later.'),
  until: Instant.optional().describe('Events before that time.'),
});
export type AuditFilter = z.infer<typeof AuditFilter>;

/** Who did an event; undefined where there is none. */
export async function actorOfEvent(tx: Transaction, eventId: string): Promise<Actor | undefined> {
  const row = await tx.maybeOne<{ actorKind: Actor['kind']; actorId: string }>`
    SELECT actor_kind, actor_id FROM audit_events WHERE id = ${eventId}`;
  return row && { kind: row.actorKind, id: row.actorId };
}
