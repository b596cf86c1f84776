import { Inject, Injectable } from '@nestjs/common';
import { appendAudit } from '../audit-trail/append.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { approvedSince } from '../adjudication/approved-since.js';
import { addressesToTell, vouchingAddresses } from '../directory/account-addresses.js';
import { addressDigest, addressDigests } from '../directory/address-digests.js';
import { Subjects } from '../directory/subjects.js';
import { Clock } from '../platform/clock/clock.js';
import type { Config } from '../platform/config/config.js';
import { lockAcrossKeys } from '../platform/crypto/across-keys.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { newId } from '../platform/ids/ids.js';
import { Logger } from '../platform/logging/logger.js';
import { CONFIG } from '../platform/platform.module.js';
import { Policies } from '../policy/policies.js';
import type { PolicyCopy } from '../policy/policy-copy.js';
import { LinkAddresses } from '../recovery-codes/link-addresses.js';
import { announce } from '../recovery-case/case-events.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { mailFrame } from './mail-frame.js';
import { MailSender } from './mail-sender.js';
import { NoticesUnsentError } from './notices-unsent.errors.js';
import { noticeText, type NoticeKind } from './notice-texts.js';
import { rememberToForget } from './told-addresses.js';

/** How long a notice's stop link works. */
export const NOTICE_TTL_DAYS = 7;

/** A notice tried this often is not looked for again: its address takes no mail. */
export const MAX_NOTICE_TRIES = 15;

/** HMAC-SHA-256 without the key's id before it. */
const TOKEN_BYTES = 32;

/** Attempt of a notice that is about the case as a whole. */
const OF_THE_CASE = 0;

interface Entry {
  caseId: string;
  kind: NoticeKind;
  attempt: number;
}

/** What an approval is told by. One that is given anew after it was taken back is told anew, days later maybe. */
const TELLS_OF_APPROVAL: readonly NoticeKind[] = ['recovery_held', 'recovery_approved'];

interface Plan {
  recoveryCase: RecoveryCase;
  addresses: string[];
  /** Those of them whose word of a hold counts (adjudication/hold-notices.ts). */
  vouching: string[];
  browser: string | undefined;
  copy: PolicyCopy;
}

/**
 * Tells every address on file, each once per case, kind and attempt, and of an approval once each time it is given,
 * however often the job runs (I10).
 */
@Injectable()
export class CaseNotices {
  constructor(
    private readonly database: Database,
    private readonly subjects: Subjects,
    private readonly ring: KeyRing,
    private readonly clock: Clock,
    private readonly mail: MailSender,
    private readonly logger: Logger,
    @Inject(CONFIG) private readonly config: Config,
    private readonly policies: Policies,
    private readonly linkAddresses: LinkAddresses,
  ) {}

  /**
   * `attempt` belongs to what may happen once in each; what is told of the case has none.
   * @throws NoticesUnsentError when an address is still to be told
   */
  async send(caseId: string, kind: NoticeKind, attempt = OF_THE_CASE): Promise<void> {
    const plan = await this.database.transaction((tx) => this.plan(tx, { caseId, kind, attempt }));
    if (!plan) return;
    const { addresses, ...facts } = plan;
    let unsent = 0;
    for (const address of addresses) {
      if (!(await this.sendOne({ caseId, kind, attempt, address, ...facts }))) unsent += 1;
    }
    if (unsent > 0) throw new NoticesUnsentError(unsent);
  }

  /** Rows first: what is owed survives a crash, and the sweeper sees it. */
  private async plan(tx: Transaction, entry: Entry): Promise<Plan | undefined> {
    const recoveryCase = await tx.maybeOne<RecoveryCase>`SELECT * FROM recovery_cases WHERE id = ${entry.caseId}`;
    const subject = recoveryCase && (await this.subjects.find(tx, recoveryCase.subjectId));
    if (!recoveryCase || !subject) return undefined;
    const asks = entry.kind === 'confirmation_needed';
    if (asks && !stillAsked(recoveryCase, entry.attempt)) return undefined;
    // "There is still a wait" is true while there is one: a hold that has ended is not told of any more.
    if (entry.kind === 'recovery_held' && recoveryCase.state !== 'held') return undefined;
    rememberToForget(tx, entry.caseId);
    // Neither an address that was added this week (T48) nor one whose mailbox had the link (T33) vouches for anybody.
    lockAcrossKeys(tx, this.ring, `notices:${entry.caseId}:${entry.kind}:${entry.attempt}`);
    const addresses = asks ? await this.linkAddresses.others(tx, recoveryCase, subject) : addressesToTell(subject);
    if (TELLS_OF_APPROVAL.includes(entry.kind)) await this.oweAnew(tx, entry);
    for (const address of addresses) {
      await this.owe(tx, { ...entry, address });
    }
    await this.giveUpOthers(tx, { ...entry, addresses });
    if (addresses.length === 0) await this.noteNobody(tx, entry);
    const copy = await this.policies.copyOf(tx, recoveryCase);
    return {
      recoveryCase,
      addresses,
      vouching: vouchingAddresses(subject),
      copy,
      browser: asks ? await browserInFlow(tx, entry.caseId) : undefined,
    };
  }

  /** Told of an approval that was taken back since is not told of the one that was given after that: at most once each time. */
  private async oweAnew(tx: Transaction, { caseId, kind, attempt }: Entry): Promise<void> {
    const since = await approvedSince(tx, { caseId, attempt });
    if (since === undefined) return;
    await tx.run`UPDATE notices SET first_sent_at = COALESCE(first_sent_at, sent_at), sent_at = NULL, tries = 0, last_error = NULL, created_at = clock_timestamp()
      WHERE case_id = ${caseId} AND kind = ${kind} AND attempt = ${attempt} AND sent_at < ${since}`;
  }

  /** One row per address, also when another was written under another key: before, or at this moment (F38). */
  private async owe(tx: Transaction, entry: Entry & { address: string }): Promise<void> {
    const { caseId, kind, attempt, address } = entry;
    await tx.run`INSERT INTO notices (id, case_id, kind, attempt, channel, address_digest)
      SELECT ${newId('ntc', this.clock.now())}, ${caseId}, ${kind}, ${attempt}, 'email', ${addressDigest(this.ring, address)}
      WHERE NOT EXISTS (SELECT 1 FROM notices WHERE case_id = ${caseId} AND kind = ${kind} AND attempt = ${attempt} AND address_digest = ANY(${addressDigests(this.ring, [address])}::bytea[]))
      ON CONFLICT DO NOTHING`;
  }

  /** Gives up notices to addresses that are no longer told. */
  private async giveUpOthers(tx: Transaction, entry: Entry & { addresses: string[] }): Promise<void> {
    const told = addressDigests(this.ring, entry.addresses);
    await tx.run`UPDATE notices SET tries = GREATEST(tries, ${MAX_NOTICE_TRIES}), last_error = 'address_gone'
      WHERE case_id = ${entry.caseId} AND kind = ${entry.kind} AND attempt = ${entry.attempt} AND sent_at IS NULL AND address_digest <> ALL(${told}::bytea[])`;
  }

  /** An account without addresses: a row that says so, or the sweeper would look for the missing one again and again. */
  private async noteNobody(tx: Transaction, entry: Entry): Promise<void> {
    await tx.run`INSERT INTO notices (id, case_id, kind, attempt, channel, address_digest, tries, last_error)
      SELECT ${newId('ntc', this.clock.now())}, ${entry.caseId}, ${entry.kind}, ${entry.attempt}, 'email', ${addressDigest(this.ring, '')}, ${MAX_NOTICE_TRIES}, 'no_address'
      WHERE NOT EXISTS (SELECT 1 FROM notices WHERE case_id = ${entry.caseId} AND kind = ${entry.kind} AND attempt = ${entry.attempt})
      ON CONFLICT DO NOTHING`;
  }

  private async sendOne(entry: Entry & Omit<Plan, 'addresses'> & { address: string }): Promise<boolean> {
    const { recoveryCase, kind, address, vouching, browser, copy } = entry;
    const claimed = await this.database.transaction((tx) => this.claim(tx, entry));
    if (!claimed) return true;
    const { heldUntil, stateReason } = recoveryCase;
    const runs = stateReason === 'hold_running' && heldUntil && heldUntil > this.clock.now();
    const facts = {
      reference: recoveryCase.reference,
      at: claimed.createdAt,
      pageUrl: `${this.config.PUBLIC_URL}/notices/${claimed.token}`,
      ...(browser ? { browser } : {}),
      ...(runs ? { until: heldUntil } : {}),
    };
    try {
      await this.mail.send({ to: address, ...noticeText(mailFrame(this.config, copy), kind, facts) });
    } catch (error) {
      this.logger.warn('mail_failed', { kind, error });
      return false;
    }
    await this.markSent({ noticeId: claimed.id, recoveryCase, kind, vouched: vouching.includes(address) });
    return true;
  }

  /** The unsent notice with its token. A second job that tries at the same time gets the same token, so both mails work. */
  private async claim(
    tx: Transaction,
    entry: Entry & { address: string },
  ): Promise<{ id: string; createdAt: Date; token: string } | undefined> {
    const owed = await tx.maybeOne<{ id: string; createdAt: Date; tokenDigest: Buffer | null }>`
      SELECT id, created_at, token_digest FROM notices
      WHERE case_id = ${entry.caseId} AND kind = ${entry.kind} AND attempt = ${entry.attempt} AND sent_at IS NULL
        AND address_digest = ANY(${addressDigests(this.ring, [entry.address])}::bytea[]) FOR UPDATE`;
    if (!owed) return undefined;
    const { id, createdAt, tokenDigest } = owed;
    const { token, digest } = this.tokenOf(id, tokenDigest);
    await tx.run`UPDATE notices SET tries = tries + 1, token_digest = ${digest},
      token_expires_at = clock_timestamp() + make_interval(days => ${NOTICE_TTL_DAYS}) WHERE id = ${id}`;
    return { id, createdAt, token };
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

  private async markSent(sent: {
    noticeId: string;
    recoveryCase: RecoveryCase;
    kind: NoticeKind;
    vouched: boolean;
  }): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.run`UPDATE notices SET sent_at = clock_timestamp(), vouched = vouched OR ${sent.vouched} WHERE id = ${sent.noticeId}`;
      await appendAudit(tx, {
        chainId: sent.recoveryCase.id,
        type: 'notice.sent',
        actor: SYSTEM,
        data: { kind: sent.kind, noticeId: sent.noticeId },
      });
      await this.letHoldEnd(tx, sent.recoveryCase);
    });
  }

  /**
   * A hold that is over waits until an address is notified about it (adjudication/hold-notices.ts); that module checks
   * what this notice was about.
   */
  private async letHoldEnd(tx: Transaction, { id: caseId, attempt }: RecoveryCase): Promise<void> {
    const over = await tx.maybeOne`SELECT 1 FROM recovery_cases
      WHERE id = ${caseId} AND state = 'held' AND held_until <= clock_timestamp()`;
    if (over) await announce(tx, 'case.hold_due', { payload: { caseId, attempt } });
  }
}

/** The question may have been answered, or overtaken by a returning browser, before its mail went out. */
const stillAsked = (recoveryCase: RecoveryCase, attempt: number): boolean =>
  recoveryCase.state === 'held' &&
  recoveryCase.stateReason === 'waiting_for_confirmation' &&
  recoveryCase.attempt === attempt;

/** Of the page session that was opened last: the one that shows the number. */
async function browserInFlow(tx: Transaction, caseId: string): Promise<string | undefined> {
  const row = await tx.maybeOne<{ browser: string | null }>`
    SELECT browser FROM flow_sessions WHERE case_id = ${caseId} ORDER BY created_at DESC LIMIT 1`;
  return row?.browser ?? undefined;
}
