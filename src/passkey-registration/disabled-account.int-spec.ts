import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../scripts/harness/eventually.js';
import { factsOf, seedApprovedCase, type ApprovedCase } from '../../test/support/approved-case.js';
import {
  answerOf,
  buildPasskeyStage,
  makePasskey,
  registerPasskey,
  TEST_ORIGIN,
  TEST_SOURCE as SOURCE,
  type PasskeyStage,
} from '../../test/support/passkey-stage.js';
import { SoftwareAuthenticator } from '../../test/support/software-authenticator.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import type { Subject } from '../directory/subject.js';
import { Subjects } from '../directory/subjects.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { AssertionCredential } from './webauthn.schemas.js';

const ring = new KeyRing(KeyRing.generate());
const UNAUTHENTICATED = { status: 401, code: 'unauthenticated' };
let db: TestDatabase;
let other: Database;
let stage: PasskeyStage;
let subjects: Subjects;

beforeAll(async () => {
  db = await openTestDatabase();
  other = await Database.connect({ url: db.appUrl, poolSize: 4, statementTimeoutMs: 15_000, ring: db.database.ring });
  stage = buildPasskeyStage(db.database, ring);
  subjects = new Subjects(ring);
});
afterAll(async () => {
  await other?.close();
  await db?.close();
});

interface Owner {
  holder: ApprovedCase;
  authenticator: SoftwareAuthenticator;
}

async function recovered(): Promise<Owner> {
  const holder = await seedApprovedCase(db.database, ring);
  const authenticator = new SoftwareAuthenticator({ origin: TEST_ORIGIN });
  await registerPasskey(stage, holder, { credential: await makePasskey(stage, holder, { authenticator }) });
  return { holder, authenticator };
}

async function signIn({ authenticator }: Owner): Promise<string> {
  const assertion = authenticator.get(await stage.signIn.options(SOURCE));
  return (await stage.signIn.finish(AssertionCredential.parse(assertion))).secret;
}

/** As provisioning does it. */
async function put(tx: Transaction, subjectId: string, status: Subject['status']): Promise<void> {
  const subject = await subjects.find(tx, subjectId);
  if (!subject) throw new Error('the account is gone');
  const { groups, markedPrivileged: privileged, profile } = subject;
  await subjects.put(tx, { id: subjectId, input: { profile: profile.reveal(), groups, privileged, status } });
}
const set = (subjectId: string, status: Subject['status']) => other.transaction((tx) => put(tx, subjectId, status));

const waitingForLocks = (): Promise<number> =>
  db.database.read(
    (tx) => tx.run`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );

/** Disables an account, and commits only when what was begun meanwhile waits for it. */
async function disabledUnder<Result>(subjectId: string, begin: () => Promise<Result>): Promise<Result> {
  const begun = await other.transaction(async (tx) => {
    await put(tx, subjectId, 'disabled');
    const work = begin();
    work.catch(() => undefined);
    await eventually('it waits for a lock', async () => (await waitingForLocks()) > 0);
    return { work };
  });
  return begun.work;
}

describe('an account that is disabled', () => {
  it('T60 has no session any more, and gets none of them back when it is enabled again', async () => {
    const owner = await recovered();
    const stolen = await signIn(owner);
    await set(owner.holder.subjectId, 'disabled');
    expect(await answerOf(stage.signIn.current(stolen))).toEqual(UNAUTHENTICATED);
    await set(owner.holder.subjectId, 'active');
    expect(await answerOf(stage.signIn.current(stolen))).toEqual(UNAUTHENTICATED);
    expect(await answerOf(stage.signIn.current(await signIn(owner)))).toEqual({ status: 201 });
  });

  it('keeps its sessions through every other change', async () => {
    const owner = await recovered();
    const secret = await signIn(owner);
    await set(owner.holder.subjectId, 'active');
    expect(await answerOf(stage.signIn.current(secret))).toEqual({ status: 201 });
  });

  it('T60 refuses a sign-in that looked for its passkey before', async () => {
    const owner = await recovered();
    const { subjectId } = owner.holder;
    expect(await disabledUnder(subjectId, () => answerOf(signIn(owner)))).toEqual({
      status: 401,
      code: 'assertion_refused',
    });
    const opened = await db.database.read(
      (tx) => tx.many`SELECT id FROM relying_party_sessions WHERE subject_id = ${subjectId}`,
    );
    expect(opened).toEqual([]);
  });

  it('T60 spends no token that was looked at before, and keeps the passkeys it had', async () => {
    const holder = await seedApprovedCase(db.database, ring);
    const credential = await makePasskey(stage, holder);
    const answer = await disabledUnder(holder.subjectId, () =>
      answerOf(registerPasskey(stage, holder, { credential })),
    );
    expect(answer).toEqual({ status: 410, code: 'token_not_redeemable' });
    expect(await factsOf(db.database, holder.caseId)).toEqual({
      state: 'approved',
      credentials: 0,
      consumedTokens: 0,
      spentChallenges: 0,
      completedEvents: 0,
    });
  });
});
