import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock/clock.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { isSignedRow, rowMac } from '../platform/crypto/row-macs.js';
import type { Transaction } from '../platform/database/transaction.js';
import { isCanonicalSecret, newId, newSecret } from '../platform/ids/ids.js';

/** Sliding and absolute life of a page session. */
export const FLOW_IDLE_SECONDS = 1_800;
export const FLOW_ABSOLUTE_SECONDS = 7_200;

export interface FlowSession {
  sessionId: string;
  caseId: string;
  /** Until its absolute end, which nothing moves. */
  endsInSeconds: number;
}

/** Page sessions of the person's browser. The cookie's value is stored as a keyed hash only. */
@Injectable()
export class FlowSessions {
  constructor(
    private readonly ring: KeyRing,
    private readonly clock: Clock,
  ) {}

  /**
   * Opens a session for a case and returns the cookie's value. `language`: what partners speak with the person (BCP 47).
   * `browser`: its kind, for who is asked whether it is theirs.
   */
  async open(
    tx: Transaction,
    session: { caseId: string; language: string; browser?: string },
  ): Promise<{ sessionId: string; secret: string }> {
    const secret = newSecret();
    const sessionId = newId('fs', this.clock.now());
    const digest = this.ring.digest('token', secret);
    const mac = rowMac(this.ring, 'flow_sessions', [sessionId, session.caseId, digest]);
    await tx.run`INSERT INTO flow_sessions (id, case_id, cookie_digest, language, browser, mac)
      VALUES (${sessionId}, ${session.caseId}, ${digest}, ${session.language}, ${session.browser ?? null}, ${mac})`;
    return { sessionId, secret };
  }

  /**
   * Finds a living session and slides it. Undefined when it idled out, ran its course, ended, never was, or is not of the
   * service's making.
   */
  async touch(tx: Transaction, secret: string | undefined): Promise<FlowSession | undefined> {
    if (secret === undefined || !isCanonicalSecret(secret)) return undefined;
    const row = await tx.maybeOne<FlowSession & { cookieDigest: Buffer; mac: Buffer | null }>`
      UPDATE flow_sessions SET seen_at = clock_timestamp()
      WHERE cookie_digest = ANY(${this.ring.digests('token', secret)}::bytea[]) AND ended_at IS NULL
        AND seen_at > clock_timestamp() - make_interval(secs => ${FLOW_IDLE_SECONDS})
        AND created_at > clock_timestamp() - make_interval(secs => ${FLOW_ABSOLUTE_SECONDS})
        AND (mac IS NOT NULL OR NOT EXISTS (SELECT FROM rows_signed))
      RETURNING id AS session_id, case_id, cookie_digest, mac, floor(extract(epoch FROM
        created_at + make_interval(secs => ${FLOW_ABSOLUTE_SECONDS}) - clock_timestamp()))::int AS ends_in_seconds`;
    if (!row) return undefined;
    const { cookieDigest, mac, ...session } = row;
    const values = [session.sessionId, session.caseId, cookieDigest] as const;
    return isSignedRow(this.ring, { table: 'flow_sessions', values, mac }) ? session : undefined;
  }

  /**
   * Whether a session still lives, without sliding it: for streams that go on while nobody does anything. Without its id, any
   * of the case: then some browser could still show it, and its person needs no way back.
   */
  async isLiving(tx: Transaction, of: { caseId: string; sessionId?: string }): Promise<boolean> {
    const row = await tx.maybeOne<{ id: string }>`
      SELECT id FROM flow_sessions WHERE case_id = ${of.caseId} AND id = COALESCE(${of.sessionId ?? null}, id) AND ended_at IS NULL
        AND seen_at > clock_timestamp() - make_interval(secs => ${FLOW_IDLE_SECONDS})
        AND created_at > clock_timestamp() - make_interval(secs => ${FLOW_ABSOLUTE_SECONDS}) LIMIT 1`;
    return row !== undefined;
  }

  async endAll(tx: Transaction, caseId: string): Promise<number> {
    return tx.run`UPDATE flow_sessions SET ended_at = clock_timestamp() WHERE case_id = ${caseId} AND ended_at IS NULL`;
  }
}
