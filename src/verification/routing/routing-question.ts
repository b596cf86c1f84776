import { Injectable } from '@nestjs/common';
import { Subjects } from '../../directory/subjects.js';
import type { Transaction } from '../../platform/database/transaction.js';
import type { PolicyDocument } from '../../policy/policy.js';
import { Policies } from '../../policy/policies.js';
import { providerIds } from '../../policy/provider-rules.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { SessionStore } from '../session/session-store.js';
import type { ChoiceQuestion } from './provider-choice.js';

/** Gathers what the choice of a provider depends on: policy, subject, what is loaded, what failed before. */
@Injectable()
export class RoutingQuestion {
  constructor(
    private readonly registry: ProviderRegistry,
    private readonly policies: Policies,
    private readonly subjects: Subjects,
    private readonly sessions: SessionStore,
  ) {}

  async of(tx: Transaction, recoveryCase: RecoveryCase): Promise<ChoiceQuestion & { policy: PolicyDocument }> {
    const policy = await this.policies.strictest(tx, recoveryCase);
    const subject = await this.subjects.find(tx, recoveryCase.subjectId);
    // A subject that cannot be read counts as privileged: missing data means strongest (T61).
    const privileged = subject?.privileged ?? true;
    return {
      policy,
      policyFirst: await this.firstChoice(tx, recoveryCase),
      offered: this.registry.offered(policy, { privileged }),
      privileged,
      attempt: recoveryCase.attempt,
      failures: await this.sessions.failures(tx, recoveryCase.id),
    };
  }

  /** Only a provider that the case's own policy and today's both ask first is the first choice. */
  private async firstChoice(tx: Transaction, recoveryCase: RecoveryCase): Promise<string | undefined> {
    const { started, today } = await this.policies.both(tx, recoveryCase);
    const [first] = providerIds(started.document);
    return today && providerIds(today.document)[0] === first ? first : undefined;
  }
}
