import { Inject, Injectable } from '@nestjs/common';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { recoveryEmails } from '../directory/account-addresses.js';
import { Subjects } from '../directory/subjects.js';
import { FlowSessions } from '../flow-session/flow-sessions.js';
import type { Config } from '../platform/config/config.js';
import type { Transaction } from '../platform/database/transaction.js';
import { CONFIG } from '../platform/platform.module.js';
import { Policies } from '../policy/policies.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { LinkAddresses } from '../recovery-codes/link-addresses.js';
import { RecoveryLinks } from '../recovery-request/recovery-links.js';
import { mailFrame } from './mail-frame.js';
import type { Mail } from './mail-sender.js';
import { linkText, returnText } from './notice-texts.js';

export interface WantedLink {
  recoveryCase: RecoveryCase;
  /** Only to somebody who has left the flow. */
  onlyWhen?: 'away' | undefined;
  /** Addresses that take no mail. */
  refused: ReadonlySet<string>;
}

/** Makes a link, and writes the mail that brings it to an address on file. */
@Injectable()
export class LinkMails {
  constructor(
    private readonly subjects: Subjects,
    private readonly policies: Policies,
    private readonly links: RecoveryLinks,
    private readonly flows: FlowSessions,
    private readonly addresses: LinkAddresses,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Undefined when no mail is wanted, or no address is left.
   * Every address that was tried counts as one that received a link: a refused address gets no code and no question
   * either, because it is uncertain which of several tries arrived.
   */
  async compose(tx: Transaction, { recoveryCase, onlyWhen, refused }: WantedLink): Promise<Mail | undefined> {
    const { id: caseId } = recoveryCase;
    if (recoveryCase.closedAt || recoveryCase.channel === 'relay') return undefined;
    if (onlyWhen === 'away' && (await this.flows.isLiving(tx, { caseId }))) return undefined;
    const subject = await this.subjects.find(tx, recoveryCase.subjectId);
    const onFile = subject ? recoveryEmails(subject) : [];
    const to = onFile.find((email) => !refused.has(email));
    if (to === undefined) return undefined;
    const { limits } = await this.policies.strictest(tx, recoveryCase);
    await this.addresses.record(tx, caseId, to);
    const link = await this.links.issue(tx, { caseId, ttlSeconds: limits.linkTtlSeconds, actor: SYSTEM });
    const copy = await this.policies.copyOf(tx, recoveryCase);
    return {
      to,
      ...(recoveryCase.state === 'link_sent' ? linkText : returnText)(mailFrame(this.config, copy), {
        reference: recoveryCase.reference,
        link,
        minutes: Math.max(1, Math.round(limits.linkTtlSeconds / 60)),
      }),
    };
  }
}
