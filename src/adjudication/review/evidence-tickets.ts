import { Injectable } from '@nestjs/common';
import { KeyRing } from '../../platform/crypto/key-ring.js';
import type { Transaction } from '../../platform/database/transaction.js';
import type { ReviewPicture } from './review.schemas.js';

/** A link to a picture dies this long after it was made (T55). */
export const EVIDENCE_TICKET_SECONDS = 60;

export interface TicketScope {
  caseId: string;
  attempt: number;
  kind: ReviewPicture;
  /** The one person the link was made for. */
  reviewer: string;
}

export interface EvidenceTicket {
  url: string;
  expiresAt: Date;
}

/** Short-lived links to one picture for one reviewer: an HMAC over all of that, so nothing has to be stored. */
@Injectable()
export class EvidenceTickets {
  constructor(private readonly ring: KeyRing) {}

  /** Times are the database's (rule 11). */
  async issue(tx: Transaction, scope: TicketScope): Promise<EvidenceTicket> {
    const { expires } = await tx.one<{ expires: number }>`
      SELECT floor(EXTRACT(EPOCH FROM clock_timestamp()) + ${EVIDENCE_TICKET_SECONDS}::int)::float8 AS expires`;
    const signature = this.ring.digest('token', signed(scope, expires)).toString('base64url');
    const { caseId, kind } = scope;
    const url = `/v1/reviews/${caseId}/evidence/${kind}?expires=${expires}&signature=${signature}`;
    return { url, expiresAt: new Date(expires * 1_000) };
  }

  /** Whether a link is whole, meant for this reviewer and attempt, and not over. */
  async admits(tx: Transaction, scope: TicketScope, ticket: { expires: number; signature: string }): Promise<boolean> {
    const genuine = this.ring.matches(
      'token',
      signed(scope, ticket.expires),
      Buffer.from(ticket.signature, 'base64url'),
    );
    if (!genuine) return false;
    const { inTime } = await tx.one<{ inTime: boolean }>`
      SELECT EXTRACT(EPOCH FROM clock_timestamp()) < ${ticket.expires}::float8 AS in_time`;
    return inTime;
  }
}

const signed = ({ caseId, attempt, kind, reviewer }: TicketScope, expires: number): string =>
  JSON.stringify(['review-evidence', caseId, attempt, kind, reviewer, expires]);
