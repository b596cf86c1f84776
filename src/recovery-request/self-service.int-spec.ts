import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../scripts/harness/eventually.js';
import { jobOf } from '../../test/support/job-of.js';
import { codeOf } from '../../test/model/browser-stub.js';
import { addPerson, addPolicy, buildCore, openCase, type Core } from '../../test/model/core-stage.js';
import { StatementTrace } from '../../test/model/statement-trace.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import type { Policy } from '../policy/policy.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { OpenRequestedCaseProcessor } from './open-requested-case.processor.js';

let test: TestDatabase;
let core: Core;
let policy: Policy;
let processor: OpenRequestedCaseProcessor;

beforeAll(async () => {
  test = await openTestDatabase();
  core = buildCore(test.database);
  policy = await addPolicy(core);
  processor = new OpenRequestedCaseProcessor(
    test.database,
    core.ring,
    core.subjects,
    core.policies,
    core.opening,
    core.limits,
    core.flows,
  );
});
afterAll(() => test.close());

let sources = 0;
const accept = (login: string): Promise<string> =>
  codeOf(core.selfService.accept(login, `192.0.2.${(sources += 1) % 250}`));
const pending = (): Promise<{ id: string }[]> =>
  test.database.read((tx) => tx.many<{ id: string }>`SELECT id FROM recovery_requests`);
const work = async (): Promise<void> => {
  for (const { id } of await pending()) await processor.process(jobOf({ requestId: id }));
};
const casesOf = (subjectId: string): Promise<{ id: string; openedByKind: string }[]> =>
  test.database.read(
    (tx) =>
      tx.many<{
        id: string;
        openedByKind: string;
      }>`SELECT id, opened_by_kind FROM recovery_cases WHERE subject_id = ${subjectId}`,
  );

describe('asking for a recovery (T1–T3)', () => {
  it('sends the same statements for every kind of login, in the same order', async () => {
    const known = await addPerson(core);
    const disabled = await addPerson(core, { status: 'disabled' });
    const busy = await addPerson(core);
    await openCase(core, { policy, subjectId: busy.id });
    const logins = [
      known.login,
      disabled.login,
      busy.login,
      'nobody.at.all',
      'x'.repeat(255),
      "o'brien",
      'ana\u0131',
      'not a login at all',
      ' ',
    ];
    const trace = new StatementTrace();
    const traces: string[][] = [];
    for (const login of logins) {
      trace.take();
      expect(await accept(login)).toBe('done');
      traces.push(trace.take());
    }
    trace.stop();
    expect(traces[0]?.length).toBeGreaterThan(4);
    for (const other of traces.slice(1)) expect(other).toEqual(traces[0]);
    expect(traces[0]?.join('\n')).not.toMatch(/subjects|policies|policy_versions|recovery_cases/);
  });

  it('gives known and unknown logins the same sequence of refusals', async () => {
    const { login } = await addPerson(core);
    const strict = buildCore(test.database, { ring: core.ring, limitScale: 1 });
    const sequence = async (name: string): Promise<string[]> => {
      const codes: string[] = [];
      for (let ask = 0; ask < 8; ask += 1)
        codes.push(await codeOf(strict.selfService.accept(name, `203.0.113.${ask}`)));
      return codes;
    };
    const known = await sequence(login);
    expect(await sequence(`unknown.${randomBytes(4).toString('hex')}`)).toEqual(known);
    expect(known).toEqual([
      ...Array.from({ length: 5 }, () => 'done'),
      'too_many_requests',
      'too_many_requests',
      'too_many_requests',
    ]);
  });

  it('counts spellings of one login together (T6)', async () => {
    const strict = buildCore(test.database, { ring: core.ring, limitScale: 1 });
    const codes: string[] = [];
    for (const spelling of ['Case.Fold', 'case.fold', 'CASE.FOLD', ' case.fold', 'case.fold ', 'ｃase.fold'])
      codes.push(await codeOf(strict.selfService.accept(spelling, '203.0.113.99')));
    expect(codes.at(-1)).toBe('too_many_requests');
  });

  it('waits for nobody else who asks: what all are counted in is free again before a request is on the disk (T9)', async () => {
    const { client, release } = await heldTable('recovery_requests');
    const asking = [accept('first.of.many'), accept('second.of.many'), accept('third.of.many')];
    try {
      await eventually('all three stand before the table', async () => {
        const { rows } = await client.query<{ waiting: number }>(
          `SELECT count(*)::int AS waiting FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
             AND locktype = 'relation' AND relation = 'recovery_requests'::regclass`,
        );
        return rows[0]?.waiting === asking.length;
      });
    } finally {
      await release();
    }
    expect(await Promise.all(asking)).toEqual(['done', 'done', 'done']);
  });

  it('stores the login sealed and nothing else', async () => {
    await accept('canary.login@example.org');
    const rows = await test.database.read(
      (tx) => tx.many<{ text: string }>`SELECT id || encode(login_sealed, 'escape') AS text FROM recovery_requests`,
    );
    expect(JSON.stringify(rows)).not.toContain('canary');
  });
});

describe('the work that follows', () => {
  it('opens one case for a known, active account, and keeps no request', async () => {
    const { id, login } = await addPerson(core);
    await accept(login.toUpperCase());
    await work();
    expect(await casesOf(id)).toEqual([{ id: expect.stringMatching(/^rc_/), openedByKind: 'self_service' }]);
    expect(await pending()).toEqual([]);
  });

  it('opens none for anybody else, and is as quiet about it', async () => {
    const disabled = await addPerson(core, { status: 'disabled' });
    const unreachable = await addPerson(core, { emails: [] });
    const { count } = await test.database.read(
      (tx) => tx.one<{ count: number }>`SELECT count(*)::int AS count FROM recovery_cases`,
    );
    for (const login of [disabled.login, unreachable.login, 'nobody', "x' OR '1'='1", '\u0000']) await accept(login);
    await work();
    expect(await test.database.read((tx) => tx.one`SELECT count(*)::int AS count FROM recovery_cases`)).toEqual({
      count,
    });
    expect(await pending()).toEqual([]);
  });

  it('done twice, or for somebody who has a case, changes nothing (T9)', async () => {
    const { id, login } = await addPerson(core);
    for (let ask = 0; ask < 4; ask += 1) await accept(login);
    const [first] = await pending();
    await processor.process(jobOf({ requestId: first?.id }));
    await processor.process(jobOf({ requestId: first?.id }));
    await work();
    expect(await casesOf(id)).toHaveLength(1);
  });

  it('sends a new link when the one before ran out unread, so that a stranger’s request shuts nobody out', async () => {
    const { id, login } = await addPerson(core);
    const { id: caseId } = await openCase(core, { policy, subjectId: id });
    const asked = (): Promise<{ count: number }> =>
      test.database.read(
        (tx) =>
          tx.one<{
            count: number;
          }>`SELECT count(*)::int AS count FROM outbox WHERE event = 'link.requested' AND payload->>'caseId' = ${caseId}`,
      );
    const { count: before } = await asked();
    await test.database.transaction((tx) => core.links.issue(tx, { caseId, ttlSeconds: 600, actor: SYSTEM }));
    await accept(login);
    await work();
    expect((await asked()).count).toBe(before);
    await test.asOwner('UPDATE recovery_links SET expires_at = clock_timestamp() WHERE case_id = $1', [caseId]);
    await accept(login);
    await work();
    expect((await asked()).count).toBe(before + 1);
  });

  it('lets one source use up only its own share', async () => {
    const strict = buildCore(test.database, { ring: core.ring, limitScale: 0.1 });
    const codes: string[] = [];
    for (let ask = 0; ask < 70; ask += 1)
      codes.push(await codeOf(strict.selfService.accept(`flood.${ask}`, '198.51.100.7')));
    expect(codes.at(-1)).toBe('too_many_requests');
    expect(await codeOf(strict.selfService.accept('somebody.else', '198.51.100.8'))).toBe('done');
  });

  it('finds an account by the login that was meant or none (T6)', async () => {
    const { id, login } = await addPerson(core, { login: `irene.${randomBytes(4).toString('hex')}` });
    for (const other of [login.replace('i', 'ı'), login.replace('e', 'е'), `${login}.`, `${login}+tag`, `.${login}`])
      await accept(other);
    await work();
    expect(await casesOf(id)).toEqual([]);
  });
});

/** Nobody else writes into it until it is released. */
async function heldTable(table: string): Promise<{ client: pg.Client; release: () => Promise<void> }> {
  const client = new pg.Client({ connectionString: test.ownerUrl, options: '-c search_path=regain' });
  await client.connect();
  await client.query('BEGIN');
  await client.query(`LOCK TABLE ${table} IN EXCLUSIVE MODE`);
  return { client, release: () => client.end() };
}
