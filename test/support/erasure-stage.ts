import { randomBytes } from 'node:crypto';
import type { SessionContext } from '../../providers/kit/index.js';
import { SYSTEM } from '../../src/audit-trail/audit-event-types.js';
import { DeletionReceiptsController } from '../../src/erasure/deletion-receipts.controller.js';
import { EraseCaseProcessor } from '../../src/erasure/erase-case.processor.js';
import { LegalHolds } from '../../src/erasure/legal-holds.js';
import { PartnerErasure } from '../../src/erasure/partner-erasure.js';
import { routes } from '../../src/pipeline.js';
import type { Problem } from '../../src/platform/errors/problem.js';
import { newId } from '../../src/platform/ids/ids.js';
import type { Policy } from '../../src/policy/policy.js';
import { Sweeper } from '../../src/sweeper/sweeper.js';
import { FetchSchedule } from '../../src/verification/collect/fetch-schedule.js';
import { ProviderCalls } from '../../src/verification/providers/provider-calls.js';
import { ProviderControls } from '../../src/verification/providers/provider-controls.js';
import { ProviderRegistry } from '../../src/verification/providers/provider-registry.js';
import { ProviderVitals } from '../../src/verification/providers/provider-vitals.js';
import { SurplusSessions } from '../../src/verification/routing/surplus-sessions.js';
import { SessionContexts } from '../../src/verification/session/session-contexts.js';
import { SessionDeliveries } from '../../src/verification/session/session-deliveries.js';
import { SessionEnding } from '../../src/verification/session/session-ending.js';
import { SessionSecrets } from '../../src/verification/session/session-secrets.js';
import { SessionStore } from '../../src/verification/session/session-store.js';
import { addPerson, addPolicy, buildCore, openCase, type Core } from '../model/core-stage.js';
import { jobOf } from './job-of.js';
import type { TestDatabase } from './test-database.js';
import { ScriptedProvider } from './verification/scripted-provider.js';

/** A partner that keeps what it was asked. */
export class ErasablePartner extends ScriptedProvider {
  readonly asked: string[] = [];
  answer: () => void = () => undefined;

  async erase(context: SessionContext): Promise<void> {
    this.asked.push(`erase ${context.externalId} ${context.nonce}`);
    this.answer();
  }

  async cancel(context: SessionContext): Promise<void> {
    this.asked.push(`cancel ${context.externalId} ${context.nonce}`);
    this.answer();
  }
}

/** What the stage's policy keeps evidence for. */
export const RETENTION_SECONDS = 3_600;
const PICTURE = Buffer.from('canary picture bytes');

export interface ClosedCase {
  caseId: string;
  subjectId: string;
  objectKeys: string[];
  reason: Buffer;
}

interface SessionOptions {
  attempt?: number;
  state?: string;
}

/** Closed cases with pictures and sessions at partners, and the job that erases them. */
export class ErasureStage {
  readonly partner = new ErasablePartner('alpha', { deletion: 'api', cancel: true });
  readonly holds: LegalHolds;
  readonly processor: EraseCaseProcessor;

  private constructor(
    private readonly test: TestDatabase,
    readonly core: Core,
    readonly policy: Policy,
  ) {
    const secrets = new SessionSecrets(core.keys, core.ring);
    const sessions = new SessionStore();
    const registry = new ProviderRegistry([
      this.partner,
      new ScriptedProvider('beta'),
      new ScriptedProvider('gamma', { deletion: 'automatic' }),
    ]);
    const partners = new PartnerErasure(
      test.database,
      registry,
      new ProviderCalls(
        core.metrics,
        core.logger,
        new ProviderVitals(core.metrics, core.logger, core.clock, core.database, new ProviderControls()),
      ),
      new SessionContexts(
        core.config,
        secrets,
        core.subjects,
        core.records,
        new SessionDeliveries(secrets, core.clock),
      ),
      sessions,
      new SessionEnding(sessions, registry, new FetchSchedule(), new SurplusSessions(core.clock, secrets)),
    );
    this.holds = new LegalHolds(core.clock, core.cases, core.subjects);
    this.processor = new EraseCaseProcessor(
      test.database,
      core.cases,
      core.policies,
      core.keys,
      core.ring,
      core.objects,
      partners,
      this.holds,
    );
  }

  static async build(test: TestDatabase): Promise<ErasureStage> {
    const core = buildCore(test.database);
    return new ErasureStage(test, core, await addPolicy(core, { retention: { evidenceSeconds: RETENTION_SECONDS } }));
  }

  /** A denied case with two pictures and a sealed reason. */
  async closedCase(given: { opener?: string; groups?: string[] } = {}): Promise<ClosedCase> {
    const { core, policy, test } = this;
    const { opener, groups } = given;
    const { id: subjectId } = await addPerson(core, { groups });
    const { id: caseId } = await openCase(core, { policy, subjectId, opener });
    const objectKeys: string[] = [];
    const reason = await test.database.transaction((tx) =>
      core.keys.seal(tx, caseId, { plain: 'canary reason', use: 'reason' }),
    );
    for (const kind of ['document_front', 'selfie']) {
      const objectKey = `evidence/${randomBytes(20).toString('hex')}`;
      const sealed = await test.database.transaction((tx) =>
        core.keys.seal(tx, caseId, { plain: PICTURE, use: `evidence:${kind}:1` }),
      );
      const { sha256 } = await core.objects.put(objectKey, sealed);
      await test.database.transaction(
        (
          tx,
        ) => tx.run`INSERT INTO evidence (id, case_id, attempt, kind, state, object_key, ciphertext_sha256, picture_digest, offered_digest)
        VALUES (${newId('ev', new Date())}, ${caseId}, 1, ${kind}, 'accepted', ${objectKey}, ${sha256}, '\\x01', '\\x02')`,
      );
      objectKeys.push(objectKey);
    }
    await test.database.transaction(async (tx) => {
      const code = await core.keys.seal(tx, caseId, {
        plain: `canary ${caseId}`,
        use: 'evidence:1:selfie:1:fingerprint',
      });
      await tx.run`UPDATE evidence SET fingerprint_sealed = ${code}, fingerprint_method = 'local:1',
      fingerprint_position = nextval('evidence_fingerprint_position') WHERE case_id = ${caseId} AND kind = 'selfie'`;
    });
    await test.database.transaction(async (tx) => {
      await tx.run`UPDATE recovery_cases SET state = 'adjudicating', reason_sealed = ${reason} WHERE id = ${caseId}`;
      await core.cases.transition(tx, { caseId, name: 'deny', actor: SYSTEM });
    });
    return { caseId, subjectId, objectKeys, reason };
  }

  /** A session that the partner answered to; returns what the partner is to be asked about. */
  async withSession(caseId: string, provider: string, options: SessionOptions = {}): Promise<string> {
    const { attempt = 1, state = 'reported' } = options;
    const id = newId('vs', new Date());
    const secrets = new SessionSecrets(this.core.keys, this.core.ring);
    await this.test.database.transaction(async (tx) => {
      const nonce = await secrets.sealNonce(tx, { id, caseId }, 'the-nonce');
      await tx.run`INSERT INTO verification_sessions (id, case_id, attempt, provider, role, state, external_id, nonce_sealed, return_state_digest)
      VALUES (${id}, ${caseId}, ${attempt}, ${provider}, 'first', ${state}, ${`x-${id}`}, ${nonce}, ${randomBytes(32)})`;
    });
    return `x-${id} the-nonce`;
  }

  erase(caseId: string): Promise<void> {
    return this.processor.process(jobOf({ caseId }));
  }

  /** A round of the sweeper: the cases it has erased. */
  async swept(): Promise<ReadonlySet<string>> {
    const { database } = this.test;
    const { cases, logger } = this.core;
    await database.transaction((tx) => tx.run`DELETE FROM outbox WHERE event = 'case.erasure_due'`);
    await new Sweeper({ database, logger, routes, cases }).sweep();
    const found = await database.read(
      (tx) =>
        tx.many<{ caseId: string }>`SELECT payload->>'caseId' AS case_id FROM outbox WHERE event = 'case.erasure_due'`,
    );
    return new Set(found.map(({ caseId }) => caseId));
  }

  /** Lets time pass for a closed case. */
  later(caseId: string, seconds = RETENTION_SECONDS + 1): Promise<number> {
    return this.test.database.transaction(
      (tx) =>
        tx.run`UPDATE recovery_cases SET closed_at = closed_at - make_interval(secs => ${seconds}) WHERE id = ${caseId}`,
    );
  }

  receiptOf(caseId: string): Promise<string | undefined> {
    return new DeletionReceiptsController(this.test.database).one(caseId).then(
      ({ receipt }) => receipt,
      (error: Problem) => (error.code === 'wrong_state' ? undefined : Promise.reject(error)),
    );
  }

  openReason(of: ClosedCase): Promise<string> {
    return this.test.database.read(async (tx) =>
      (await this.core.keys.open(tx, of.caseId, { sealed: of.reason, use: 'reason' })).toString(),
    );
  }

  /** Whether pictures and key are still there. */
  async isKept({ objectKeys, caseId }: ClosedCase): Promise<boolean> {
    return (
      objectKeys.every((key) => this.core.objects.objects.has(key)) && (await this.receiptOf(caseId)) === undefined
    );
  }
}
