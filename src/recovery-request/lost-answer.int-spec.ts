import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addPerson, addPolicy, buildCore, type Core } from '../../test/model/core-stage.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import type { Principal } from '../platform/http/request-context.js';
import { OpenCaseBody } from './case.schemas.js';

const AGENT: Principal = { kind: 'person', id: 'agent', scopes: new Set() };
const OTHER: Principal = { kind: 'person', id: 'other-agent', scopes: new Set() };
const ONE_KEY = 'a'.repeat(64);
const OTHER_KEY = 'b'.repeat(64);

describe('a request that opened a case and whose answer was lost (F2, F16)', () => {
  let test: TestDatabase;
  let core: Core;
  beforeAll(async () => {
    test = await openTestDatabase({ poolSize: 4 });
    core = buildCore(test.database);
    await addPolicy(core, { relay: { allowed: true, holdSeconds: 0 } });
  });
  afterAll(() => test.close());

  const bodyFor = (id: string, channel: 'email' | 'relay' = 'email'): OpenCaseBody =>
    OpenCaseBody.parse({ subject: { id }, delivery: { channel }, reason: 'Lost every way to sign in' });

  it('is told of that case when it comes again', async () => {
    const { id } = await addPerson(core);
    const first = await core.service.open(bodyFor(id), AGENT, ONE_KEY);
    const again = await core.service.open(bodyFor(id), AGENT, ONE_KEY);
    expect(again.recoveryCase.id).toBe(first.recoveryCase.id);
    const events = await test.database.read(
      (tx) =>
        tx.many`SELECT 1 FROM outbox WHERE event = 'case.opened' AND payload->>'caseId' = ${first.recoveryCase.id}`,
    );
    expect(events).toHaveLength(1);
  });

  it('gets a relayed link that works in place of the one it never saw', async () => {
    const { id } = await addPerson(core);
    const first = await core.service.open(bodyFor(id, 'relay'), AGENT, ONE_KEY);
    const again = await core.service.open(bodyFor(id, 'relay'), AGENT, ONE_KEY);
    expect(again.link).toBeDefined();
    expect(again.link).not.toBe(first.link);
  });

  it('is nobody else: another key, no key and an ended case are answered as ever', async () => {
    const { id } = await addPerson(core);
    const { recoveryCase } = await core.service.open(bodyFor(id), AGENT, ONE_KEY);
    for (const key of [OTHER_KEY, undefined])
      await expect(core.service.open(bodyFor(id), OTHER, key)).rejects.toMatchObject({ code: 'case_already_open' });
    await core.database.transaction((tx) =>
      core.cases.transition(tx, { caseId: recoveryCase.id, name: 'cancel', actor: AGENT }),
    );
    const next = await core.service.open(bodyFor(id), AGENT, ONE_KEY);
    expect(next.recoveryCase.id).not.toBe(recoveryCase.id);
  });
});
