import { Injectable } from '@nestjs/common';
import { Sensitive, type ProviderReport } from '../../providers/kit/index.js';
import { assuranceLevelOf } from '../directory/assurance-level.js';
import { ProofingRecords } from '../directory/proofing-records.js';
import { recordCoolsOff } from '../directory/record-cool-off.js';
import type { ProofedAttributes } from '../directory/subject.js';
import { Subjects } from '../directory/subjects.js';
import type { Transaction } from '../platform/database/transaction.js';
import { isPrivileged, type PolicyDocument } from '../policy/policy.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { AccountIndex } from './accounts/account-index.js';
import { nameFacts } from './accounts/name-uniqueness.js';
import { asShown } from './accounts/namesakes.js';
import type { AdjudicationFacts } from './facts.js';

/** Reads what a decision has to know of the account that is to be recovered. */
@Injectable()
export class AccountFactsReader {
  constructor(
    private readonly subjects: Subjects,
    private readonly records: ProofingRecords,
    private readonly accounts: AccountIndex,
  ) {}

  /** Before a decision: what changed in the directory since. In a transaction. */
  async catchUp(tx: Transaction): Promise<void> {
    await this.accounts.catchUpBeforeDecision(tx);
  }

  /**
   * The account and what was proofed of it. Without an account there is nothing to recover; missing data means the
   * strongest demands (T61).
   *
   * @param shown what the evidence says of the person: nobody else may be meant by that either
   */
  async read(
    tx: Transaction,
    { subjectId }: RecoveryCase,
    { policy, shown }: { policy: PolicyDocument; shown: ProviderReport['identity'] },
  ): Promise<Pick<AdjudicationFacts, 'subject' | 'proofing' | 'directoryIdentity'>> {
    const subject = await this.subjects.find(tx, subjectId);
    const proofing = await this.proofing(tx, subjectId);
    const { givenName, familyName, birthDate } = subject?.profile.reveal() ?? {};
    const directoryIdentity = new Sensitive<ProofedAttributes>({ givenName, familyName, birthDate });
    const { attributes } = proofing ?? { attributes: directoryIdentity };
    const named = asShown(attributes.reveal(), shown?.reveal());
    return {
      subject: {
        active: subject?.status === 'active',
        privileged: subject ? isPrivileged(policy, subject) : true,
        assuranceLevel: await assuranceLevelOf(tx, subjectId),
        ...(subject?.identityCoolingOff && { identityCoolingOff: true }),
        ...nameFacts(await this.accounts.uniquenessOfName(tx, subjectId, named)),
      },
      ...(proofing ? { proofing } : { directoryIdentity }),
    };
  }

  private async proofing(tx: Transaction, subjectId: string): Promise<AdjudicationFacts['proofing']> {
    const record = await this.records.find(tx, subjectId);
    if (!record) return undefined;
    const coolingOff = await recordCoolsOff(tx, subjectId);
    return { attributes: record.attributes, coolingOff, level: record.level };
  }
}
