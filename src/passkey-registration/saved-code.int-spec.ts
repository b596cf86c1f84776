import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seedApprovedCase } from '../../test/support/approved-case.js';
import {
  answerOf,
  buildPasskeyStage,
  makePasskey,
  registerPasskey,
  TEST_ORIGIN,
  type PasskeyStage,
} from '../../test/support/passkey-stage.js';
import { SoftwareAuthenticator } from '../../test/support/software-authenticator.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { SESSION_COOKIE } from '../flow-session/cookies.js';
import { SystemClock } from '../platform/clock/clock.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import type { Request } from '../platform/http/request-context.js';
import { SavedCodes } from '../recovery-codes/saved-codes.js';
import { AssertionCredential } from './webauthn.schemas.js';

const ring = new KeyRing(KeyRing.generate());
let db: TestDatabase;
let stage: PasskeyStage;

beforeAll(async () => {
  db = await openTestDatabase();
  stage = buildPasskeyStage(db.database, ring);
});
afterAll(() => db.close());

const requestWith = (secret?: string): Request =>
  ({ cookies: secret === undefined ? {} : { [SESSION_COOKIE]: secret } }) as unknown as Request;

/** Somebody who has just signed in with the passkey of their recovery. */
async function signedIn(): Promise<{ subjectId: string; secret: string }> {
  const holder = await seedApprovedCase(db.database, ring);
  const authenticator = new SoftwareAuthenticator({ origin: TEST_ORIGIN });
  await registerPasskey(stage, holder, { credential: await makePasskey(stage, holder, { authenticator }) });
  const assertion = authenticator.get(await stage.signIn.options('192.0.2.9'));
  const { secret } = await stage.signIn.finish(AssertionCredential.parse(assertion));
  return { subjectId: holder.subjectId, secret };
}

/** How the account's codes ended, in order; null for one that counts. */
const endsOf = async (subjectId: string): Promise<(string | null)[]> => {
  const rows = await db.database.read(
    (tx) => tx.many<{ endedBy: string | null }>`
      SELECT ended_by FROM saved_recovery_codes WHERE subject_id = ${subjectId} ORDER BY created_at`,
  );
  return rows.map(({ endedBy }) => endedBy);
};

describe('the recovery code of whoever is signed in', () => {
  it('is shown once, replaces the one before it, and is told and written down without the code', async () => {
    const { subjectId, secret } = await signedIn();
    expect(await stage.savedCodes.status(requestWith(secret))).toEqual({ createdAt: null, keptAt: null, due: false });
    const first = await stage.savedCodes.replace({}, requestWith(secret));
    const second = await stage.savedCodes.replace({}, requestWith(secret));
    expect(second.code).not.toBe(first.code);
    expect(await stage.savedCodes.status(requestWith(secret))).toMatchObject({ createdAt: second.createdAt });
    const rows = await db.database.read(
      (tx) => tx.many<{ text: string }>`
        SELECT e::text AS text FROM audit_events e WHERE chain_id = ${`subject:${subjectId}`} AND type = 'recovery_code.saved'
        UNION ALL SELECT payload::text FROM outbox WHERE event = 'subject.recovery_code_saved'`,
    );
    expect(rows).toHaveLength(4);
    for (const { code } of [first, second]) expect(JSON.stringify(rows)).not.toContain(code.slice(0, 9));
  });

  it('T60: takes a sign-in of the last five minutes', async () => {
    const { subjectId, secret } = await signedIn();
    const ago = (interval: string) =>
      db.asOwner(
        'UPDATE relying_party_sessions SET created_at = clock_timestamp() - $1::interval WHERE subject_id = $2',
        [interval, subjectId],
      );
    await db.database.transaction(
      (tx) => tx.run`UPDATE subjects SET sessions_valid_from = 'epoch' WHERE id = ${subjectId}`,
    );
    await ago('4 minutes 50 seconds');
    const first = await stage.savedCodes.replace({}, requestWith(secret));
    await ago('5 minutes');
    const late = await answerOf(stage.savedCodes.replace({}, requestWith(secret)));
    expect(late).toEqual({ status: 401, code: 'unauthenticated' });
    expect(await stage.savedCodes.status(requestWith(secret))).toMatchObject({ createdAt: first.createdAt });
  });

  it('T60: does not outlive a recovery of the account, nor a freeze of what that led to', async () => {
    const { subjectId, secret } = await signedIn();
    await stage.savedCodes.replace({}, requestWith(secret));
    const holder = await seedApprovedCase(db.database, ring, { subjectId });
    const authenticator = new SoftwareAuthenticator({ origin: TEST_ORIGIN });
    await registerPasskey(stage, holder, { credential: await makePasskey(stage, holder, { authenticator }) });
    expect(await endsOf(subjectId)).toEqual(['recovered']);
    const assertion = authenticator.get(await stage.signIn.options('192.0.2.9'));
    const again = await stage.signIn.finish(AssertionCredential.parse(assertion));
    await stage.savedCodes.replace({}, requestWith(again.secret));
    await db.database.transaction((tx) => stage.freezes.freezeCredentialOfCase(tx, holder.caseId, SYSTEM));
    expect(await endsOf(subjectId)).toEqual(['recovered', 'frozen']);
  });

  it('that was used is due until the holder has said that the new one is kept', async () => {
    const { subjectId, secret } = await signedIn();
    const status = () => stage.savedCodes.status(requestWith(secret));
    const kept = () => stage.savedCodes.kept({}, requestWith(secret));
    expect(await answerOf(kept())).toEqual({ status: 409, code: 'wrong_state' });
    const first = await stage.savedCodes.replace({}, requestWith(secret));
    expect(await status()).toEqual({ createdAt: first.createdAt, keptAt: null, due: true });
    await kept();
    const { keptAt, due } = await status();
    expect({ keptAt, due }).toEqual({ keptAt: expect.any(String), due: false });
    await kept();
    expect(await status()).toMatchObject({ keptAt });
    const codes = new SavedCodes(ring, new SystemClock());
    expect(await db.database.transaction((tx) => codes.spend(tx, subjectId, first.code))).toBe(true);
    expect(await status()).toEqual({ createdAt: null, keptAt: null, due: true });
    const second = await stage.savedCodes.replace({}, requestWith(secret));
    expect(second.code).not.toBe(first.code);
    expect(await status()).toMatchObject({ keptAt: null, due: true });
    await kept();
    expect((await status()).due).toBe(false);
    const trail = await db.database.read(
      (tx) => tx.many<{ type: string }>`
        SELECT type FROM audit_events WHERE chain_id = ${`subject:${subjectId}`} AND type LIKE 'recovery_code.%' ORDER BY seq`,
    );
    const expected = [
      'recovery_code.saved',
      'recovery_code.kept',
      'recovery_code.kept',
      'recovery_code.saved',
      'recovery_code.kept',
    ];
    expect(trail.map(({ type }) => type)).toEqual(expected);
  });

  it('is nobody’s without a session, and not of a session that is over', async () => {
    const { secret } = await signedIn();
    await stage.signIn.end(secret);
    for (const request of [requestWith(), requestWith('x'.repeat(43)), requestWith(secret)])
      for (const call of [() => stage.savedCodes.replace({}, request), () => stage.savedCodes.kept({}, request)])
        expect(await answerOf(call())).toEqual({ status: 401, code: 'unauthenticated' });
  });
});
