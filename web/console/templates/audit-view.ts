import type { AuditEvent } from '../../../src/audit-trail/audit-event-view.js';
import type { Actor } from '../../../src/audit-trail/audit-event-types.js';
import type { AuditVerification } from '../../../src/audit-trail/verification.js';

/** What narrows the page down, as it stands in its address: opaque ids, codes and days. */
export const AUDIT_FIELDS = ['chain', 'type', 'from', 'to', 'actorOf', 'cursor'] as const;
export type AuditField = (typeof AUDIT_FIELDS)[number];
export type AuditFields = Partial<Record<AuditField, string>>;

/** The auditors’ page: the trail, and what a verification of it found. */
export interface AuditPage {
  screen: 'audit';
  rows: readonly AuditEvent[];
  fields: AuditFields;
  /** Fields that nobody can read; then nothing is shown. */
  wrong: readonly AuditField[];
  /** Whom `actorOf` stands for, where that event is there. */
  actor?: Actor;
  olderCursor?: string;
  verified?: AuditVerification | 'too_long';
}
