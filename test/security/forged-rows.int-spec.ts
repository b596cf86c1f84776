import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { appendAudit } from '../../src/audit-trail/append.js';
import { SYSTEM } from '../../src/audit-trail/audit-event-types.js';
import { AuditVerifier } from '../../src/audit-trail/verification.js';
import { ReviewVotes } from '../../src/adjudication/review-votes.js';
import { CAPTURE_COOKIE } from '../../src/flow-session/cookies.js';
import { bringGivenRows } from '../../src/flow-session/given-code-rows.js';
import { Sessions } from '../../src/passkey-registration/sessions.js';
import { AssertionCredential } from '../../src/passkey-registration/webauthn.schemas.js';
import { SystemClock } from '../../src/platform/clock/clock.js';
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import type { Transaction } from '../../src/platform/database/transaction.js';
import { newId } from '../../src/platform/ids/ids.js';
import { saidYes, sayYes, secondPeople } from '../../src/recovery-case/second-people.js';
import { GivenCodes } from '../../src/recovery-codes/given-codes.js';
import { SavedCodes } from '../../src/recovery-codes/saved-codes.js';
import { ApiKeys } from '../../src/staff-access/api-keys.js';
import { StaffTokens } from '../../src/staff-access/staff-tokens.js';
import { StaffSessions } from '../../src/staff-session/staff-sessions.js';
import { BrowserStub, codeOf } from '../model/browser-stub.js';
import { buildCore, type Core } from '../model/core-stage.js';
import { seedApprovedCase, type ApprovedCase } from '../support/approved-case.js';
import { secretOf } from '../support/case-desk.js';
import {
  answerOf,
  buildPasskeyStage,
  makePasskey,
  registerPasskey,
  TEST_ORIGIN,
  TEST_SOURCE,
  type PasskeyStage,
} from '../support/passkey-stage.js';
import { SoftwareAuthenticator } from '../support/software-authenticator.js';
import { openTestDatabase, type TestDatabase } from '../support/test-database.js';

const ring = new KeyRing(KeyRing.generate());
const CLAIMS = { sub: 'rita', accounts: ['rita'], roles: ['reviewer'] };
const HOUR_MS = 3_600_000;
const staff = new StaffSessions(ring, new SystemClock());

let test: TestDatabase;
/** Somebody with the service's own database role, and without its key ring. */
let insider: pg.Client;
let core: Core;
let stage: PasskeyStage;
let own: ApprovedCase;
let victim: ApprovedCase & { passkeyId: string };

beforeAll(async () => {
  test = await openTestDatabase({ ring });
  insider = new pg.Client({ connectionString: test.appUrl, options: '-c search_path=regain' });
  await insider.connect();
  core = buildCore(test.database, { ring });
  stage = buildPasskeyStage(test.database, ring);
  own = await approved();
  const holder = await approved();
  const { passkey } = await registerPasskey(stage, holder, { credential: await makePasskey(stage, holder) });
  victim = { ...(await seedApprovedCase(test.database, ring, holder)), passkeyId: passkey.id };
});
afterAll(async () => {
  await insider.end();
  await test.close();
});

const change = <Result>(work: (tx: Transaction) => Promise<Result>) => test.database.transaction(work);
/** A case with a token of which the trail speaks. */
async function approved(): Promise<ApprovedCase> {
  const seeded = await seedApprovedCase(test.database, ring);
  const { caseId: chainId, tokenId } = seeded;
  await change((tx) => appendAudit(tx, { chainId, type: 'token.issued', actor: SYSTEM, data: { tokenId } }));
  return seeded;
}
const tried = async (sql: string, values: readonly unknown[] = []): Promise<string> =>
  insider.query(sql, [...values]).then(
    () => 'done',
    (error: unknown) => (error as { code: string }).code,
  );
const firstFault = async () => (await new AuditVerifier(test.database, ring).verify()).firstFault;

interface Known {
  secret: string;
  /** As the service has stored it, with the MAC of that row. */
  digest: Buffer;
  mac: Buffer;
}
let attempt = 100;
/** A secret that the insider knows, and what the service made of it: that of the browser they took their own pictures with. */
async function known(): Promise<Known> {
  const browser = new BrowserStub();
  attempt += 1;
  const digest = await change((tx) => core.captures.bind(tx, { caseId: own.caseId, attempt, ...browser.exchange }));
  const { rows } = await insider.query<{ mac: Buffer }>('SELECT mac FROM capture_bindings WHERE cookie_digest = $1', [
    digest,
  ]);
  return { secret: browser.cookies[CAPTURE_COOKIE] ?? '', digest, mac: rows[0]?.mac ?? Buffer.alloc(0) };
}

/** Adds a row, and says whether the service lets the insider's secret in by it. */
type Forgery = (known: Known, mac: Buffer | null) => Promise<boolean>;
const FORGERIES: Record<string, Forgery> = {
  async 'a link of somebody’s case'({ secret, digest }, mac) {
    await insider.query('UPDATE recovery_links SET dead_at = now() WHERE case_id = $1', [victim.caseId]);
    await insider.query(
      "INSERT INTO recovery_links (id, case_id, token_digest, expires_at, mac) VALUES ($1, $2, $3, now() + interval '1 hour', $4)",
      [newId('lnk', new Date()), victim.caseId, digest, mac],
    );
    return (await change((tx) => core.links.find(tx, secret))) !== undefined;
  },
  async 'a page session of somebody’s case'({ secret, digest }, mac) {
    await insider.query(
      "INSERT INTO flow_sessions (id, case_id, cookie_digest, language, mac) VALUES ($1, $2, $3, 'en', $4)",
      [newId('fs', new Date()), victim.caseId, digest, mac],
    );
    return (await change((tx) => core.flows.touch(tx, secret))) !== undefined;
  },
  async 'the browser that takes somebody’s pictures'({ secret, digest }, mac) {
    attempt += 1;
    const place = { caseId: victim.caseId, attempt, request: new BrowserStub().request };
    place.request.cookies[CAPTURE_COOKIE] = secret;
    await insider.query('INSERT INTO capture_bindings (case_id, attempt, cookie_digest, mac) VALUES ($1, $2, $3, $4)', [
      victim.caseId,
      attempt,
      digest,
      mac,
    ]);
    const required = await codeOf(change((tx) => core.captures.require(tx, place)));
    expect(await change((tx) => core.captures.boundBrowser(tx, place))).toBe('another_browser');
    return required !== 'capture_binding_missing';
  },
  async 'a recovery token of somebody’s case'({ secret, digest }, mac) {
    await insider.query(
      'UPDATE recovery_tokens SET superseded_at = now() WHERE case_id = $1 AND superseded_at IS NULL',
      [victim.caseId],
    );
    await insider.query(
      `INSERT INTO recovery_tokens (id, case_id, subject_id, token_digest, purpose, mode, door, capture_digest, expires_at, mac)
        VALUES ($1, $2, $3, $4, 'registration', 'production', 'own', $4, now() + interval '10 minutes', $5)`,
      [newId('tok', new Date()), victim.caseId, victim.subjectId, digest, mac],
    );
    const presentation = { token: secret, captureSecret: secret };
    return (await change((tx) => stage.tokens.find(tx, presentation))) !== undefined;
  },
  async 'a sign-in of somebody'({ secret, digest }, mac) {
    await insider.query(
      `INSERT INTO relying_party_sessions (id, subject_id, credential_id, cookie_digest, expires_at, mac)
        VALUES ($1, $2, $3, $4, now() + interval '8 hours', $5)`,
      [newId('ses', new Date()), victim.subjectId, victim.passkeyId, digest, mac],
    );
    return (await change((tx) => stage.sessions.find(tx, secret))) !== undefined;
  },
  async 'a colleague at the console, whose session was over'({ secret, digest }, mac) {
    const { sessionId } = await change((tx) =>
      staff.open(tx, { claims: CLAIMS, expiresAt: new Date(Date.now() + HOUR_MS) }),
    );
    await test.asOwner(
      "UPDATE staff_sessions SET created_at = now() - interval '13 hours', expires_at = now() - interval '6 hours' WHERE id = $1",
      [sessionId],
    );
    const { rows } = await insider.query<{ claims: Buffer }>(
      'DELETE FROM staff_sessions WHERE id = $1 RETURNING claims_sealed AS claims',
      [sessionId],
    );
    await insider.query(
      "INSERT INTO staff_sessions (id, cookie_digest, claims_sealed, expires_at, mac) VALUES ($1, $2, $3, now() + interval '1 hour', $4)",
      [sessionId, digest, rows[0]?.claims, mac],
    );
    return (await test.database.write((tx) => staff.touch(tx, secret))) !== undefined;
  },
};

describe('whoever has the service’s database role and not its key ring', () => {
  it.each(Object.entries(FORGERIES))('T24 T17: lets themselves in by no row they add: %s', async (_what, forge) => {
    expect(await forge(await known(), null)).toBe(false);
    const copied = await known();
    expect(await forge(copied, copied.mac)).toBe(false);
  });

  it('T24: adds none that is not named', async () => {
    expect(await firstFault()).toMatchObject({ kind: 'access_unsigned', seq: 0 });
  });

  it('T14 T106: signs in by no passkey that the service has not stored for this account, which is told once and named', async () => {
    const holder = await approved();
    const authenticator = new SoftwareAuthenticator({ origin: TEST_ORIGIN });
    const { passkey } = await registerPasskey(stage, holder, {
      credential: await makePasskey(stage, holder, { authenticator }),
    });
    const signIn = async () =>
      answerOf(
        stage.signIn.finish(AssertionCredential.parse(authenticator.get(await stage.signIn.options(TEST_SOURCE)))),
      );
    const told = async () =>
      (await stage.metrics.securityEvents.get()).values.find(({ labels }) => labels.type === 'passkey_not_ours')
        ?.value ?? 0;
    expect([await signIn(), await told()]).toEqual([{ status: 201 }, 0]);
    const becomes = (column: string, value: unknown) =>
      test.asOwner(`UPDATE credentials SET ${column} = $1 WHERE id = $2`, [value, passkey.id]);
    const refused = { status: 401, code: 'assertion_refused' };
    // As a row would be that somebody adds for another account with a key of their own.
    await becomes('subject_id', victim.subjectId);
    expect([await signIn(), await signIn(), await told()]).toEqual([refused, refused, 1]);
    expect(await firstFault()).toEqual({
      kind: 'passkey_unsigned',
      chainId: holder.caseId,
      seq: 0,
      eventId: passkey.id,
    });
    await becomes('mac', null);
    expect(await signIn()).toEqual(refused);
    await becomes('subject_id', holder.subjectId);
    expect(await signIn()).toEqual(refused);
  });

  it('T60: changes nothing of a sign-in, a link or an API key, and brings none back that has ended', async () => {
    for (const sql of [
      'relying_party_sessions SET cookie_digest = cookie_digest',
      'relying_party_sessions SET expires_at = expires_at',
      'staff_sessions SET cookie_digest = cookie_digest',
      'recovery_links SET token_digest = token_digest',
      'relying_party_sessions SET mac = mac',
      'capture_bindings SET mac = mac',
    ])
      expect([sql, await tried(`UPDATE ${sql}`)]).toEqual([sql, '42501']);
    const { secret } = await change((tx) =>
      stage.sessions.open(tx, { subjectId: victim.subjectId, credentialId: victim.passkeyId }),
    );
    const digest = ring.digest('token', secret);
    expect(await change((tx) => stage.sessions.find(tx, secret))).toBeDefined();
    const remove = 'DELETE FROM relying_party_sessions WHERE cookie_digest = $1';
    expect(await tried(remove, [digest])).toBe('RG006');
    await change((tx) => stage.sessions.end(tx, secret));
    expect(await tried(remove, [digest])).toBe('RG006');
    expect(await tried('UPDATE relying_party_sessions SET ended_at = NULL WHERE cookie_digest = $1', [digest])).toBe(
      'RG006',
    );
    await insider.query(
      "INSERT INTO api_keys (id, key_digest, name, scopes, revoked_at) VALUES ('key_x', '\\x01', 'x', '{}', now())",
    );
    expect(await tried("UPDATE api_keys SET revoked_at = NULL WHERE id = 'key_x'")).toBe('RG006');
  });

  it('T17: gives an API key of their own no more rights', async () => {
    const { id, key } = await new ApiKeys(test.database, ring, new SystemClock()).make({
      name: 'x',
      scopes: ['cases:read'],
    });
    const bearer = new StaffTokens(core.config, test.database, ring, {
      send: () => Promise.reject(new Error('no')),
    } as never);
    const scopes = async () => codeOf(bearer.principal(key));
    expect(await scopes()).toBe('done');
    await insider.query("UPDATE api_keys SET scopes = '{cases:read,cases:write}' WHERE id = $1", [id]);
    expect(await scopes()).toBe('unauthenticated');
    await test.asOwner('UPDATE api_keys SET mac = NULL WHERE id = $1', [id]);
    expect(await scopes()).toBe('unauthenticated');
  });

  it('T60: makes no sign-in last longer by putting its row back with other times', async () => {
    const { subjectId, passkeyId: credentialId } = victim;
    const early = new Sessions(ring, { now: () => new Date(Date.now() - 9 * HOUR_MS) });
    const { secret } = await change((tx) => early.open(tx, { subjectId, credentialId }));
    expect(await change((tx) => early.find(tx, secret))).toBeDefined();
    expect(await change((tx) => stage.sessions.find(tx, secret))).toBeUndefined();
    const earlier = new StaffSessions(ring, { now: () => new Date(Date.now() - 9 * HOUR_MS) });
    const opened = await change((tx) =>
      earlier.open(tx, { claims: CLAIMS, expiresAt: new Date(Date.now() + HOUR_MS) }),
    );
    expect(await test.database.write((tx) => earlier.touch(tx, opened.secret))).toBeDefined();
    expect(await test.database.write((tx) => staff.touch(tx, opened.secret))).toBeUndefined();
  });
});

describe('what an approval rests on', () => {
  const whose = () => ({ id: victim.caseId, attempt: 1, openedBy: 'agent', openedByKind: 'person' as const });
  const insert = (table: string, values: Readonly<Record<string, unknown>>) => {
    const names = Object.keys(values);
    const places = names.map((_name, index) => `$${index + 1}`);
    return insider.query(
      `INSERT INTO ${table} (${names.join(', ')}) VALUES (${places.join(', ')})`,
      Object.values(values),
    );
  };
  const macOf = async (from: string): Promise<unknown> =>
    (await insider.query<{ mac: Buffer }>(`SELECT mac FROM ${from}`)).rows[0]?.mac;

  it('T49: counts no second person that somebody else than the service wrote down, nor one’s earlier yes once more', async () => {
    const given = async () => (await change((tx) => secondPeople(tx, whose()))).given;
    const yes = { case_id: victim.caseId, authorized_by: 'mallory' };
    await insert('case_authorizations', yes);
    expect(await given()).toBe(0);
    const isSaid = () => change((tx) => saidYes(tx, { caseId: victim.caseId, by: 'mallory' }));
    expect(await isSaid()).toBe(false);
    // Whose name was used gives their own all the same, whatever number somebody has put there.
    await insert('authorizations_renewed', { ...yes, nth: 2 });
    await insert('authorizations_renewed', { ...yes, nth: 3 });
    await change((tx) => sayYes(tx, { caseId: victim.caseId, by: 'mallory' }));
    expect([await given(), await isSaid()]).toEqual([1, true]);
    await test.asOwner("DELETE FROM authorizations_renewed WHERE authorized_by = 'mallory'");
    await change((tx) => sayYes(tx, { caseId: own.caseId, by: 'ines' }));
    const mac = await macOf("case_authorizations WHERE authorized_by = 'ines'");
    await insert('case_authorizations', { ...yes, authorized_by: 'ines', mac });
    expect(await given()).toBe(0);
    await change((tx) => sayYes(tx, { caseId: victim.caseId, by: 'ines' }));
    expect(await given()).toBe(1);
    await test.asOwner("UPDATE authorizations_renewed SET authorized_at = now() - interval '1 hour'");
    const replayed = { ...yes, authorized_by: 'ines', mac: await macOf('authorizations_renewed') };
    await insert('authorizations_renewed', { ...replayed, nth: 2 });
    await insert('authorizations_renewed', { ...replayed, nth: null });
    await expect(insert('authorizations_renewed', { ...replayed, nth: 1 })).rejects.toMatchObject({ code: '23505' });
    expect((await change((tx) => secondPeople(tx, { ...whose(), openedByKind: 'api_key' }))).given).toBe(0);
  });

  it('T49: counts no vote that somebody else than the service wrote down', async () => {
    const votes = new ReviewVotes(core.keys, core.subjects);
    const approvals = () => change((tx) => votes.approvals(tx, { ...whose(), subjectId: victim.subjectId }));
    const vote = {
      case_id: victim.caseId,
      attempt: 1,
      reviewer: 'mallory',
      outcome: 'approve',
      reason_code: 'same_person',
    };
    await insert('review_votes', vote);
    expect(await approvals()).toBe(0);
    const { caseId } = victim;
    await change((tx) =>
      votes.add(tx, { caseId, attempt: 1, reviewer: 'rosa', outcome: 'approve', reasonCode: 'same_person' }),
    );
    expect(await approvals()).toBe(1);
    await insert('review_votes', {
      ...vote,
      reviewer: 'eve',
      mac: await macOf("review_votes WHERE reviewer = 'rosa'"),
    });
    expect(await approvals()).toBe(1);
  });

  it('T61: counts no code that nobody gave, and no replaced one anew', async () => {
    const { digest } = await known();
    const given = new GivenCodes();
    const { caseId } = victim;
    const counted = () => change((tx) => given.ofBrowser(tx, { caseId, digests: [digest] }));
    const row = { case_id: caseId, method: 'issued', capture_digest: digest };
    await insert('given_recovery_codes', row);
    await change((tx) => given.record(tx, { caseId: own.caseId, method: 'saved', captureDigest: digest }));
    const mac = await macOf("given_recovery_codes WHERE method = 'saved'");
    await insert('given_recovery_codes', { ...row, method: 'saved', mac });
    expect(await counted()).toEqual({ savedCode: false, issuedCode: false });
    const other = (await known()).digest;
    const countedHere = () => change((tx) => given.ofBrowser(tx, { caseId, digests: [other] }));
    await change((tx) => given.record(tx, { caseId, method: 'saved', captureDigest: other }));
    expect(await countedHere()).toEqual({ savedCode: true, issuedCode: false });
    await change((tx) => new SavedCodes(ring, core.clock).replace(tx, victim.subjectId));
    await insert('codes_given_anew', { ...row, method: 'saved', capture_digest: other, nth: 1, mac });
    expect(await countedHere()).toEqual({ savedCode: false, issuedCode: false });
    // Nor are they brought along to another secret of the browser.
    await change((tx) => bringGivenRows(tx, { caseId, before: [digest, other], now: Buffer.from('new') }));
    const brought = await change((tx) => given.ofBrowser(tx, { caseId, digests: [Buffer.from('new')] }));
    expect(brought).toEqual({ savedCode: false, issuedCode: false });
  });
});

describe('what an earlier build wrote, without a MAC', () => {
  it('opens what it opened, until an operator says that none of them runs; another one’s MAC never does', async () => {
    const link = await change((tx) => core.links.issue(tx, { caseId: own.caseId, ttlSeconds: 600, actor: SYSTEM }));
    const found = () => change((tx) => core.links.find(tx, secretOf(link)));
    expect(await found()).toMatchObject({ usable: true });
    await test.asOwner('UPDATE recovery_links SET mac = NULL WHERE case_id = $1', [own.caseId]);
    expect(await found()).toBeUndefined();
    await test.asOwner('DELETE FROM rows_signed');
    expect(await found()).toMatchObject({ usable: true });
    await test.asOwner("UPDATE recovery_links SET mac = '\\x6b312e00' WHERE case_id = $1", [own.caseId]);
    expect(await found()).toBeUndefined();
  });
});
