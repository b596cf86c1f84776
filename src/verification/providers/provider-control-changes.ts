import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { appendAudit } from '../../audit-trail/append.js';
import type { Actor } from '../../audit-trail/audit-event-types.js';
import type { Transaction } from '../../platform/database/transaction.js';
import { Problem } from '../../platform/errors/problem.js';
import { ProviderControls, type ProviderControl } from './provider-controls.js';
import { ProviderRegistry } from './provider-registry.js';

const Amount = z.number().int().min(0).max(2_000_000_000).nullable().optional();

/** Members that are not given stay as they are. */
export const ProviderControlPatch = z.strictObject({
  /** The kill switch. Sessions that live go on; nobody new is sent there. */
  disabled: z
    .strictObject({ reason: z.string().min(1).max(120) })
    .nullable()
    .optional(),
  /** What one session costs, in minor units. */
  sessionCost: Amount,
  /** What a UTC day may cost, in minor units. */
  dailyBudget: Amount,
  /** Ends the watch: somebody has looked at the partner's results. */
  watch: z.null().optional(),
});
export type ProviderControlPatch = z.infer<typeof ProviderControlPatch>;

type Stored = Pick<ProviderControl, 'disabledAt' | 'sessionCost' | 'dailyBudget' | 'watchedSince'>;
type Member = keyof ProviderControlPatch;

/**
 * Names the members by which a change sends more people, or trusts more, than before: a partner switched on again, a
 * budget raised or removed, a price that makes budget and caps reach further, a watch ended. Pure.
 */
export function loosenedBy(before: Stored, patch: ProviderControlPatch): Member[] {
  const { disabled, sessionCost, dailyBudget, watch } = patch;
  const cheaper =
    sessionCost === null ? false : sessionCost !== undefined && sessionCost < (before.sessionCost ?? Infinity);
  const loosened: [boolean, Member][] = [
    [disabled === null && before.disabledAt !== null, 'disabled'],
    [cheaper, 'sessionCost'],
    [dailyBudget !== undefined && (dailyBudget ?? Infinity) > (before.dailyBudget ?? Infinity), 'dailyBudget'],
    [watch === null && before.watchedSince !== null, 'watch'],
  ];
  return loosened.filter(([is]) => is).map(([, member]) => member);
}

/** Switches, prices and budgets of partners. What loosens needs a signed-in person, like a policy that weakens (rule 10). */
@Injectable()
export class ProviderControlChanges {
  constructor(
    private readonly registry: ProviderRegistry,
    private readonly controls: ProviderControls,
  ) {}

  /** @throws Problem not_found | person_required */
  async change(
    tx: Transaction,
    request: { provider: string; patch: ProviderControlPatch; actor: Actor },
  ): Promise<void> {
    const { provider, patch, actor } = request;
    if (!this.registry.get(provider)) throw new Problem('not_found');
    await this.controls.lock(tx, provider);
    const before = (await this.controls.of(tx, [provider])).get(provider);
    if (!before) throw new Problem('not_found');
    const loosened = loosenedBy(before, patch);
    if (actor.kind === 'api_key' && loosened.length > 0)
      throw new Problem('person_required', { detail: `This loosens: ${loosened.join(', ')}` });
    const changed = (Object.keys(patch) as Member[]).filter((member) => patch[member] !== undefined);
    if (changed.length === 0) return;
    await this.controls.write(tx, provider, patch);
    await this.audit(tx, { provider, actor, changed, loosened });
  }

  /** Codes and numbers; the words of a reason stay with the switch. */
  private async audit(
    tx: Transaction,
    entry: { provider: string; actor: Actor; changed: Member[]; loosened: Member[] },
  ): Promise<void> {
    const { provider, actor, changed, loosened } = entry;
    const after = (await this.controls.of(tx, [provider])).get(provider);
    const disabled = after?.disabledAt !== null;
    const { sessionCost = null, dailyBudget = null } = after ?? {};
    await appendAudit(tx, {
      chainId: `provider:${provider}`,
      type: 'provider.changed',
      actor,
      data: { provider, changed, loosened, disabled, sessionCost, dailyBudget },
    });
  }
}
