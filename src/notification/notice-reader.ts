import { Injectable } from '@nestjs/common';
import { KeyRing } from '../platform/crypto/key-ring.js';
import type { Transaction } from '../platform/database/transaction.js';
import { isCanonicalSecret } from '../platform/ids/ids.js';
import type { NoticeKind } from './notice-texts.js';

/** The words a page has for each kind of notice. */
const EVENTS = {
  recovery_started: 'recovery_started',
  recovery_held: 'recovery_started',
  recovery_approved: 'recovery_started',
  recovery_denied: 'recovery_started',
  result_withdrawn: 'recovery_started',
  recovery_completed: 'recovery_completed',
  passkey_frozen: 'passkey_changed',
  confirmation_needed: 'confirmation_needed',
} as const satisfies Record<NoticeKind, string>;

export interface ReadNotice {
  noticeId: string;
  caseId: string;
  /** Of the question; 0 for what is told of the case. */
  attempt: number;
  event: (typeof EVENTS)[NoticeKind];
  reference: string;
  at: Date;
  /** Until when the question can be answered, and about which kind of browser it is. Absent when it cannot. */
  question?: { until: Date; browser?: string };
}

type Row = Omit<ReadNotice, 'event' | 'question'> & { kind: NoticeKind; until: Date | null; browser: string | null };

/** Finds a notice by the token in its mail. */
@Injectable()
export class NoticeReader {
  constructor(private readonly ring: KeyRing) {}

  async read(tx: Transaction, noticeToken: string): Promise<ReadNotice | undefined> {
    if (!isCanonicalSecret(noticeToken)) return undefined;
    const row = await tx.maybeOne<Row>`
      SELECT n.id AS notice_id, n.case_id, n.attempt, n.kind, c.reference, n.created_at AS at,
        CASE WHEN n.kind = 'confirmation_needed' AND n.attempt = c.attempt AND c.state = 'held'
          AND c.state_reason = 'waiting_for_confirmation' AND c.held_until > clock_timestamp() THEN c.held_until END AS until,
        (SELECT f.browser FROM flow_sessions f WHERE f.case_id = c.id ORDER BY f.created_at DESC LIMIT 1) AS browser
      FROM notices n JOIN recovery_cases c ON c.id = n.case_id
      WHERE n.token_digest = ANY(${this.ring.digests('token', noticeToken)}::bytea[]) AND n.token_expires_at > clock_timestamp()`;
    if (!row) return undefined;
    const { kind, until, browser, ...notice } = row;
    const question = until && { until, ...(browser ? { browser } : {}) };
    return { ...notice, event: EVENTS[kind], ...(question ? { question } : {}) };
  }
}
