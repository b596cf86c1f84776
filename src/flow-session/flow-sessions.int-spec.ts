import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { addPerson, addPolicy, buildCore, openCase, type Core } from '../../test/model/core-stage.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { newSecret } from '../platform/ids/ids.js';
import { FLOW_ABSOLUTE_SECONDS, FLOW_IDLE_SECONDS, type FlowSession } from './flow-sessions.js';

let test: TestDatabase;
let core: Core;
let caseId: string;
let sessionId: string;
let secret: string;

beforeAll(async () => {
  test = await openTestDatabase();
  core = buildCore(test.database);
  const policy = await addPolicy(core);
  caseId = (await openCase(core, { policy, subjectId: (await addPerson(core)).id })).id;
});
afterAll(() => test.close());
beforeEach(async () => {
  ({ sessionId, secret } = await test.database.transaction((tx) => core.flows.open(tx, { caseId, language: 'en' })));
});

const touch = (value: string | undefined = secret): Promise<FlowSession | undefined> =>
  test.database.transaction((tx) => core.flows.touch(tx, value));
const shift = (column: 'seen_at' | 'created_at', seconds: number): Promise<void> =>
  test.asOwner(`UPDATE flow_sessions SET ${column} = ${column} - make_interval(secs => $1) WHERE id = $2`, [
    seconds,
    sessionId,
  ]);

describe('a page session', () => {
  it('is found by its cookie and slides', async () => {
    await shift('seen_at', FLOW_IDLE_SECONDS - 30);
    expect(await touch()).toMatchObject({ sessionId, caseId });
    await shift('seen_at', FLOW_IDLE_SECONDS - 30);
    expect(await touch()).toBeDefined();
  });

  it('idles out and does not come back', async () => {
    await shift('seen_at', FLOW_IDLE_SECONDS + 1);
    expect([await touch(), await touch()]).toEqual([undefined, undefined]);
  });

  it('ends after two hours, however busy', async () => {
    await shift('created_at', FLOW_ABSOLUTE_SECONDS + 1);
    expect(await touch()).toBeUndefined();
  });

  it('says how long it can be kept open, whatever is done in it', async () => {
    await shift('created_at', FLOW_ABSOLUTE_SECONDS - 90);
    const { endsInSeconds = 0 } = (await touch()) ?? {};
    expect(endsInSeconds).toBeGreaterThan(60);
    expect(endsInSeconds).toBeLessThanOrEqual(90);
  });

  it('ends with all the others of its case', async () => {
    expect(await test.database.transaction((tx) => core.flows.endAll(tx, caseId))).toBeGreaterThanOrEqual(1);
    expect(await touch()).toBeUndefined();
  });

  it('is not found by anything but its one spelling (T26, T27)', async () => {
    for (const other of [
      undefined,
      '',
      newSecret(),
      `${secret}=`,
      secret.slice(1),
      sessionId,
      caseId,
      `${secret}\u0000`,
      'x'.repeat(1e5),
    ])
      expect(await test.database.transaction((tx) => core.flows.touch(tx, other))).toBeUndefined();
    expect(await touch()).toBeDefined();
  });
});
