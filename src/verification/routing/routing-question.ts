import { Injectable } from '@nestjs/common';
import type { ProviderAdapter } from '../../../providers/kit/index.js';
import { Subjects } from '../../directory/subjects.js';
import { KeyRing } from '../../platform/crypto/key-ring.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { isPrivileged, type PolicyDocument } from '../../policy/policy.js';
import { firstChoiceOf, Policies, strictestOf } from '../../policy/policies.js';
import { providerRule } from '../../policy/provider-rules.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { ProviderControls, type ProviderControl } from '../providers/provider-controls.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { ProviderVitals } from '../providers/provider-vitals.js';
import { SessionStore } from '../session/session-store.js';
import { alpha3Of } from '../../recovery-case/issuing-country.js';
import type { Candidate, ChoiceQuestion } from './provider-choice.js';
import { UNLIMITED, type PersonFacts, type ProviderCondition } from './provider-obstacles.js';

/** Gathers what the choice of a provider depends on: policy, account, providers and their state, earlier failures. */
@Injectable()
export class RoutingQuestion {
  constructor(
    private readonly registry: ProviderRegistry,
    private readonly policies: Policies,
    private readonly subjects: Subjects,
    private readonly sessions: SessionStore,
    private readonly controls: ProviderControls,
    private readonly vitals: ProviderVitals,
    private readonly ring: KeyRing,
  ) {}

  /** For looking; what follows from it may be out of date a moment later. */
  async of(tx: Transaction, recoveryCase: RecoveryCase): Promise<ChoiceQuestion> {
    const policies = await this.policies.both(tx, recoveryCase);
    const policy = strictestOf(policies);
    const subject = await this.subjects.find(tx, recoveryCase.subjectId);
    // A subject that cannot be read counts as privileged: missing data means strongest (T61).
    const privileged = subject ? isPrivileged(policy, subject) : true;
    const offered = this.registry.offered(policy, { privileged });
    return {
      candidates: await this.candidates(tx, { recoveryCase, policy, offered }),
      policyFirst: firstChoiceOf(policies),
      person: personOf(recoveryCase, policies.heldGroups),
      privileged,
      attempt: recoveryCase.attempt,
      failures: await this.sessions.failures(tx, recoveryCase.id),
    };
  }

  /** For acting on the answer in this transaction, the case locked: nobody else spends the same budget meanwhile. */
  async toDecide(tx: Transaction, recoveryCase: RecoveryCase): Promise<ChoiceQuestion> {
    const question = await this.of(tx, recoveryCase);
    const limited = question.candidates.filter(({ condition }) => condition.dailyBudget !== null);
    if (limited.length === 0) return question;
    await this.controls.lockBudgets(
      tx,
      limited.map(({ adapter }) => adapter.id),
    );
    return this.of(tx, recoveryCase);
  }

  private async candidates(
    tx: Transaction,
    at: { recoveryCase: RecoveryCase; policy: PolicyDocument; offered: readonly ProviderAdapter[] },
  ): Promise<Candidate[]> {
    const controls = await this.controls.of(
      tx,
      at.offered.map((adapter) => adapter.id),
    );
    return at.offered.flatMap((adapter) => {
      const rule = providerRule(at.policy, adapter.id);
      if (!rule) return [];
      const condition = this.conditionOf(adapter.id, controls.get(adapter.id));
      return [{ adapter, rule, condition, place: placeInSplit(this.ring, at.recoveryCase.id, adapter.id) }];
    });
  }

  private conditionOf(provider: string, control: ProviderControl | undefined): ProviderCondition {
    const restSeconds = this.vitals.restSeconds(provider);
    if (!control) return { ...UNLIMITED, restSeconds };
    return {
      disabled: control.disabledAt !== null,
      restSeconds: Math.max(restSeconds, control.openForSeconds),
      sessionCost: control.sessionCost,
      dailyBudget: control.dailyBudget,
      spentToday: control.spentToday,
      budgetRenewsInSeconds: control.renewsInSeconds,
    };
  }
}

function personOf({ issuingCountry, documentType }: RecoveryCase, groups: readonly string[]): PersonFacts {
  return {
    issuingCountry: issuingCountry === null ? undefined : alpha3Of(issuingCountry),
    documentType: documentType ?? undefined,
    groups,
  };
}

/**
 * The place of a case in a provider's split, 0 to 99: the same each time, spread evenly over cases, and unpredictable
 * without the key. It uses the oldest key, whichever is active, so that a rotation moves no case and processes agree
 * during a roll-out (F38). When that key leaves the ring, the cases of its time are over.
 */
export function placeInSplit(ring: KeyRing, caseId: string, provider: string): number {
  const keyId = ring.oldKeys[0]?.id ?? ring.activeId;
  const digest = ring.digest('lookup', `provider-share:${caseId}:${provider}`, keyId);
  // The last four bytes are the hash's; the first ones name the key. A remainder of 2^32 favours nobody by more than 1 in 10^7.
  return digest.readUInt32BE(digest.length - 4) % 100;
}
