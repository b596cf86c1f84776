import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { addPerson, addPolicy, buildCore, openCase, type Core } from '../../test/model/core-stage.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { routes } from '../pipeline.js';
import { newId } from '../platform/ids/ids.js';
import { DeadLetters } from '../platform/queue/dead-letters.js';
import type { Policy } from '../policy/policy.js';
import type { CaseState } from '../recovery-case/case-states.js';
import { MOST_DEATHS, pruneDeadLetters } from './exhausted-work.js';
import { Sweeper } from './sweeper.js';

let test: TestDatabase;
let core: Core;
let policy: Policy;
let superuser: pg.Client;
const givenUp: string[] = [];

beforeAll(async () => {
  test = await openTestDatabase();
  core = buildCore(test.database);
  policy = await addPolicy(core, { retention: { evidenceSeconds: 1 } });
  superuser = new pg.Client({ connectionString: test.superuserUrl, options: '-c search_path=regain' });
  await superuser.connect();
});
afterAll(async () => {
  await superuser.end();
  await test.close();
});
beforeEach(async () => {
  await superuser.query('TRUNCATE recovery_cases, audit_events, audit_heads, outbox, dead_letters CASCADE');
  givenUp.length = 0;
});

async function sweep(): Promise<string[]> {
  await superuser.query('DELETE FROM outbox');
  await new Sweeper({
    database: test.database,
    logger: core.logger,
    routes,
    cases: core.cases,
    onGivenUp: (job) => givenUp.push(job),
  }).sweep();
  const { rows } = await superuser.query<{ event: string }>(
    "SELECT event FROM outbox WHERE event LIKE '%due' OR event LIKE 'verification.%' ORDER BY id",
  );
  return rows.map(({ event }) => event);
}

/** A case that has rested in a state for two minutes. */
async function restingCase(state: CaseState): Promise<string> {
  const { id } = await openCase(core, { policy, subjectId: (await addPerson(core)).id });
  await superuser.query(
    "UPDATE recovery_cases SET state = $2, updated_at = now() - interval '2 minutes' WHERE id = $1",
    [id, state],
  );
  return id;
}

async function sessionOf(caseId: string): Promise<string> {
  const sessionId = newId('vs', new Date());
  await superuser.query(
    `INSERT INTO verification_sessions (id, case_id, attempt, provider, role, state, nonce_sealed, return_state_digest, updated_at)
     VALUES ($1, $2, 1, 'sandbox', 'first', 'open', '\\x01', sha256($3), now() - interval '2 minutes')`,
    [sessionId, caseId, Buffer.from(sessionId)],
  );
  return sessionId;
}

const died = (queue: string, payload: object, jobId = 'outbox-1'): Promise<void> =>
  new DeadLetters(test.database, []).note({ queue, payload, jobId });
/** As if it had died so often, the last time so many seconds ago. */
const diedBefore = (deaths: number, secondsAgo: number): Promise<unknown> =>
  superuser.query('UPDATE dead_letters SET deaths = $1, died_at = now() - make_interval(secs => $2)', [
    deaths,
    secondsAgo,
  ]);
const caseRow = async (id: string): Promise<unknown> =>
  (await superuser.query('SELECT state, state_reason AS reason FROM recovery_cases WHERE id = $1', [id])).rows[0];
const deathsNoted = async (): Promise<unknown[]> =>
  (await superuser.query('SELECT deaths, job_id AS job FROM dead_letters')).rows;

describe('work that dies whenever it is tried (F8)', () => {
  it.each([
    [1, 29, 31],
    [3, 119, 121],
    [6, 959, 961],
  ])('is announced at growing distances: after death %i not %i s later, but %i s', async (deaths, early, late) => {
    const caseId = await restingCase('adjudicating');
    await died('adjudicate', { attempt: 1, caseId });
    await diedBefore(deaths, early);
    expect(await sweep()).toEqual([]);
    await diedBefore(deaths, late);
    expect(await sweep()).toEqual(['verification.reported']);
  });

  it('keeps no other work back', async () => {
    const [caseId, other] = [await restingCase('adjudicating'), await restingCase('adjudicating')];
    await died('adjudicate', { caseId, attempt: 1 });
    expect(await sweep()).toEqual(['verification.reported']);
    const { rows } = await superuser.query<{ about: string }>("SELECT payload ->> 'caseId' AS about FROM outbox");
    expect(rows).toEqual([{ about: other }]);
  });

  it('goes to a reviewer in the end, with an alarm, once', async () => {
    const caseId = await restingCase('adjudicating');
    await died('adjudicate', { caseId, attempt: 1 });
    await diedBefore(MOST_DEATHS, 1_921);
    expect(await sweep()).toEqual([]);
    expect(await caseRow(caseId)).toEqual({ state: 'in_review', reason: 'work_failed' });
    await diedBefore(MOST_DEATHS, 9_999);
    expect(await sweep()).toEqual([]);
    expect(givenUp).toEqual(['adjudicate']);
    expect(core.logLines.filter((line) => line.includes('work_given_up'))).toHaveLength(1);
  });

  it('says of a case that waits for its partner that it waits, tells an alarm once, and is tried on once an hour', async () => {
    const caseId = await restingCase('verifying');
    await died('collect-result', { caseId, attempt: 1, sessionId: await sessionOf(caseId) });
    await diedBefore(MOST_DEATHS, 1_921);
    expect(await sweep()).toEqual(['verification.collect_due']);
    expect(await caseRow(caseId)).toEqual({ state: 'verifying', reason: 'waiting_for_provider' });
    await diedBefore(MOST_DEATHS + 9, 3_599);
    expect(await sweep()).toEqual([]);
    await diedBefore(MOST_DEATHS + 9, 3_601);
    expect(await sweep()).toEqual(['verification.collect_due']);
    expect(givenUp).toEqual(['collect-result']);
  });

  it('leaves an erasure to nobody else: it is tried on, and an alarm tells of it', async () => {
    const caseId = await restingCase('adjudicating');
    await test.database.transaction((tx) => core.cases.transition(tx, { caseId, name: 'deny', actor: SYSTEM }));
    await superuser.query("UPDATE recovery_cases SET closed_at = closed_at - interval '2 minutes'");
    await died('erase-case', { caseId });
    await diedBefore(MOST_DEATHS, 3_601);
    expect(await sweep()).toEqual(['case.erasure_due']);
    expect(givenUp).toEqual(['erase-case']);
  });
});

describe('the book of dead letters', () => {
  const adjudicate = (jobId: string): Promise<void> => died('adjudicate', { caseId: 'rc_1', attempt: 1 }, jobId);

  it('counts what died together once, and a day later from the start', async () => {
    await adjudicate('outbox-1');
    await adjudicate('outbox-2');
    expect(await deathsNoted()).toEqual([{ deaths: 1, job: 'outbox-2' }]);
    await diedBefore(1, 21);
    await adjudicate('outbox-3');
    expect(await deathsNoted()).toEqual([{ deaths: 2, job: 'outbox-3' }]);
    await diedBefore(6, 86_401);
    await adjudicate('outbox-4');
    expect(await deathsNoted()).toEqual([{ deaths: 1, job: 'outbox-4' }]);
  });

  it('forgets what nobody looks for any more', async () => {
    await adjudicate('outbox-1');
    await diedBefore(1, 172_700);
    await test.database.transaction(pruneDeadLetters);
    expect(await deathsNoted()).toHaveLength(1);
    await diedBefore(1, 172_900);
    await test.database.transaction(pruneDeadLetters);
    expect(await deathsNoted()).toEqual([]);
  });
});
