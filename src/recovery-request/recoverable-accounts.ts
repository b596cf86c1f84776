import { Injectable } from '@nestjs/common';
import { isOwnAccount } from '../directory/own-account.js';
import type { Subject } from '../directory/subject.js';
import { recoveryEmails } from '../directory/account-addresses.js';
import { Subjects } from '../directory/subjects.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { Principal } from '../platform/http/request-context.js';
import { Policies } from '../policy/policies.js';
import type { Policy } from '../policy/policy.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import type { OpenCaseBody } from './case.schemas.js';
import { isOnSiteOnly } from './on-site-only.js';

/** Why no case is opened for an account by a channel, in what order it is asked, and what the interface says to it. */
export const OBSTACLES = {
  own_account: undefined,
  disabled: 'The account is disabled.',
  on_site_only: 'This account comes back on site only.',
  no_sms: 'No SMS gateway is configured.',
  no_address: 'There is no address on file.',
  no_policy: 'No policy includes this account.',
  no_relay: 'The policy does not allow a relayed link.',
} as const;
export type Obstacle = keyof typeof OBSTACLES;

/** An account and how it may come back. */
export interface Account {
  subject: Subject;
  /** What a case of it starts under, with these groups. */
  policyFor: (groups: readonly string[]) => Policy | undefined;
  onSiteOnly: boolean;
  /** Addresses that may carry a link today; the first that takes mail gets it. */
  addresses: readonly string[];
}

/** For whom a case may be opened, whichever door an agent asks at. */
@Injectable()
export class RecoverableAccounts {
  constructor(
    private readonly subjects: Subjects,
    private readonly policies: Policies,
  ) {}

  /** Named by its id, it is one way to the database for all of it but the addresses. */
  async find(tx: Transaction, by: OpenCaseBody['subject']): Promise<Account | undefined> {
    const found = this.findSubject(tx, by);
    const id = 'id' in by ? by.id : (await found)?.id;
    if (id === undefined) return undefined;
    const [subject, policyFor, onSiteOnly] = await Promise.all([
      found,
      this.policies.choiceFor(tx, id),
      isOnSiteOnly(tx, id),
    ]);
    if (!subject) return undefined;
    return { subject, policyFor, onSiteOnly, addresses: recoveryEmails(subject) };
  }

  /** The first thing that stands in the way of this colleague and this channel. */
  obstacleTo(account: Account, request: { channel: RecoveryCase['channel']; staff: Principal }): Obstacle | undefined {
    const { subject, onSiteOnly, addresses } = account;
    const { channel, staff } = request;
    if (isOwnAccount(subject, staff)) return 'own_account';
    if (subject.status !== 'active') return 'disabled';
    if (onSiteOnly) return 'on_site_only';
    if (channel === 'sms') return 'no_sms';
    if (channel === 'email' && addresses.length === 0) return 'no_address';
    const policy = account.policyFor(subject.groups);
    if (!policy) return 'no_policy';
    return channel === 'relay' && !policy.document.relay.allowed ? 'no_relay' : undefined;
  }

  private async findSubject(tx: Transaction, by: OpenCaseBody['subject']): Promise<Subject | undefined> {
    if ('id' in by) return this.subjects.find(tx, by.id);
    if ('login' in by) return this.subjects.findByLogin(tx, by.login);
    return this.subjects.findByEmployeeId(tx, by.employeeId);
  }
}
