import pg from 'pg';
import { appendAudit } from '../../src/audit-trail/append.js';
import { SYSTEM } from '../../src/audit-trail/audit-event-types.js';
import { routes } from '../../src/pipeline.js';
import type { SqlValue } from '../../src/platform/database/transaction.js';
import { newId } from '../../src/platform/ids/ids.js';
import type { Policy } from '../../src/policy/policy.js';
import type { CaseState } from '../../src/recovery-case/case-states.js';
import { Sweeper } from '../../src/sweeper/sweeper.js';
import { openTestDatabase, type TestDatabase } from '../support/test-database.js';
import { addPerson, addPolicy, buildCore, openCase, type Core } from './core-stage.js';

interface Announced {
  event: string;
  payload: Record<string, unknown>;
}

/** A database in which time has passed, and a sweeper that finds what was lost in it. */
export class SweeperStage {
  private constructor(
    readonly test: TestDatabase,
    readonly core: Core,
    readonly policy: Policy,
    /** For what the application's role may not do: emptying tables and moving audit rows into the past. */
    readonly superuser: pg.Client,
  ) {}

  static async open(): Promise<SweeperStage> {
    const test = await openTestDatabase();
    const core = buildCore(test.database);
    const policy = await addPolicy(core, { retention: { evidenceSeconds: 1 } });
    const superuser = new pg.Client({ connectionString: test.superuserUrl });
    await superuser.connect();
    return new SweeperStage(test, core, policy, superuser);
  }

  async close(): Promise<void> {
    await this.superuser.end();
    await this.test.close();
  }

  async empty(): Promise<void> {
    await this.superuser.query(
      'TRUNCATE regain.recovery_cases, regain.audit_events, regain.audit_heads, regain.outbox, regain.recovery_requests, regain.account_notices CASCADE',
    );
  }

  /** A statement of the application's role; each `$` stands for the next value. */
  sql(text: string, ...values: SqlValue[]): Promise<number> {
    const parts = Object.assign([...text.split('$')], { raw: [] }) as unknown as TemplateStringsArray;
    return this.test.database.transaction((tx) => tx.run(parts, ...values));
  }

  sweeper(parts: Partial<ConstructorParameters<typeof Sweeper>[0]> = {}): Sweeper {
    const { cases, logger } = this.core;
    return new Sweeper({ database: this.test.database, logger, routes, cases, ...parts });
  }

  outbox(): Promise<Announced[]> {
    return this.test.database.read(
      (tx) => tx.many<Announced>`SELECT event, payload FROM outbox WHERE published_at IS NULL ORDER BY id`,
    );
  }

  /**
   * A case in a state, last touched so many seconds ago, with its link and its notice of the start sent: nothing about
   * it is missing.
   */
  async quietCase(state: CaseState, ageSeconds: number): Promise<string> {
    const { core, policy } = this;
    const { id } = await openCase(core, { policy, subjectId: (await addPerson(core)).id });
    await this.test.database.transaction(async (tx) => {
      await core.links.issue(tx, { caseId: id, ttlSeconds: 3_600, actor: SYSTEM });
      await appendAudit(tx, { chainId: id, type: 'link.sent', actor: SYSTEM });
    });
    await this.sql(
      "INSERT INTO notices (id, case_id, kind, channel, address_digest, sent_at) VALUES ($, $, 'recovery_started', 'email', '\\x01', now())",
      newId('ntc', new Date()),
      id,
    );
    await this.sql(
      'UPDATE recovery_cases SET state = $, updated_at = clock_timestamp() - make_interval(secs => $) WHERE id = $',
      state,
      ageSeconds,
      id,
    );
    return id;
  }

  /** Flushes queue and outbox, as if Redis had lost everything, then sweeps once. */
  async sweptAfterFlush(): Promise<Announced[]> {
    await this.sql('DELETE FROM outbox');
    await this.sweeper().sweep();
    return this.outbox();
  }
}
