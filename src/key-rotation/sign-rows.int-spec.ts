import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { BrowserStub, codeOf } from '../../test/model/browser-stub.js';
import { buildCore, type Core } from '../../test/model/core-stage.js';
import { auditOf, seedApprovedCase, type ApprovedCase } from '../../test/support/approved-case.js';
import { secretOf } from '../../test/support/case-desk.js';
import {
  buildPasskeyStage,
  makePasskey,
  registerPasskey,
  type PasskeyStage,
} from '../../test/support/passkey-stage.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { ReviewVotes } from '../adjudication/review-votes.js';
import { appendAudit } from '../audit-trail/append.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { AuditVerifier } from '../audit-trail/verification.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import type { Transaction } from '../platform/database/transaction.js';
import { newId } from '../platform/ids/ids.js';
import { sayYes, secondPeople } from '../recovery-case/second-people.js';
import { GivenCodes } from '../recovery-codes/given-codes.js';
import { ApiKeys } from '../staff-access/api-keys.js';
import { StaffTokens } from '../staff-access/staff-tokens.js';
import { StaffSessions } from '../staff-session/staff-sessions.js';
import { signRowsOutcome } from './key-commands.js';
import type { SignedRowsReport } from './sign-rows.js';

const content = KeyRing.generate();
const ring = new KeyRing(content);
let test: TestDatabase;
let directory: string;
let core: Core;
let stage: PasskeyStage;
let staff: StaffSessions;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'regain-sign-rows-'));
  writeFileSync(join(directory, 'keyring.json'), JSON.stringify(content), { mode: 0o600 });
  test = await openTestDatabase({ ring });
  core = buildCore(test.database, { ring });
  stage = buildPasskeyStage(test.database, ring);
  staff = new StaffSessions(ring, core.clock);
});
afterAll(async () => {
  await test.close();
  rmSync(directory, { recursive: true, force: true });
});

const change = <Result>(work: (tx: Transaction) => Promise<Result>) => test.database.transaction(work);
const signRows = async ({ anyway = false } = {}): Promise<SignedRowsReport & { exitCode: number }> => {
  const config = { DATABASE_URL: test.appUrl, KEYRING_FILE: join(directory, 'keyring.json') };
  const { lines, exitCode } = await signRowsOutcome(config, { ownerUrl: test.ownerUrl, anyway });
  return { ...(JSON.parse(lines.join('')) as SignedRowsReport), exitCode };
};
const TABLES = [
  'recovery_links',
  'flow_sessions',
  'capture_bindings',
  'recovery_tokens',
  'relying_party_sessions',
  'staff_sessions',
  'credentials',
  'api_keys',
  'review_votes',
  'case_authorizations',
  'authorizations_renewed',
  'given_recovery_codes',
  'codes_given_anew',
];
/** What each of these counts for. */
const SAID = { given: 2, approvals: 1, codes: { savedCode: true, issuedCode: false } };
const WORKS = { found: Array<boolean>(8).fill(true), said: SAID };
const WORKS_NOT = {
  found: Array<boolean>(8).fill(false),
  said: { given: 0, approvals: 0, codes: { savedCode: false, issuedCode: false } },
};
const NOTHING_LEFT = { passkeys: 0, apiKeys: 0, policies: 0 };
/** As it is right after the upgrade of a database that an earlier build has written. */
async function asBefore(): Promise<void> {
  for (const table of TABLES) await test.asOwner(`UPDATE ${table} SET mac = NULL`);
  await test.asOwner('DELETE FROM rows_signed');
  // Those that it gave anew after the migration have no number.
  await test.asOwner('UPDATE authorizations_renewed SET nth = NULL');
}

async function approved(): Promise<ApprovedCase> {
  const seeded = await seedApprovedCase(test.database, ring);
  const { caseId: chainId, tokenId } = seeded;
  await change((tx) => appendAudit(tx, { chainId, type: 'token.issued', actor: SYSTEM, data: { tokenId } }));
  return seeded;
}

/** One of each, and whether the service still takes it. */
async function oneOfEach() {
  const [holder, other] = [await approved(), await approved()];
  const { caseId, token, captureSecret } = holder;
  const { passkey } = await registerPasskey(stage, other, { credential: await makePasskey(stage, other) });
  const browser = new BrowserStub();
  const given = new GivenCodes();
  const votes = new ReviewVotes(core.keys, core.subjects);
  const { key } = await new ApiKeys(test.database, ring, core.clock).make({
    name: 'x',
    scopes: ['cases:write', 'cases:read'],
  });
  const bearers = new StaffTokens(core.config, test.database, ring, {} as never);
  const counts = await change(async (tx) => {
    const link = secretOf(await core.links.issue(tx, { caseId, ttlSeconds: 600, actor: SYSTEM }));
    const { secret: page } = await core.flows.open(tx, { caseId, language: 'en' });
    const captureDigest = await core.captures.bind(tx, { caseId, attempt: 2, ...browser.exchange });
    const { secret: signIn } = await stage.sessions.open(tx, { subjectId: other.subjectId, credentialId: passkey.id });
    const claims = { sub: 'rita', accounts: ['rita'], roles: [] };
    for (let times = 0; times < 2; times += 1) {
      await sayYes(tx, { caseId, by: 'ines' });
      await given.record(tx, { caseId, method: 'saved', captureDigest });
    }
    await sayYes(tx, { caseId, by: 'ivo' });
    const vote = { outcome: 'approve', reasonCode: 'same_person' } as const;
    await votes.add(tx, { caseId, attempt: 1, reviewer: 'rosa', ...vote });
    const actor = { kind: 'person', id: 'rosa' } as const;
    await appendAudit(tx, { chainId: caseId, type: 'review.voted', actor, data: { attempt: 1, outcome: 'approve' } });
    const atConsole = await staff.open(tx, { claims, expiresAt: new Date(Date.now() + 3_600_000) });
    return () =>
      change(async (later) => {
        const credentialId = Buffer.from(passkey.credentialId, 'base64url');
        const found = [
          await core.links.find(later, link),
          await core.flows.touch(later, page),
          (await core.captures.boundBrowser(later, { caseId, attempt: 2, request: browser.request })) ===
            'this_browser',
          await stage.tokens.find(later, { token, captureSecret }),
          await stage.sessions.find(later, signIn),
          await staff.touch(later, atConsole.secret),
          (await stage.passkeys.findUsable(later, credentialId))?.ours,
          (await codeOf(bearers.principal(key))) === 'done',
        ];
        const whose = { id: caseId, attempt: 1, openedBy: 'agent', openedByKind: 'api_key' as const };
        const said = {
          given: (await secondPeople(later, whose)).given,
          approvals: await votes.approvals(later, { ...whose, subjectId: holder.subjectId }),
          codes: await given.ofBrowser(later, { caseId, digests: [captureDigest] }),
        };
        return { found: found.map(Boolean), said };
      });
  });
  await test.asOwner(
    "UPDATE case_authorizations SET authorized_at = now() - interval '1 hour' WHERE authorized_by = 'ines'",
  );
  return counts;
}
const verified = () => new AuditVerifier(test.database, ring).verify();

describe('regain keys sign-rows', () => {
  it('keeps what an earlier build wrote working, and believes nothing without a MAC from then on', async () => {
    const works = await oneOfEach();
    await asBefore();
    expect(await works()).toEqual(WORKS);
    expect(await new AuditVerifier(test.database, ring).verify()).toMatchObject({ intact: true });
    const many = ['capture_bindings', 'recovery_tokens', 'case_authorizations'];
    const ofTables = TABLES.map((table) => [table, many.includes(table) ? expect.any(Number) : 1]);
    const signed = { ...Object.fromEntries(ofTables), policies: 0, policy_changes: 0 };
    expect(await signRows()).toEqual({ before: false, signed, leftOut: NOTHING_LEFT, exitCode: 0 });
    expect(await works()).toEqual(WORKS);
    expect(await new AuditVerifier(test.database, ring).verify()).toMatchObject({ intact: true });
    expect(await auditOf(test.database, 'key-ring')).toEqual(['keys.rows_signed']);
    for (const table of TABLES) await test.asOwner(`UPDATE ${table} SET mac = NULL`);
    expect(await works()).toEqual(WORKS_NOT);
    expect(await signRows()).toEqual({
      before: true,
      signed: {},
      leftOut: { passkeys: 1, apiKeys: 1, policies: 0 },
      exitCode: 2,
    });
    expect(await works()).toEqual(WORKS_NOT);
    // An earlier build ran once more.
    expect(await signRows({ anyway: true })).toMatchObject({
      before: false,
      leftOut: NOTHING_LEFT,
      exitCode: 0,
    });
    expect(await works()).toEqual(WORKS);
  });

  it('T14 T106: signs no passkey of which the trail says nothing, and nothing at all before somebody has looked', async () => {
    await asBefore();
    const { subjectId } = await approved();
    const id = newId('pk', new Date());
    await change(
      (
        tx,
      ) => tx.run`INSERT INTO credentials (id, subject_id, credential_id, public_key, user_handle, aaguid, device_type, backed_up)
        VALUES (${id}, ${subjectId}, '\\x02', '\\x02', '\\x02', 'none', 'singleDevice', false)`,
    );
    const unsigned = () =>
      change((tx) => tx.many<{ id: string }>`SELECT id FROM credentials WHERE mac IS NULL ORDER BY id`);
    const before = await unsigned();
    expect(before).toContainEqual({ id });
    await expect(signRows()).rejects.toThrow('passkey_unrecorded');
    expect(await unsigned()).toEqual(before);
    expect(await signRows({ anyway: true })).toMatchObject({
      leftOut: { passkeys: 1, apiKeys: 0, policies: 0 },
      exitCode: 2,
    });
    expect(await unsigned()).toEqual([{ id }]);
    expect(await change((tx) => stage.passkeys.findUsable(tx, Buffer.from([2])))).toMatchObject({ ours: false });
  });

  it('signs what can still be read of a case that has ended', async () => {
    const { caseId } = await approved();
    const { page, link } = await change(async (tx) => ({
      link: secretOf(await core.links.issue(tx, { caseId, ttlSeconds: 600, actor: SYSTEM })),
      page: (await core.flows.open(tx, { caseId, language: 'en' })).secret,
    }));
    await test.asOwner("UPDATE recovery_cases SET state = 'cancelled', closed_at = now() WHERE id = $1", [caseId]);
    await asBefore();
    await signRows({ anyway: true });
    expect(await change((tx) => core.links.find(tx, link))).toBeDefined();
    expect(await change((tx) => core.flows.touch(tx, page))).toBeDefined();
  });

  it('T14: signs nothing while rows of the trail need no MAC, and says what comes first', async () => {
    await asBefore();
    const verification = await verified();
    const spy = jest.spyOn(AuditVerifier.prototype, 'verify');
    spy.mockResolvedValueOnce({ ...verification, intact: true, macsAfterCheckpoint: null });
    await expect(signRows()).rejects.toThrow('regain audit require-macs');
    spy.mockRestore();
    expect(await change((tx) => tx.many`SELECT id FROM credentials WHERE mac IS NOT NULL`)).toEqual([]);
  });

  it('T14 T24: signs nothing that somebody adds while the trail is verified', async () => {
    await asBefore();
    const { caseId } = await approved();
    await change((tx) => core.links.killAll(tx, caseId));
    const verification = await verified();
    const spy = jest.spyOn(AuditVerifier.prototype, 'verify').mockImplementationOnce(async () => {
      await change(
        (tx) => tx.run`INSERT INTO recovery_links (id, case_id, token_digest, expires_at)
        VALUES ('lnk_late', ${caseId}, '\\x01', now() + interval '1 hour')`,
      );
      return verification;
    });
    await signRows({ anyway: true });
    spy.mockRestore();
    expect(
      await change((tx) => tx.one<{ mac: Buffer | null }>`SELECT mac FROM recovery_links WHERE id = 'lnk_late'`),
    ).toEqual({
      mac: null,
    });
    await change((tx) => core.links.killAll(tx, caseId));
  });

  it('T17: signs no API key of which the trail says nothing, or other rights', async () => {
    const keys = new ApiKeys(test.database, ring, core.clock);
    const { id: more } = await keys.make({ name: 'more', scopes: ['cases:read'] });
    await asBefore();
    await change(async (tx) => {
      await tx.run`INSERT INTO api_keys (id, key_digest, name, scopes) VALUES ('key_x', '\\x01', 'x', '{cases:read}')`;
      await tx.run`UPDATE api_keys SET scopes = '{cases:read,cases:write}' WHERE id = ${more}`;
    });
    expect(await signRows({ anyway: true })).toMatchObject({ leftOut: { apiKeys: 2 }, exitCode: 2 });
    expect(
      await change((tx) => tx.many<{ id: string }>`SELECT id FROM api_keys WHERE mac IS NULL ORDER BY id = 'key_x'`),
    ).toEqual([{ id: more }, { id: 'key_x' }]);
  });
});
