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
import { weakeningOf } from './policy-change.js';
import { Policies, type StoredPolicy } from './policies.js';
import { settingFaults } from './production-rules.js';

/** Any constant: changes of profiles are judged against each other, so they happen one after the other. */
const POLICY_CHANGE_LOCK = 727_403;

/**
 * Creates, changes and removes profiles. A change that weakens needs a person (rule 10); the second person that rule 10
 * also asks for is not built yet, so a weakening change by one signed-in person is applied and audited with its names.
 */
@Injectable()
export class PolicyChanges {
  constructor(
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Pick<Config, 'embedded' | 'PROVIDERS'>,
    private readonly policies: Policies,
  ) {}

  /** @throws Problem policy_refused, person_required */
  async create(tx: Transaction, request: { document: PolicyDocument; actor: Actor }): Promise<StoredPolicy> {
    const { document, actor } = request;
    this.refuseInThisDeployment(document);
    const others = await this.oneAfterTheOther(tx);
    const weakened = personOnly(actor, weakeningOf({ after: document, others }));
    const id = newId('pol', this.clock.now());
    await tx.run`INSERT INTO policies (id, version, priority) VALUES (${id}, 1, ${document.priority})`;
    await insertVersion(tx, { id, version: 1, document, actor });
    const data = { version: 1, weakened };
    await appendAudit(tx, { chainId: `policy:${id}`, type: 'policy.created', actor, data });
    return this.require(tx, id);
  }

  /**
   * Members given replace members stored; sections (`limits`, `review`, …) are merged, lists are replaced whole. The
   * result is validated as one document. @throws Problem not_found, invalid_request, policy_refused, person_required
   */
  async change(
    tx: Transaction,
    request: { id: string; patch: Readonly<Record<string, unknown>>; actor: Actor },
  ): Promise<StoredPolicy> {
    const { id, patch, actor } = request;
    const living = await this.oneAfterTheOther(tx);
    const before = living.find((policy) => policy.id === id);
    if (!before) throw new Problem('not_found');
    const document = parseMerged(before.document, patch);
    this.refuseInThisDeployment(document);
    const others = living.filter((policy) => policy.id !== id);
    const weakened = personOnly(actor, weakeningOf({ before: before.document, after: document, others }));
    const version = before.version + 1;
    await insertVersion(tx, { id, version, document, actor });
    await tx.run`UPDATE policies SET version = ${version}, priority = ${document.priority}, updated_at = clock_timestamp()
      WHERE id = ${id} AND version = ${before.version} AND deleted_at IS NULL`;
    await appendAudit(tx, { chainId: `policy:${id}`, type: 'policy.changed', actor, data: { version, weakened } });
    return this.require(tx, id);
  }

  /** Its versions stay: cases that started under one are still decided by it. @throws Problem not_found, person_required */
  async remove(tx: Transaction, request: { id: string; actor: Actor }): Promise<void> {
    const { id, actor } = request;
    const living = await this.oneAfterTheOther(tx);
    const before = living.find((policy) => policy.id === id);
    if (!before) throw new Problem('not_found');
    const others = living.filter((policy) => policy.id !== id);
    const weakened = personOnly(actor, weakeningOf({ before: before.document, others }));
    await tx.run`UPDATE policies SET deleted_at = clock_timestamp(), updated_at = clock_timestamp()
      WHERE id = ${id} AND deleted_at IS NULL`;
    const data = { version: before.version, weakened };
    await appendAudit(tx, { chainId: `policy:${id}`, type: 'policy.deleted', actor, data });
  }

  private refuseInThisDeployment(document: PolicyDocument): void {
    const faults = settingFaults(document, { embedded: this.config.embedded, providers: this.config.PROVIDERS });
    if (faults.length > 0) throw new Problem('policy_refused', { errors: faults });
  }

  private async oneAfterTheOther(tx: Transaction): Promise<StoredPolicy[]> {
    await tx.run`SELECT pg_advisory_xact_lock(${POLICY_CHANGE_LOCK})`;
    return this.policies.living(tx);
  }

  private async require(tx: Transaction, id: string): Promise<StoredPolicy> {
    const policy = await this.policies.find(tx, id);
    if (!policy) throw new Problem('not_found');
    return policy;
  }
}

async function insertVersion(
  tx: Transaction,
  entry: { id: string; version: number; document: PolicyDocument; actor: Actor },
): Promise<void> {
  await tx.run`INSERT INTO policy_versions (policy_id, version, document, created_by)
    VALUES (${entry.id}, ${entry.version}, ${JSON.stringify(entry.document)}, ${entry.actor.id})`;
}

/** @throws Problem person_required when a machine would weaken something */
function personOnly(actor: Actor, weakened: string[]): string[] {
  if (actor.kind !== 'api_key' || weakened.length === 0) return weakened;
  throw new Problem('person_required', { detail: `This weakens: ${weakened.slice(0, 20).join(', ')}` });
}

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
