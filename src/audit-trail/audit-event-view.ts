import { z } from 'zod';

/** One line of the trail, as staff and auditors read it; `occurredAt` is ISO 8601 in UTC, `seq` counts within its chain. */
export const AuditEvent = z
  .object({
    id: z.string(),
    chainId: z.string(),
    seq: z.number().int(),
    type: z.string(),
    actor: z.object({ kind: z.string(), id: z.string() }).meta({ id: 'Actor' }),
    occurredAt: z.iso.datetime(),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditEvent' });
export type AuditEvent = z.infer<typeof AuditEvent>;

/** A row of `audit_events`. Its `seq` is a bigint, which the driver gives as text. */
export interface AuditEventRow {
  id: string;
  chainId: string;
  seq: string;
  type: string;
  actorKind: string;
  actorId: string;
  occurredAt: Date;
  data: Record<string, unknown>;
}

export const auditEventOf = (row: AuditEventRow): AuditEvent => ({
  id: row.id,
  chainId: row.chainId,
  seq: Number(row.seq),
  type: row.type,
  actor: { kind: row.actorKind, id: row.actorId },
  occurredAt: row.occurredAt.toISOString(),
  data: row.data,
});
