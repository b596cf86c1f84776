import { Injectable } from '@nestjs/common';
import { approvedSince } from '../adjudication/approved-since.js';
import { addressDigest, addressDigests } from '../directory/address-digests.js';
import { Clock } from '../platform/clock/clock.js';
import { lockAcrossKeys } from '../platform/crypto/across-keys.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import type { Transaction } from '../platform/database/transaction.js';
import { newId } from '../platform/ids/ids.js';
import type { NoticeKind } from './notice-texts.js';

/** How long a notice's stop link works. */
export const NOTICE_TTL_DAYS = 7;

/** A notice tried this often is not looked for again: its address takes no mail. */
export const MAX_NOTICE_TRIES = 15;

/** HMAC-SHA-256 without the key's id before it. */
const TOKEN_BYTES = 32;

export interface NoticeEntry {
  caseId: string;
  kind: NoticeKind;
  attempt: number;
}

/** What an approval is told by. One that is given anew after it was taken back is told anew, days later maybe. */
const TELLS_OF_APPROVAL: readonly NoticeKind[] = ['recovery_held', 'recovery_approved'];

export interface ClaimedNotice {
  id: string;
  createdAt: Date;
  /** Of its stop link. */
  token: string;
  triedAt: Date;
}

/** Keeps the row of each notice: which address is still to be told what, with which link, and which has been told. */
@Injectable()
export class OwedNotices {
  constructor(
    private readonly ring: KeyRing,
    private readonly clock: Clock,
  ) {}

  /** One process at a time writes the rows of these notices, under whatever key it does (F38). */
  lock(tx: Transaction, entry: NoticeEntry): void {
    lockAcrossKeys(tx, this.ring, `notices:${entry.caseId}:${entry.kind}:${entry.attempt}`);
  }

  /** Owes the notice to these addresses, and to no others any more. */
  async settle(tx: Transaction, entry: NoticeEntry, addresses: string[]): Promise<void> {
    if (TELLS_OF_APPROVAL.includes(entry.kind)) await this.oweAnew(tx, entry);
    for (const address of addresses) {
      await this.owe(tx, { ...entry, address });
    }
    await this.giveUpOthers(tx, { ...entry, addresses });
    if (addresses.length === 0) await this.noteNobody(tx, entry);
  }

  /** The unsent notice with its token. A second job that tries at the same time gets the same token, so both mails work. */
  async claim(tx: Transaction, entry: NoticeEntry & { address: string }): Promise<ClaimedNotice | undefined> {
    const owed = await tx.maybeOne<{ id: string; createdAt: Date; tokenDigest: Buffer | null }>`
      SELECT id, created_at, token_digest FROM notices
      WHERE case_id = ${entry.caseId} AND kind = ${entry.kind} AND attempt = ${entry.attempt} AND sent_at IS NULL
        AND address_digest = ANY(${addressDigests(this.ring, [entry.address])}::bytea[]) FOR UPDATE`;
    if (!owed) return undefined;
    const { id, createdAt, tokenDigest } = owed;
    const { token, digest } = this.tokenOf(id, tokenDigest);
    await tx.run`UPDATE notices SET tries = tries + 1, token_digest = ${digest},
      token_expires_at = clock_timestamp() + make_interval(days => ${NOTICE_TTL_DAYS}) WHERE id = ${id}`;
    return { id, createdAt, token, triedAt: this.clock.now() };
  }

  /** 32 bytes that follow from the notice's id and a key of the ring; the one already written down stays (T117). */
  private tokenOf(noticeId: string, written: Buffer | null): { token: string; digest: Buffer } {
    const tokens = this.ring
      .digests('token', `notice-token:${noticeId}`)
      .map((mac) => mac.subarray(-TOKEN_BYTES).toString('base64url'));
    const kept = written && tokens.find((token) => this.ring.matches('token', token, written));
    if (kept) return { token: kept, digest: written };
    const [token = ''] = tokens;
    return { token, digest: this.ring.digest('token', token) };
  }

  /** `vouched`: its reader could have stopped the case then, whatever becomes of the address. */
  async markSent(tx: Transaction, sent: { noticeId: string; vouched: boolean }): Promise<void> {
    await tx.run`UPDATE notices SET sent_at = clock_timestamp(), vouched = vouched OR ${sent.vouched} WHERE id = ${sent.noticeId}`;
  }

  /** Told of an approval that was taken back since is not told of the one that was given after that: at most once each time. */
  private async oweAnew(tx: Transaction, { caseId, kind, attempt }: NoticeEntry): Promise<void> {
    const since = await approvedSince(tx, { caseId, attempt });
    if (since === undefined) return;
    await tx.run`UPDATE notices SET first_sent_at = COALESCE(first_sent_at, sent_at), sent_at = NULL,
        tries = 0, last_error = NULL, created_at = clock_timestamp()
      WHERE case_id = ${caseId} AND kind = ${kind} AND attempt = ${attempt} AND sent_at < ${since}`;
  }

  /** One row per address, also when another was written under another key: before, or at this moment (F38). */
  private async owe(tx: Transaction, entry: NoticeEntry & { address: string }): Promise<void> {
    const { caseId, kind, attempt, address } = entry;
    await tx.run`INSERT INTO notices (id, case_id, kind, attempt, channel, address_digest)
      SELECT ${newId('ntc', this.clock.now())}, ${caseId}, ${kind}, ${attempt}, 'email', ${addressDigest(this.ring, address)}
      WHERE NOT EXISTS (SELECT 1 FROM notices WHERE case_id = ${caseId} AND kind = ${kind} AND attempt = ${attempt}
        AND address_digest = ANY(${addressDigests(this.ring, [address])}::bytea[]))
      ON CONFLICT DO NOTHING`;
  }

  /** Gives up notices to addresses that are no longer told. */
  private async giveUpOthers(tx: Transaction, entry: NoticeEntry & { addresses: string[] }): Promise<void> {
    const told = addressDigests(this.ring, entry.addresses);
    await tx.run`UPDATE notices SET tries = GREATEST(tries, ${MAX_NOTICE_TRIES}), last_error = 'address_gone'
      WHERE case_id = ${entry.caseId} AND kind = ${entry.kind} AND attempt = ${entry.attempt} AND sent_at IS NULL AND address_digest <> ALL(${told}::bytea[])`;
  }

  /** An account without addresses: a row that says so, or the sweeper would look for the missing one again and again. */
  private async noteNobody(tx: Transaction, entry: NoticeEntry): Promise<void> {
    await tx.run`INSERT INTO notices (id, case_id, kind, attempt, channel, address_digest, tries, last_error)
      SELECT ${newId('ntc', this.clock.now())}, ${entry.caseId}, ${entry.kind}, ${entry.attempt}, 'email',
        ${addressDigest(this.ring, '')}, ${MAX_NOTICE_TRIES}, 'no_address'
      WHERE NOT EXISTS (SELECT 1 FROM notices WHERE case_id = ${entry.caseId} AND kind = ${entry.kind} AND attempt = ${entry.attempt})
      ON CONFLICT DO NOTHING`;
  }
}
