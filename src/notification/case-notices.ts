import { Inject, Injectable } from '@nestjs/common';
import { appendAudit } from '../audit-trail/append.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { addressesToTell, vouchingAddresses } from '../directory/account-addresses.js';
import { Subjects } from '../directory/subjects.js';
import type { Config } from '../platform/config/config.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
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
import { OwedNotices, type NoticeEntry } from './owed-notices.js';
import { rememberToForget } from './told-addresses.js';

/** Attempt of a notice that is about the case as a whole. */
const OF_THE_CASE = 0;

interface Plan {
  recoveryCase: RecoveryCase;
  addresses: string[];
  /** Those of them whose word of a hold counts (adjudication/hold-notices.ts). */
  vouching: string[];
  browser: string | undefined;
  copy: PolicyCopy;
}

/**
 * Tells every address on file, each once per case, kind and attempt, however often the job runs (I10). An approval is
 * told once each time it is given.
 */
@Injectable()
export class CaseNotices {
  constructor(
    private readonly database: Database,
    private readonly subjects: Subjects,
    private readonly owed: OwedNotices,
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
  private async plan(tx: Transaction, entry: NoticeEntry): Promise<Plan | undefined> {
    const recoveryCase = await tx.maybeOne<RecoveryCase>`SELECT * FROM recovery_cases WHERE id = ${entry.caseId}`;
    const subject = recoveryCase && (await this.subjects.find(tx, recoveryCase.subjectId));
    if (!recoveryCase || !subject) return undefined;
    const asks = entry.kind === 'confirmation_needed';
    if (asks && !stillAsked(recoveryCase, entry.attempt)) return undefined;
    // "There is still a wait" is true while there is one: a hold that has ended is not told of any more.
    if (entry.kind === 'recovery_held' && recoveryCase.state !== 'held') return undefined;
    rememberToForget(tx, entry.caseId);
    this.owed.lock(tx, entry);
    // Neither an address that was added this week (T48) nor one whose mailbox had the link (T33) vouches for anybody.
    const addresses = asks ? await this.linkAddresses.others(tx, recoveryCase, subject) : addressesToTell(subject);
    await this.owed.settle(tx, entry, addresses);
    const copy = await this.policies.copyOf(tx, recoveryCase);
    return {
      recoveryCase,
      addresses,
      vouching: vouchingAddresses(subject),
      copy,
      browser: asks ? await browserInFlow(tx, entry.caseId) : undefined,
    };
  }

  private async sendOne(entry: NoticeEntry & Omit<Plan, 'addresses'> & { address: string }): Promise<boolean> {
    const { recoveryCase, kind, address, vouching, browser, copy } = entry;
    const claimed = await this.database.transaction((tx) => this.owed.claim(tx, entry));
    if (!claimed) return true;
    const { heldUntil, stateReason } = recoveryCase;
    const runs = stateReason === 'hold_running' && heldUntil && heldUntil > claimed.triedAt;
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

  private async markSent(sent: {
    noticeId: string;
    recoveryCase: RecoveryCase;
    kind: NoticeKind;
    vouched: boolean;
  }): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.owed.markSent(tx, sent);
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
