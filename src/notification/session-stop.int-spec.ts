import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addPerson, addPolicy, buildCore, openCase, type Core } from '../../test/model/core-stage.js';
import { auditOf } from '../../test/support/approved-case.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { Sessions } from '../passkey-registration/sessions.js';
import { newId } from '../platform/ids/ids.js';
import type { Policy } from '../policy/policy.js';

let test: TestDatabase;
let core: Core;
let policy: Policy;

beforeAll(async () => {
  test = await openTestDatabase();
  core = buildCore(test.database);
  policy = await addPolicy(core, {});
});
afterAll(() => test.close());

/** Somebody who still signs in with a passkey: their account and their session's cookie. */
async function signedIn(): Promise<{ subjectId: string; cookie: string; credentialId: string }> {
  const { id: subjectId } = await addPerson(core);
  const credentialId = newId('pk', new Date());
  return test.database.transaction(async (tx) => {
    await tx.run`INSERT INTO credentials (id, subject_id, credential_id, public_key, user_handle, aaguid, device_type, backed_up)
      VALUES (${credentialId}, ${subjectId}, ${randomBytes(16)}, '\\x00', '\\x00', 'none', 'singleDevice', false)`;
    const { secret: cookie } = await new Sessions(core.ring, core.clock).open(tx, { subjectId, credentialId });
    return { subjectId, cookie, credentialId };
  });
}
const stateOf = (caseId: string) =>
  test.database.read((tx) => tx.one`SELECT state, state_reason FROM recovery_cases WHERE id = ${caseId}`);

describe('somebody who still has a passkey (T59)', () => {
  it('stops the recovery of their own account at once, and of no other', async () => {
    const [owner, other] = [await signedIn(), await signedIn()];
    const { id: caseId } = await openCase(core, { policy, subjectId: owner.subjectId });
    expect(await core.repudiation.stopAsOwner(other.cookie)).toBe(false);
    expect(await stateOf(caseId)).toEqual({ state: 'link_sent', stateReason: null });
    expect(await core.repudiation.stopAsOwner(owner.cookie)).toBe(true);
    expect(await stateOf(caseId)).toEqual({ state: 'cancelled', stateReason: 'repudiated' });
    expect(await core.metrics.registry.metrics()).toContain(
      'regain_security_events_total{type="recovery_repudiated"} 1',
    );
    expect((await auditOf(test.database, caseId)).at(-1)).toBe('case.cancelled');
    expect(await core.repudiation.stopAsOwner(owner.cookie)).toBe(false);
  });

  it('is nobody without a session, with a dead one, or with a passkey that was frozen', async () => {
    const owner = await signedIn();
    const { id: caseId } = await openCase(core, { policy, subjectId: owner.subjectId });
    const { id } = { id: owner.credentialId };
    await test.database.transaction(
      (tx) => tx.run`UPDATE credentials SET frozen_at = clock_timestamp() WHERE id = ${id}`,
    );
    for (const cookie of [undefined, 'x', owner.cookie])
      await expect(core.repudiation.stopAsOwner(cookie)).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(await stateOf(caseId)).toMatchObject({ state: 'link_sent' });
  });
});
