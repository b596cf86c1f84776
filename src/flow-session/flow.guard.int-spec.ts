import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExecutionContext } from '@nestjs/common';
import { addPerson, addPolicy, buildCore, openCase, type Core } from '../../test/model/core-stage.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import type { Config } from '../platform/config/config.js';
import type { Database } from '../platform/database/database.js';
import { FLOW_COOKIE } from './cookies.js';
import { FlowGuard } from './flow.guard.js';
import { SameOriginGuard } from './same-origin.guard.js';

let test: TestDatabase;
let core: Core;
let guard: FlowGuard;

/** A database whose reads are held to what they say they are. */
const strict = (): Database => {
  const read: Database['read'] = (work) =>
    test.database.transaction(async (tx) => {
      await tx.run`SET TRANSACTION READ ONLY`;
      return work(tx);
    });
  const write: Database['write'] = (statement) => test.database.write(statement);
  return { read, write } as Database;
};

beforeAll(async () => {
  test = await openTestDatabase();
  core = buildCore(test.database);
  const config = { PUBLIC_URL: 'https://recover.example.org', rpOrigins: [] as string[] } as unknown as Config;
  guard = new FlowGuard(new SameOriginGuard(config), core.flows, strict());
});
afterAll(() => test.close());

const requestWith = (secret: string) => ({ method: 'GET', headers: {}, cookies: { [FLOW_COOKIE]: secret } });
const contextOf = (request: object): ExecutionContext =>
  ({ switchToHttp: () => ({ getRequest: () => request }) }) as unknown as ExecutionContext;

describe('the guard of a flow', () => {
  it('lets the browser in that started it, and keeps its session open by a write', async () => {
    const policy = await addPolicy(core);
    const { id: caseId } = await openCase(core, { policy, subjectId: (await addPerson(core)).id });
    const { sessionId, secret } = await test.database.transaction((tx) =>
      core.flows.open(tx, { caseId, language: 'en' }),
    );
    await test.asOwner("UPDATE flow_sessions SET seen_at = seen_at - interval '20 minutes' WHERE id = $1", [sessionId]);
    const request = requestWith(secret);
    expect(await guard.canActivate(contextOf(request))).toBe(true);
    expect(request).toMatchObject({ flow: { sessionId, caseId } });
    const { idle } = await test.database.read(
      (tx) => tx.one<{ idle: number }>`SELECT extract(epoch FROM clock_timestamp() - seen_at)::float8 AS idle
        FROM flow_sessions WHERE id = ${sessionId}`,
    );
    expect(idle).toBeLessThan(600);
  });

  it('lets no other in', async () => {
    const request = requestWith('A'.repeat(43));
    await expect(guard.canActivate(contextOf(request))).rejects.toMatchObject({ code: 'flow_ended' });
  });
});
