import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seedApprovedCase, type ApprovedCase } from '../../test/support/approved-case.js';
import { answerOf, buildPasskeyStage, TEST_ORIGIN, type PasskeyStage } from '../../test/support/passkey-stage.js';
import {
  SoftwareAuthenticator,
  type Assertion,
  type AssertionFaults,
  type ClientFaults,
} from '../../test/support/software-authenticator.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import type { Transaction } from '../platform/database/transaction.js';
import { newSecret } from '../platform/ids/ids.js';
import { AssertionCredential, RegistrationCredential } from './webauthn.schemas.js';

const ring = new KeyRing(KeyRing.generate());
const SOURCE = '192.0.2.8';
const REFUSED = { status: 401, code: 'assertion_refused' };
const UNUSABLE = { status: 410, code: 'challenge_not_usable' };
let db: TestDatabase;
let stage: PasskeyStage;

beforeAll(async () => {
  db = await openTestDatabase();
  stage = buildPasskeyStage(db.database, ring);
});
afterAll(() => db?.close());

interface Owner {
  holder: ApprovedCase;
  authenticator: SoftwareAuthenticator;
  passkeyId: string;
}

/** Somebody whose recovery is complete and who holds the new passkey. */
async function recovered(
  options: { subjectId?: string; counts?: boolean; faults?: ClientFaults } = {},
): Promise<Owner> {
  const holder = await seedApprovedCase(db.database, ring, { subjectId: options.subjectId });
  const authenticator = new SoftwareAuthenticator({ origin: TEST_ORIGIN, counts: options.counts });
  const credential = RegistrationCredential.parse(
    authenticator.create(await stage.options.create(holder, SOURCE), options.faults),
  );
  const { passkey } = await stage.registrations.register({
    ...holder,
    credential,
    name: undefined,
    idempotencyKey: undefined,
    source: SOURCE,
  });
  return { holder, authenticator, passkeyId: passkey.id };
}

const finish = (assertion: Assertion) => stage.signIn.finish(AssertionCredential.parse(assertion));
const signIn = async (owner: Owner, faults: AssertionFaults = {}) =>
  finish(owner.authenticator.get(await stage.signIn.options(SOURCE), faults));
const change = (work: (tx: Transaction) => Promise<unknown>) => db.database.transaction(work);

describe('signing in', () => {
  it('opens a session that says who it is, until it is ended', async () => {
    const owner = await recovered();
    const { secret, session } = await signIn(owner);
    expect(session).toEqual({
      subject: { id: owner.holder.subjectId, displayName: 'Test Person' },
      credentialId: owner.passkeyId,
      createdAt: expect.any(String),
      expiresAt: expect.any(String),
    });
    expect(Date.parse(session.expiresAt) - Date.parse(session.createdAt)).toBeCloseTo(28_800_000, -2);
    expect(await stage.signIn.current(secret)).toEqual(session);
    await stage.signIn.end(secret);
    expect(await answerOf(stage.signIn.current(secret))).toEqual({ status: 401, code: 'unauthenticated' });
    await stage.signIn.end(secret);
  });

  it('works again and again for a passkey that counts and for one that does not', async () => {
    for (const counts of [true, false]) {
      const owner = await recovered({ counts });
      for (let use = 0; use < 3; use += 1) expect((await signIn(owner)).session.credentialId).toBe(owner.passkeyId);
    }
  });

  it('tells nobody anything before: the options are the same for everybody', async () => {
    expect(await stage.signIn.options(SOURCE)).toEqual({
      rpId: 'example.org',
      challenge: expect.stringMatching(/^[\w-]{43}$/),
      timeout: 300_000,
      userVerification: 'required',
    });
  });
});

describe('a sign-in challenge', () => {
  it('is good for one answer, right or wrong', async () => {
    const owner = await recovered();
    const options = await stage.signIn.options(SOURCE);
    const assertion = owner.authenticator.get(options);
    await finish(assertion);
    expect(await answerOf(finish(assertion))).toEqual(UNUSABLE);
    const spoilt = await stage.signIn.options(SOURCE);
    expect(await answerOf(finish(owner.authenticator.get(spoilt, { userVerified: false })))).toEqual(REFUSED);
    expect(await answerOf(finish(owner.authenticator.get(spoilt)))).toEqual(UNUSABLE);
  });

  it('is good for one of many answers at once', async () => {
    const owner = await recovered({ counts: false });
    const assertion = owner.authenticator.get(await stage.signIn.options(SOURCE));
    const answers = await Promise.all(Array.from({ length: 8 }, () => answerOf(finish(assertion))));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ code }) => code === 'challenge_not_usable')).toHaveLength(7);
  });

  it('is not one of a registration, not out of time, and one of ours', async () => {
    const owner = await recovered();
    const other = await seedApprovedCase(db.database, ring);
    const late = await stage.signIn.options(SOURCE);
    await db.asOwner('UPDATE webauthn_challenges SET expires_at = clock_timestamp() WHERE challenge_digest = $1', [
      ring.digest('token', late.challenge),
    ]);
    for (const challenge of [(await stage.options.create(other, SOURCE)).challenge, late.challenge, newSecret(), '']) {
      expect(await answerOf(signIn(owner, { challenge }))).toEqual(UNUSABLE);
    }
  });
});

describe('an assertion is refused, always alike', () => {
  it.each<[string, AssertionFaults]>([
    ['from another site’s frame (T97)', { crossOrigin: true }],
    ['with a top origin (T97)', { topOrigin: 'https://evil.example' }],
    ['from another origin (T98)', { origin: 'https://recover.example.org.evil.example' }],
    ['for another RP ID (T98)', { rpId: 'evil.example' }],
    ['of the other ceremony', { type: 'webauthn.create' }],
    ['without user verification (T102)', { userVerified: false }],
    ['without user presence', { userPresent: false }],
    [
      'with a changed signature',
      { signature: (bytes) => Buffer.concat([bytes.subarray(0, -1), Buffer.from([(bytes.at(-1) ?? 0) ^ 1])]) },
    ],
    ['with no signature worth the name', { signature: () => Buffer.from([0]) }],
    ['without a user handle', { userHandle: null }],
    ['with somebody else’s user handle', { userHandle: Buffer.alloc(32, 1).toString('base64url') }],
    ['with the backup eligibility changed', { backupEligible: true }],
    ['backed up but not eligible for it (T108)', { backedUp: true }],
  ])('%s', async (_name, faults) => {
    expect(await answerOf(signIn(await recovered(), faults))).toEqual(REFUSED);
  });

  it.each<[string, (owner: Owner) => Promise<unknown>]>([
    [
      'frozen',
      (owner) =>
        change((tx) =>
          stage.freezes.freezeCredentialOfCase(tx, owner.holder.caseId, { kind: 'applicant', id: 'notice' }),
        ),
    ],
    [
      'removed',
      (owner) => change((tx) => tx.run`UPDATE credentials SET removed_at = now() WHERE id = ${owner.passkeyId}`),
    ],
    [
      'of a disabled account',
      (owner) => change((tx) => tx.run`UPDATE subjects SET status = 'disabled' WHERE id = ${owner.holder.subjectId}`),
    ],
  ])('when the passkey is %s; its sessions end with it', async (_name, stop) => {
    const owner = await recovered();
    const { secret } = await signIn(owner);
    await stop(owner);
    expect(await answerOf(signIn(owner))).toEqual(REFUSED);
    expect(await answerOf(stage.signIn.current(secret))).toEqual({ status: 401, code: 'unauthenticated' });
  });

  it('when nobody knows the passkey', async () => {
    const stranger = new SoftwareAuthenticator({ origin: TEST_ORIGIN });
    stranger.create({ challenge: newSecret(), rp: { id: 'example.org' }, user: { id: newSecret() } });
    expect(await answerOf(finish(stranger.get(await stage.signIn.options(SOURCE))))).toEqual(REFUSED);
  });

  it('when the counter does not grow, one after the other and at once', async () => {
    const owner = await recovered();
    await signIn(owner, { signCount: 10 });
    for (const signCount of [10, 9, 0]) expect(await answerOf(signIn(owner, { signCount }))).toEqual(REFUSED);
    const answers = await Promise.all(Array.from({ length: 6 }, () => answerOf(signIn(owner, { signCount: 11 }))));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    await signIn(owner, { signCount: 12 });
  });
});

describe('sessions', () => {
  it('T60: end with the next recovery, and only the new passkey signs in', async () => {
    const before = await recovered();
    const { secret } = await signIn(before);
    const after = await recovered({ subjectId: before.holder.subjectId });
    expect(await answerOf(stage.signIn.current(secret))).toEqual({ status: 401, code: 'unauthenticated' });
    expect(await answerOf(signIn(before))).toEqual(REFUSED);
    expect((await signIn(after)).session.subject.id).toBe(before.holder.subjectId);
  });

  it('count only when begun after sessionsValidFrom, and only for their time', async () => {
    const owner = await recovered();
    const { secret } = await signIn(owner);
    const { secret: other } = await signIn(owner);
    await db.asOwner('UPDATE relying_party_sessions SET expires_at = clock_timestamp() WHERE cookie_digest = $1', [
      ring.digest('token', other),
    ]);
    expect(await answerOf(stage.signIn.current(other))).toMatchObject({ status: 401 });
    expect(await answerOf(stage.signIn.current(secret))).toEqual({ status: 201 });
    await change(
      (tx) => tx.run`UPDATE subjects SET sessions_valid_from = clock_timestamp() WHERE id = ${owner.holder.subjectId}`,
    );
    expect(await answerOf(stage.signIn.current(secret))).toMatchObject({ status: 401 });
  });

  it('are not opened by a cookie that is missing, cut or invented', async () => {
    const { secret } = await signIn(await recovered());
    for (const cookie of [undefined, '', secret.slice(0, -1), `${secret}=`, newSecret()]) {
      expect(await answerOf(stage.signIn.current(cookie))).toMatchObject({ status: 401 });
    }
  });

  it('T60: of an old passkey do not survive a recovery they race with', async () => {
    for (let round = 0; round < 20; round += 1) {
      const before = await recovered();
      const holder = await seedApprovedCase(db.database, ring, { subjectId: before.holder.subjectId });
      const credential = RegistrationCredential.parse(
        new SoftwareAuthenticator({ origin: TEST_ORIGIN }).create(await stage.options.create(holder, SOURCE)),
      );
      const options = await stage.signIn.options(SOURCE);
      const [opened] = await Promise.allSettled([
        finish(before.authenticator.get(options)),
        stage.registrations.register({
          ...holder,
          credential,
          name: undefined,
          idempotencyKey: undefined,
          source: SOURCE,
        }),
      ]);
      if (opened.status === 'fulfilled')
        expect(await answerOf(stage.signIn.current(opened.value.secret))).toMatchObject({ status: 401 });
      const open = await db.database.read(
        (tx) =>
          tx.many`SELECT id FROM relying_party_sessions WHERE subject_id = ${holder.subjectId} AND ended_at IS NULL`,
      );
      expect(open).toEqual([]);
    }
  });
});
