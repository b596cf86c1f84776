import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auditOf, factsOf, seedApprovedCase, type ApprovedCase } from '../../test/support/approved-case.js';
import {
  answerOf,
  buildPasskeyStage,
  makePasskey,
  registerPasskey,
  TEST_ORIGIN,
  TEST_SOURCE as SOURCE,
  type PasskeyStage,
} from '../../test/support/passkey-stage.js';
import { SoftwareAuthenticator, type CreatedPasskey } from '../../test/support/software-authenticator.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { newSecret } from '../platform/ids/ids.js';
import { TERMINAL_STATES } from '../recovery-case/case-states.js';
import type { RegistrationRequest } from './token-redemption.js';

const ring = new KeyRing(KeyRing.generate());
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

async function frozenAt(caseId: string): Promise<Date | null> {
  const row = await db.database.read(
    (tx) => tx.one<{ frozenAt: Date | null }>`SELECT frozen_at FROM credentials WHERE case_id = ${caseId}`,
  );
  return row.frozenAt;
}

const eventsOf = (caseId: string, event: string) =>
  db.database.read(
    (tx) =>
      tx.many<{
        payload: object;
      }>`SELECT payload FROM outbox WHERE event = ${event} AND payload->>'caseId' = ${caseId}`,
  );

describe('a spent token', () => {
  it('from the bound browser with another passkey: 410 and a logged event, nothing frozen', async () => {
    const holder = await seed();
    const [one, other] = [await make(holder), await make(holder)];
    await register(holder, one);
    expect(await answerOf(register(holder, other))).toEqual(GONE);
    expect((await auditOf(db.database, holder.caseId)).at(-1)).toBe('token.replayed');
    expect(await frozenAt(holder.caseId)).toBeNull();
  });

  it.each([
    ['another browser', () => newSecret()],
    ['a client without the cookie', () => undefined],
    ['a cookie that is not one', () => 'x'.repeat(43)],
  ])(
    'from %s: security event, the new passkey is frozen once, the case stays completed',
    async (_name, captureSecret) => {
      const holder = await seed();
      const authenticator = new SoftwareAuthenticator({ origin: TEST_ORIGIN });
      const credential = await make(holder, { authenticator });
      await register(holder, credential);
      const { secret } = await stage.signIn.finish(authenticator.get(await stage.signIn.options(SOURCE)));

      expect(await answerOf(register(holder, credential, { captureSecret: captureSecret() }))).toEqual(GONE);
      expect(await answerOf(register(holder, credential, { captureSecret: captureSecret() }))).toEqual(GONE);

      expect((await auditOf(db.database, holder.caseId)).slice(-4)).toEqual([
        'token.replayed',
        'passkey.frozen',
        'sessions.ended',
        'token.replayed',
      ]);
      expect(await frozenAt(holder.caseId)).toBeInstanceOf(Date);
      expect(await eventsOf(holder.caseId, 'passkey.frozen')).toEqual([
        { payload: { caseId: holder.caseId, attempt: 1, credentialId: expect.any(String) } },
      ]);
      expect((await factsOf(db.database, holder.caseId)).state).toBe('completed');
      await expect(stage.signIn.current(secret)).rejects.toMatchObject({ code: 'unauthenticated' });
      const refused = stage.signIn.finish(authenticator.get(await stage.signIn.options(SOURCE)));
      await expect(refused).rejects.toMatchObject({ code: 'assertion_refused' });
    },
  );

  it('shown for new options from another browser freezes as well; from the bound one it is only refused', async () => {
    const holder = await seed();
    await register(holder, await make(holder));
    await expect(stage.options.create(holder, SOURCE)).rejects.toMatchObject({ code: 'token_not_redeemable' });
    expect(await frozenAt(holder.caseId)).toBeNull();
    await expect(stage.options.create({ ...holder, captureSecret: newSecret() }, SOURCE)).rejects.toMatchObject({
      code: 'token_not_redeemable',
    });
    expect(await frozenAt(holder.caseId)).toBeInstanceOf(Date);
  });
});

describe('a token that cannot be spent', () => {
  /** Whatever makes it dead happens after the passkey was made, so that nothing else is missing. */
  const deaths: [string, (holder: ApprovedCase) => Promise<unknown>][] = [
    [
      'superseded',
      (holder) =>
        db.database.transaction(
          (tx) => tx.run`UPDATE recovery_tokens SET superseded_at = now() WHERE id = ${holder.tokenId}`,
        ),
    ],
    [
      'out of time',
      ({ tokenId }) => db.asOwner('UPDATE recovery_tokens SET expires_at = clock_timestamp() WHERE id = $1', [tokenId]),
    ],
    [
      'of a case out of time',
      (holder) =>
        db.database.transaction(
          (tx) => tx.run`UPDATE recovery_cases SET expires_at = clock_timestamp() WHERE id = ${holder.caseId}`,
        ),
    ],
    [
      'of a disabled account',
      (holder) =>
        db.database.transaction((tx) => tx.run`UPDATE subjects SET status = 'disabled' WHERE id = ${holder.subjectId}`),
    ],
    [
      'of a browser whose capture was superseded by another one, since approved',
      (holder) =>
        db.database.transaction(async (tx) => {
          await tx.run`UPDATE recovery_cases SET attempt = 2 WHERE id = ${holder.caseId}`;
          await tx.run`INSERT INTO capture_bindings (case_id, attempt, cookie_digest)
            VALUES (${holder.caseId}, 2, ${ring.digest('token', newSecret())})`;
        }),
    ],
    [
      'of an attempt that no browser is bound to',
      (holder) =>
        db.database.transaction((tx) => tx.run`UPDATE recovery_cases SET attempt = 2 WHERE id = ${holder.caseId}`),
    ],
    ...TERMINAL_STATES.map((state): [string, (holder: ApprovedCase) => Promise<unknown>] => [
      `of a case that is ${state}`,
      (holder) =>
        db.database.transaction(
          (tx) =>
            tx.run`UPDATE recovery_cases SET state = ${state}, closed_at = clock_timestamp() WHERE id = ${holder.caseId}`,
        ),
    ]),
    ...(['awaiting_evidence', 'verifying', 'adjudicating', 'in_review', 'held'] as const).map(
      (state): [string, (holder: ApprovedCase) => Promise<unknown>] => [
        `of a case that is ${state}`,
        (holder) =>
          db.database.transaction(
            (tx) => tx.run`UPDATE recovery_cases SET state = ${state} WHERE id = ${holder.caseId}`,
          ),
      ],
    ),
  ];

  it.each(deaths)('because it is %s: 410 and no effect (T13)', async (_name, die) => {
    const holder = await seed();
    const credential = await make(holder);
    await die(holder);
    expect(await answerOf(register(holder, credential))).toEqual(GONE);
    expect(await answerOf(register(holder, credential, { captureSecret: undefined }))).toEqual(GONE);
    expect(await answerOf(stage.options.create(holder, SOURCE))).toEqual(GONE);
    expect(await factsOf(db.database, holder.caseId)).toMatchObject(UNTOUCHED);
  });

  it.each([
    ['unknown', () => newSecret()],
    ['empty', () => ''],
    ['cut', (token: string) => token.slice(0, -1)],
    ['padded', (token: string) => `${token}=`],
    ['spelt another way', (token: string) => token.slice(0, -1) + String.fromCharCode(token.charCodeAt(42) + 1)],
    ['in standard base64', (token: string) => `+/${token.slice(2)}`],
  ])('because it is %s: 410 (T27)', async (_name, change) => {
    const holder = await seed();
    const credential = await make(holder);
    expect(await answerOf(register({ ...holder, token: change(holder.token) }, credential))).toEqual(GONE);
    expect(await factsOf(db.database, holder.caseId)).toMatchObject(UNTOUCHED);
  });

  it('in another browser while it lives: 410, logged, and still good in its own', async () => {
    const holder = await seed();
    const credential = await make(holder);
    expect(await answerOf(register({ ...holder, captureSecret: newSecret() }, credential))).toEqual(GONE);
    expect(await auditOf(db.database, holder.caseId)).toEqual(['token.refused']);
    await expect(register(holder, credential)).resolves.toMatchObject({ replayed: false });
  });
});

describe('freezing', () => {
  it('does nothing where there is no passkey, and stops the one a case led to', async () => {
    const holder = await seed();
    const freeze = () =>
      db.database.transaction((tx) =>
        stage.freezes.freezeCredentialOfCase(tx, holder.caseId, { kind: 'applicant', id: 'notice' }),
      );
    expect(await freeze()).toBe(false);
    await register(holder, await make(holder));
    expect(await freeze()).toBe(true);
    expect(await freeze()).toBe(false);
  });
});
