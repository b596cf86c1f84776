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
export const ProviderControlPatch = z
  .strictObject({
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
  })
  .meta({ id: 'ProviderControlPatch' });
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

type Asked = Stored & Pick<ProviderControl, 'disabledBy' | 'enableAskedBy' | 'watchEndAskedBy'>;
/** What lets a partner back in takes two people, as a pause does. */
const BY_TWO = ['disabled', 'watch'] as const;
export type ByTwo = (typeof BY_TWO)[number];

/**
 * The part of a change that must wait for a second person. The person who ordered a switch never lifts it. If no person
 * ordered it (a key's switch, an alarm's watch), the first person who asks does not lift it either. Pure.
 *
 * @throws Problem separation_of_duties
 */
export function awaitedOf(before: Asked, loosened: readonly Member[], person: string): ByTwo[] {
  const { disabledBy, enableAskedBy, watchEndAskedBy } = before;
  if (loosened.includes('disabled') && disabledBy.includes(person)) throw new Problem('separation_of_duties');
  const first: Readonly<Record<ByTwo, boolean>> = {
    disabled: disabledBy.length === 0 && (enableAskedBy === null || enableAskedBy === person),
    watch: watchEndAskedBy === null || watchEndAskedBy === person,
  };
  return BY_TWO.filter((member) => loosened.includes(member) && first[member]);
}

/** Switches, prices and budgets of partners. What loosens needs a signed-in person, like a policy that weakens (rule 10). */
@Injectable()
export class ProviderControlChanges {
  constructor(
    private readonly registry: ProviderRegistry,
    private readonly controls: ProviderControls,
  ) {}

  /**
   * What a second person has to ask for as well is kept, and changes nothing yet.
   * @throws Problem not_found | person_required | separation_of_duties
   */
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
    const awaited = awaitedOf(before, loosened, actor.id);
    const given = (Object.keys(patch) as Member[]).filter((member) => patch[member] !== undefined);
    const changed = given.filter((member) => !awaited.some((one) => one === member));
    if (given.length === 0) return;
    if (patch.disabled) await this.controls.noteOrder(tx, provider, actor.kind === 'person' ? actor.id : undefined);
    for (const member of awaited) await this.controls.noteAsked(tx, provider, { member, person: actor.id });
    await this.controls.write(tx, provider, without(patch, awaited));
    await this.audit(tx, { provider, actor, changed, loosened, awaited });
  }

  /** Codes and numbers; the words of a reason stay with the switch. */
  private async audit(
    tx: Transaction,
    entry: { provider: string; actor: Actor; changed: Member[]; loosened: Member[]; awaited: ByTwo[] },
  ): Promise<void> {
    const { provider, actor, changed, loosened, awaited } = entry;
    const after = (await this.controls.of(tx, [provider])).get(provider);
    const disabled = after?.disabledAt !== null;
    const { sessionCost = null, dailyBudget = null } = after ?? {};
    await appendAudit(tx, {
      chainId: `provider:${provider}`,
      type: 'provider.changed',
      actor,
      data: { provider, changed, loosened, awaited, disabled, sessionCost, dailyBudget },
    });
  }
}

function without(patch: ProviderControlPatch, members: readonly ByTwo[]): ProviderControlPatch {
  return Object.fromEntries(Object.entries(patch).filter(([member]) => !members.some((one) => one === member)));
}
