import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  auditOf,
  factsOf,
  insertSubject,
  seedApprovedCase,
  type ApprovedCase,
} from '../../test/support/approved-case.js';
import {
  answerOf,
  buildPasskeyStage,
  makePasskey,
  registerPasskey,
  TEST_ORIGIN,
  TEST_SOURCE as SOURCE,
  type PasskeyStage,
} from '../../test/support/passkey-stage.js';
import {
  SoftwareAuthenticator,
  type CreatedPasskey,
  type RegistrationFaults,
} from '../../test/support/software-authenticator.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { newSecret } from '../platform/ids/ids.js';
import type { RegistrationRequest } from './token-redemption.js';

const keys = KeyRing.generate().keys;
const ring = new KeyRing({ keys });
const GONE = { status: 410, code: 'token_not_redeemable' };
const UNTOUCHED = { credentials: 0, consumedTokens: 0, spentChallenges: 0, completedEvents: 0 };

let db: TestDatabase;
let stage: PasskeyStage;

beforeAll(async () => {
  db = await openTestDatabase();
  stage = buildPasskeyStage(db.database, ring);
});
afterAll(() => db?.close());

const seed = (options = {}): Promise<ApprovedCase> => seedApprovedCase(db.database, ring, options);
const make = (holder: ApprovedCase, making?: Parameters<typeof makePasskey>[2]) => makePasskey(stage, holder, making);
const register = (
  holder: ApprovedCase,
  credential: CreatedPasskey,
  more: Partial<Omit<RegistrationRequest, 'credential'>> = {},
) => registerPasskey(stage, holder, { ...more, credential });

describe('a registration', () => {
  it('T60: spends token and challenge, stores the passkey, ends what was before and completes the case', async () => {
    const before = await seed();
    const authenticator = new SoftwareAuthenticator({ origin: TEST_ORIGIN });
    const old = await register(before, await make(before, { authenticator }));
    const signIn = await stage.signIn.finish(authenticator.get(await stage.signIn.options(SOURCE)));
    const holder = await seed({ subjectId: before.subjectId });
    const validFrom = () =>
      db.database.read(
        (tx) => tx.one<{ at: Date }>`SELECT sessions_valid_from AS at FROM subjects WHERE id = ${holder.subjectId}`,
      );
    const validBefore = await validFrom();

    const credential = await make(holder);
    const { passkey, replayed } = await register(holder, credential, { name: 'Blue phone' });

    expect(replayed).toBe(false);
    expect(passkey).toEqual({
      id: expect.stringMatching(/^pk_/),
      credentialId: credential.id,
      name: 'Blue phone',
      deviceType: 'singleDevice',
      transports: ['internal', 'hybrid'],
      createdAt: expect.any(String),
    });
    expect(await factsOf(db.database, holder.caseId)).toEqual({
      state: 'completed',
      credentials: 1,
      consumedTokens: 1,
      spentChallenges: 1,
      completedEvents: 1,
    });
    expect(await auditOf(db.database, holder.caseId)).toEqual([
      'passkey.registered',
      'passkey.removed',
      'sessions.ended',
      'case.completed',
    ]);
    await expect(stage.signIn.current(signIn.secret)).rejects.toMatchObject({ code: 'unauthenticated' });
    const [removed] = await db.database.read(
      (tx) => tx.many<{ removedAt: Date | null }>`SELECT removed_at FROM credentials WHERE id = ${old.passkey.id}`,
    );
    expect(removed?.removedAt).toBeInstanceOf(Date);
    expect((await validFrom()).at.getTime()).toBeGreaterThan(validBefore.at.getTime());
    const ended = await db.database.read(
      (tx) =>
        tx.one<{
          endedAt: Date | null;
        }>`SELECT ended_at FROM relying_party_sessions WHERE credential_id = ${old.passkey.id}`,
    );
    expect(ended.endedAt).toBeInstanceOf(Date);
  });

  it('keeps the user handle of an account and never offers what it still accepts a second time', async () => {
    const first = await seed();
    const options = await stage.options.create(first, SOURCE);
    expect(options).toMatchObject({
      rp: { id: 'example.org', name: 'Example' },
      attestation: 'none',
      timeout: 300_000,
      excludeCredentials: [],
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    expect(options.pubKeyCredParams.map(({ alg }) => alg)).toEqual([-7, -8, -257]);
    expect(Buffer.from(options.user.id, 'base64url')).toHaveLength(32);
    const credential = await make(first);
    await register(first, credential);
    const second = await stage.options.create(await seed({ subjectId: first.subjectId }), SOURCE);
    expect(second.user.id).toBe(options.user.id);
    expect(second.excludeCredentials.map(({ id }) => id)).toEqual([credential.id]);
  });

  it('works for a token issued under a key that has been rotated since', async () => {
    const holder = await seed();
    const later = buildPasskeyStage(db.database, rotated());
    const credential = new SoftwareAuthenticator({ origin: TEST_ORIGIN }).create(
      await later.options.create(holder, SOURCE),
    );
    await expect(registerPasskey(later, holder, { credential })).resolves.toMatchObject({ replayed: false });
  });

  it('stores the user handle that the authenticator was given, also under another key by then: it signs in (T117, F38)', async () => {
    const holder = await seed();
    const authenticator = new SoftwareAuthenticator({ origin: TEST_ORIGIN });
    const credential = await make(holder, { authenticator });
    // Every process knows the next key before one of them writes with it.
    const next = KeyRing.generate('k2').keys;
    const known = new KeyRing({ keys: [...keys, ...next.map((key) => ({ ...key, retired: true }))] });
    const later = buildPasskeyStage(db.database, new KeyRing({ keys: [...keys, ...next] }));
    await registerPasskey(later, holder, { credential });
    for (const process of [later, buildPasskeyStage(db.database, known)]) {
      const { session } = await process.signIn.finish(authenticator.get(await process.signIn.options(SOURCE)));
      expect(session.subject.id).toBe(holder.subjectId);
    }
  });

  it('leaves no token, challenge or name in any column (T17)', async () => {
    const holder = await seed();
    const name = `Canary ${newSecret()}`;
    const credential = await make(holder);
    const { challenge } = JSON.parse(Buffer.from(credential.response.clientDataJSON, 'base64url').toString()) as {
      challenge: string;
    };
    await register(holder, credential, { name, idempotencyKey: 'canary-key' });
    const dump = await dumpOfEverything();
    expect(dump).toContain(holder.caseId);
    expect(dump).toContain(Buffer.from(credential.id, 'base64url').toString('hex'));
    for (const secret of [holder.token, holder.captureSecret, challenge, name]) {
      for (const spelling of [
        secret,
        Buffer.from(secret).toString('hex'),
        Buffer.from(secret, 'base64url').toString('hex'),
      ]) {
        expect(dump).not.toContain(spelling.toLowerCase());
      }
    }
  });
});

describe('the same request again', () => {
  it('by passkey or by idempotency key gets the first answer, from the bound browser', async () => {
    const holder = await seed();
    const credential = await make(holder);
    const other = await make(holder);
    const first = await register(holder, credential, { name: 'Mine', idempotencyKey: 'k-1' });
    expect(await register(holder, credential)).toEqual({ passkey: first.passkey, replayed: true });
    expect(await register(holder, other, { idempotencyKey: 'k-1' })).toEqual({
      passkey: first.passkey,
      replayed: true,
    });
    expect(await answerOf(register(holder, other, { idempotencyKey: 'k-2' }))).toEqual(GONE);
  });

  it('at the same moment gets the one answer', async () => {
    for (let round = 0; round < 10; round += 1) {
      const holder = await seed();
      const credential = await make(holder);
      const answers = await Promise.all([
        register(holder, credential),
        register(holder, credential),
        register(holder, credential),
      ]);
      expect(new Set(answers.map(({ passkey }) => JSON.stringify(passkey))).size).toBe(1);
      expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    }
  });
});

describe('a ceremony that does not fit', () => {
  it('with the challenge of another case, of sign-in, out of time or unknown: 410, and the token stays good (T99)', async () => {
    const [holder, stranger] = [await seed(), await seed()];
    const authenticator = new SoftwareAuthenticator({ origin: TEST_ORIGIN });
    const options = await stage.options.create(holder, SOURCE);
    const ran = await stage.options.create(holder, SOURCE);
    await db.asOwner('UPDATE webauthn_challenges SET expires_at = clock_timestamp() WHERE challenge_digest = $1', [
      ring.digest('token', ran.challenge),
    ]);
    const challenges = [
      (await stage.options.create(stranger, SOURCE)).challenge,
      (await stage.signIn.options(SOURCE)).challenge,
      ran.challenge,
      newSecret(),
      'x',
    ];
    for (const challenge of challenges) {
      const answer = await answerOf(register(holder, authenticator.create({ ...options, challenge })));
      expect(answer).toEqual({ status: 410, code: 'challenge_not_usable' });
    }
    expect(await factsOf(db.database, holder.caseId)).toMatchObject({ state: 'approved', ...UNTOUCHED });
    await expect(register(holder, authenticator.create(options))).resolves.toMatchObject({ replayed: false });
  });

  it.each<[string, RegistrationFaults]>([
    ['from another site’s frame (T97)', { crossOrigin: true }],
    ['from another origin (T98)', { origin: 'https://evil.example' }],
    ['without user verification (T102)', { userVerified: false }],
    ['with an algorithm that was not offered (T103)', { algorithm: -48 }],
    ['with too long an id (T101)', { credentialIdBytes: 1_024 }],
    ['with bytes too many (T104)', { trailing: Buffer.from([0xf6]) }],
  ])('%s: 422, and the token stays good', async (_name, faults) => {
    const holder = await seed();
    expect(await answerOf(register(holder, await make(holder, faults)))).toEqual({
      status: 422,
      code: 'passkey_refused',
    });
    expect(await factsOf(db.database, holder.caseId)).toMatchObject({ state: 'approved', ...UNTOUCHED });
    await expect(register(holder, await make(holder))).resolves.toMatchObject({ replayed: false });
  });

  it('with a credential id that belongs to somebody: 409, one after the other and at once (T100)', async () => {
    const credentialId = Buffer.alloc(32, 0xab);
    const [one, two] = [await seed(), await seed()];
    const answers = await Promise.all(
      [one, two].map(async (holder) => answerOf(register(holder, await make(holder, { credentialId })))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const third = await seed();
    expect(await answerOf(register(third, await make(third, { credentialId })))).toEqual({
      status: 409,
      code: 'credential_already_registered',
    });
    expect(await factsOf(db.database, third.caseId)).toMatchObject({ state: 'approved', ...UNTOUCHED });
  });

  it('takes the account from the token alone, whatever user handle the options carried (T106)', async () => {
    const [holder, victim] = [await seed(), await db.database.transaction((tx) => insertSubject(tx, ring))];
    const options = await stage.options.create(holder, SOURCE);
    const credential = new SoftwareAuthenticator({ origin: TEST_ORIGIN }).create({
      ...options,
      user: { id: Buffer.from(victim).toString('base64url') },
    });
    await register(holder, credential);
    const owner = await db.database.read(
      (tx) => tx.one<{ subjectId: string }>`SELECT subject_id FROM credentials WHERE case_id = ${holder.caseId}`,
    );
    expect(owner.subjectId).toBe(holder.subjectId);
  });
});

/** The same ring with a newer active key. */
function rotated(): KeyRing {
  return new KeyRing({ keys: [...keys.map((key) => ({ ...key, retired: true })), ...KeyRing.generate('k2').keys] });
}

/** Every row of every table, as lower-case text; bytes in hexadecimal. */
async function dumpOfEverything(): Promise<string> {
  return db.database.transaction(async (tx) => {
    await tx.run`SELECT set_config('xmlbinary', 'hex', true)`;
    const tables = await tx.many<{ name: string }>`
      SELECT relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'regain' AND c.relkind = 'r' AND has_table_privilege(c.oid, 'SELECT')`;
    const parts: string[] = [];
    for (const { name } of tables) {
      const row = await tx.one<{ text: string }>`
        SELECT query_to_xml('SELECT * FROM regain.' || quote_ident(${name}), false, false, '')::text AS text`;
      parts.push(row.text.toLowerCase());
    }
    return parts.join('\n');
  });
}
