import { Injectable } from '@nestjs/common';
import { KeyRing } from '../platform/crypto/key-ring.js';
import type { Transaction } from '../platform/database/transaction.js';
import { isCanonicalSecret } from '../platform/ids/ids.js';
import type { NoticeKind } from './notice-texts.js';

/** The words a page has for each kind of notice. */
const EVENTS = {
  recovery_started: 'recovery_started',
  recovery_approved: 'recovery_started',
  recovery_completed: 'recovery_completed',
  passkey_frozen: 'passkey_changed',
} as const satisfies Record<NoticeKind, string>;

export interface ReadNotice {
  noticeId: string;
  caseId: string;
  event: (typeof EVENTS)[NoticeKind];
  reference: string;
  at: Date;
}

/** Finds a notice by the token in its mail. */
@Injectable()
export class NoticeReader {
  constructor(private readonly ring: KeyRing) {}

  async read(tx: Transaction, noticeToken: string): Promise<ReadNotice | undefined> {
    if (!isCanonicalSecret(noticeToken)) return undefined;
    const row = await tx.maybeOne<{ noticeId: string; caseId: string; kind: NoticeKind; reference: string; at: Date }>`
      SELECT n.id AS notice_id, n.case_id, n.kind, c.reference, n.created_at AS at FROM notices n JOIN recovery_cases c ON c.id = n.case_id
      WHERE n.token_digest = ANY(${this.ring.digests('token', noticeToken)}::bytea[]) AND n.token_expires_at > clock_timestamp()`;
    return (
      row && {
        noticeId: row.noticeId,
        caseId: row.caseId,
        event: EVENTS[row.kind],
        reference: row.reference,
        at: row.at,
      }
    );
  }
}
