import { Inject, Injectable } from '@nestjs/common';
import { appendAudit } from '../audit-trail/append.js';
import type { Actor } from '../audit-trail/audit-event-types.js';
import { Clock } from '../platform/clock/clock.js';
import type { Config } from '../platform/config/config.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import { inputFaults } from '../platform/http/valid-input.js';
import { newId } from '../platform/ids/ids.js';
import { CONFIG } from '../platform/platform.module.js';
import { PolicyDocument } from './policy.js';
import { diffOf, type PolicyDiff } from './policy-diff.js';
import { answerProposal, findProposal, storeProposal, type PolicyProposal } from './policy-proposals.js';
import type { StoredPolicy } from './counting-policies.js';
import { Policies } from './policies.js';
import { addPolicy, putVersion, removePolicy } from './policy-rows.js';
import { settingFaults } from './production-rules.js';
import { KnownAbilities } from './provider-abilities.js';
import { ADVISORY_LOCKS } from '../platform/database/advisory-locks.js';

/** What became of a request: done, or waiting for a second person. A removed profile leaves nothing behind. */
export type ChangeOutcome =
  { kind: 'applied'; policy: StoredPolicy | undefined } | { kind: 'proposed'; proposal: PolicyProposal };

/** A change that is valid here, with the version it was written against. */
interface Change {
  id: string;
  kind: PolicyProposal['kind'];
  baseVersion: number;
  document: PolicyDocument | null;
  diff: PolicyDiff;
  /** Who asked for what somebody else confirmed; for the audit trail. */
  confirms?: Pick<PolicyProposal, 'id' | 'proposedBy'>;
}

const EVENTS = { create: 'policy.created', change: 'policy.changed', remove: 'policy.deleted' } as const;

/**
 * Creates, changes and removes profiles. A change that weakens nothing takes effect at once. A change that weakens, or
 * destroys evidence sooner, is a proposal. A second person confirms it, never its author and never a machine (rule 10).
 */
@Injectable()
export class PolicyChanges {
  constructor(
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Pick<Config, 'embedded' | 'PROVIDERS'>,
    private readonly policies: Policies,
    private readonly abilities: KnownAbilities,
  ) {}

  /** @throws Problem policy_refused, person_required */
  async create(tx: Transaction, request: { document: PolicyDocument; actor: Actor }): Promise<ChangeOutcome> {
    const { document, actor } = request;
    this.refuseInThisDeployment(document);
    const { living: others, isFirst } = await this.oneAfterTheOther(tx);
    if (isFirst && actor.kind !== 'person' && actor.kind !== 'system')
      throw new Problem('person_required', { detail: 'A person sets up the very first profile.' });
    const id = newId('pol', this.clock.now());
    const diff = diffOf({ after: document, others, isFirst });
    return this.doOrPropose(tx, { id, kind: 'create', baseVersion: 0, document, diff }, actor);
  }

  /**
   * Members given replace members stored; sections (`limits`, `review`, …) are merged, lists are replaced whole. The
   * result is validated as one document. @throws Problem not_found, invalid_request, policy_refused, person_required
   */
  async change(
    tx: Transaction,
    request: { id: string; patch: Readonly<Record<string, unknown>>; actor: Actor },
  ): Promise<ChangeOutcome> {
    const { before, others } = await this.toChange(tx, request.id);
    const document = parseMerged(before.document, request.patch);
    return this.putInPlace(tx, { before, others, document, actor: request.actor });
  }

  /** The whole document anew; what it leaves out has its default. @throws Problem not_found, policy_refused, person_required */
  async replace(
    tx: Transaction,
    request: { id: string; document: PolicyDocument; actor: Actor },
  ): Promise<ChangeOutcome> {
    return this.putInPlace(tx, { ...request, ...(await this.toChange(tx, request.id)) });
  }

  /** Its versions stay: cases that started under one are still decided by it. @throws Problem not_found, person_required */
  async remove(tx: Transaction, request: { id: string; actor: Actor }): Promise<ChangeOutcome> {
    const { id, actor } = request;
    const { before, others } = await this.toChange(tx, id);
    const diff = diffOf({ before: before.document, others });
    return this.doOrPropose(tx, { id, kind: 'remove', baseVersion: before.version, document: null, diff }, actor);
  }

  /**
   * A second person lets a proposal happen. What it would do is judged again as things stand now.
   * @throws Problem not_found, person_required, separation_of_duties, policy_refused, version_conflict when it was
   * answered, has lapsed, was written against another version, or weakens by now what its diff does not name
   */
  async confirm(tx: Transaction, request: { proposalId: string; actor: Actor }): Promise<ChangeOutcome> {
    const { living } = await this.oneAfterTheOther(tx);
    const { id: proposalId, policyId, ...proposal } = await this.answered(tx, { ...request, state: 'approved' });
    const before = living.find((policy) => policy.id === policyId);
    if ((before?.version ?? 0) !== proposal.baseVersion) throw outdated('The profile has changed since.');
    if (proposal.document) this.refuseInThisDeployment(proposal.document);
    const others = living.filter((policy) => policy.id !== policyId);
    const diff = diffOf({ before: before?.document, after: proposal.document ?? undefined, others });
    if (diff.weakened.some((name) => !proposal.weakened.includes(name)))
      throw outdated('Other profiles have changed since: it would weaken more than was shown.');
    const { kind, baseVersion, document, proposedBy } = proposal;
    const confirms = { id: proposalId, proposedBy };
    return this.apply(tx, { id: policyId, kind, baseVersion, document, diff, confirms }, request.actor);
  }

  /**
   * Everybody who may change profiles may refuse a proposal, including its author.
   *
   * @throws Problem not_found, person_required, version_conflict
   */
  async reject(tx: Transaction, request: { proposalId: string; actor: Actor }): Promise<PolicyProposal> {
    const proposal = await this.answered(tx, { ...request, state: 'rejected' });
    await appendAudit(tx, {
      chainId: `policy:${proposal.policyId}`,
      type: 'policy.change_rejected',
      actor: request.actor,
      data: { changeId: proposal.id, proposedBy: proposal.proposedBy },
    });
    return proposal;
  }

  private async answered(
    tx: Transaction,
    request: { proposalId: string; actor: Actor; state: 'approved' | 'rejected' },
  ): Promise<PolicyProposal> {
    const { proposalId: id, actor, state } = request;
    if (actor.kind !== 'person') throw new Problem('person_required');
    const answered = await answerProposal(tx, { id, state, decidedBy: actor.id });
    if (answered) return answered;
    const known = await findProposal(tx, id);
    if (!known) throw new Problem('not_found');
    if (known.state === 'pending') throw new Problem('separation_of_duties');
    throw outdated('It was answered before, or has lapsed.');
  }

  private async putInPlace(
    tx: Transaction,
    request: { before: StoredPolicy; others: StoredPolicy[]; document: PolicyDocument; actor: Actor },
  ): Promise<ChangeOutcome> {
    const { before, others, document, actor } = request;
    this.refuseInThisDeployment(document);
    const diff = diffOf({ before: before.document, after: document, others });
    const { id, version: baseVersion } = before;
    return this.doOrPropose(tx, { id, kind: 'change', baseVersion, document, diff }, actor);
  }

  /**
   * The service itself, which sets up the demo, asks nobody.
   * @throws Problem person_required when a machine would weaken something
   */
  private async doOrPropose(tx: Transaction, change: Change, actor: Actor): Promise<ChangeOutcome> {
    const { id: policyId, diff, ...rest } = change;
    if (diff.weakened.length === 0 || actor.kind === 'system') return this.apply(tx, change, actor);
    if (actor.kind !== 'person')
      throw new Problem('person_required', {
        detail: `Two people have to want this: ${diff.weakened.slice(0, 20).join(', ')}`,
      });
    const proposal = await storeProposal(tx, {
      ...rest,
      id: newId('pch', this.clock.now()),
      policyId,
      weakened: diff.weakened,
      diff: diff.lines,
      proposedBy: actor.id,
    });
    const data = { changeId: proposal.id, kind: change.kind, baseVersion: change.baseVersion, weakened: diff.weakened };
    await appendAudit(tx, { chainId: `policy:${policyId}`, type: 'policy.change_proposed', actor, data });
    return { kind: 'proposed', proposal };
  }

  private async apply(tx: Transaction, change: Change, actor: Actor): Promise<ChangeOutcome> {
    const { id, kind, baseVersion, document, diff, confirms } = change;
    const createdBy = confirms?.proposedBy ?? actor.id;
    let version = baseVersion;
    if (!document) await removePolicy(tx, id);
    else if (kind === 'change') version = await putVersion(tx, { id, document, createdBy });
    else if (await addPolicy(tx, { id, document, createdBy })) version = 1;
    else throw outdated('There is such a profile by now.');
    const by = confirms && { changeId: confirms.id, proposedBy: confirms.proposedBy };
    const data = { version, weakened: diff.weakened, ...by };
    await appendAudit(tx, { chainId: `policy:${id}`, type: EVENTS[kind], actor, data });
    return { kind: 'applied', policy: await this.policies.find(tx, id) };
  }

  private refuseInThisDeployment(document: PolicyDocument): void {
    const faults = settingFaults(document, {
      embedded: this.config.embedded,
      providers: this.config.PROVIDERS,
      abilities: this.abilities.of,
    });
    if (faults.length > 0) throw new Problem('policy_refused', { errors: faults });
  }

  /** @throws Problem not_found */
  private async toChange(tx: Transaction, id: string): Promise<{ before: StoredPolicy; others: StoredPolicy[] }> {
    const { living } = await this.oneAfterTheOther(tx);
    const before = living.find((policy) => policy.id === id);
    if (!before) throw new Problem('not_found');
    return { before, others: living.filter((policy) => policy.id !== id) };
  }

  private async oneAfterTheOther(tx: Transaction): Promise<{ living: StoredPolicy[]; isFirst: boolean }> {
    await tx.run`SELECT pg_advisory_xact_lock(${ADVISORY_LOCKS.policyChange})`;
    return { living: await this.policies.living(tx), isFirst: !(await this.policies.everStood(tx)) };
  }
}

const outdated = (detail: string): Problem => new Problem('version_conflict', { detail });

const isSection = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws Problem invalid_request with every fault of the merged document */
function parseMerged(before: PolicyDocument, patch: Readonly<Record<string, unknown>>): PolicyDocument {
  const stored: Readonly<Record<string, unknown>> = before;
  const changed = Object.entries(patch).map(([member, value]) => {
    const old = Object.hasOwn(stored, member) ? stored[member] : undefined;
    return [member, isSection(old) && isSection(value) ? { ...old, ...value } : value] as const;
  });
  const parsed = PolicyDocument.safeParse({ ...stored, ...Object.fromEntries(changed) });
  if (!parsed.success) throw new Problem('invalid_request', { errors: inputFaults(parsed.error) });
  return parsed.data;
}
