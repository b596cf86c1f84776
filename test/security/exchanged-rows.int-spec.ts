import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { SYSTEM } from '../../src/audit-trail/audit-event-types.js';
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import type { Transaction } from '../../src/platform/database/transaction.js';
import { StaffSessions } from '../../src/staff-session/staff-sessions.js';
import { BrowserStub } from '../model/browser-stub.js';
import { buildCore } from '../model/core-stage.js';
import { seedApprovedCase } from '../support/approved-case.js';
import { secretOf } from '../support/case-desk.js';
import { buildPasskeyStage, makePasskey, registerPasskey } from '../support/passkey-stage.js';
import { openTestDatabase, type TestDatabase } from '../support/test-database.js';

const ring = new KeyRing(KeyRing.generate());
let test: TestDatabase;
let owner: pg.Client;
/** Which row of each table it is about. */
let mine: Record<string, string>;
/** Whether the service takes each for what it is. */
let taken: Record<string, (tx: Transaction) => Promise<boolean>>;
/** Whose it would be after an exchange. */
let others: Record<'case' | 'subject' | 'credential', string>;

beforeAll(async () => {
  test = await openTestDatabase({ ring });
  owner = new pg.Client({ connectionString: test.ownerUrl, options: '-c search_path=regain' });
  await owner.connect();
  const core = buildCore(test.database, { ring });
  const stage = buildPasskeyStage(test.database, ring);
  const staff = new StaffSessions(ring, core.clock);
  const [holder, person, second] = [
    await seedApprovedCase(test.database, ring),
    await seedApprovedCase(test.database, ring),
    await seedApprovedCase(test.database, ring),
  ];
  const { passkey } = await registerPasskey(stage, person, { credential: await makePasskey(stage, person) });
  const { passkey: another } = await registerPasskey(stage, second, { credential: await makePasskey(stage, second) });
  others = { case: second.caseId, subject: second.subjectId, credential: another.id };
  const ofCase = `case_id = '${holder.caseId}'`;
  mine = {
    recovery_links: ofCase,
    flow_sessions: ofCase,
    capture_bindings: `${ofCase} AND attempt = 2`,
    recovery_tokens: ofCase,
    relying_party_sessions: 'true',
    staff_sessions: 'true',
    credentials: `id = '${passkey.id}'`,
  };
  const browser = new BrowserStub();
  const { caseId, token, captureSecret } = holder;
  const claims = { sub: 'rita', accounts: ['rita'], roles: [] };
  const secrets = await test.database.transaction(async (tx) => {
    await core.captures.bind(tx, { caseId, attempt: 2, ...browser.exchange });
    return {
      link: secretOf(await core.links.issue(tx, { caseId, ttlSeconds: 600, actor: SYSTEM })),
      page: (await core.flows.open(tx, { caseId, language: 'en' })).secret,
      signIn: (await stage.sessions.open(tx, { subjectId: person.subjectId, credentialId: passkey.id })).secret,
      atConsole: (await staff.open(tx, { claims, expiresAt: new Date(Date.now() + 600_000) })).secret,
    };
  });
  const bound = (of: string) => (tx: Transaction) =>
    core.captures
      .boundBrowser(tx, { caseId: of, attempt: 2, request: browser.request })
      .then((found) => found === 'this_browser');
  taken = {
    recovery_links: async (tx) => (await core.links.find(tx, secrets.link)) !== undefined,
    flow_sessions: async (tx) => (await core.flows.touch(tx, secrets.page)) !== undefined,
    capture_bindings: async (tx) => (await bound(caseId)(tx)) || (await bound(second.caseId)(tx)),
    recovery_tokens: async (tx) => (await stage.tokens.find(tx, { token, captureSecret })) !== undefined,
    relying_party_sessions: async (tx) => (await stage.sessions.find(tx, secrets.signIn)) !== undefined,
    staff_sessions: async (tx) => (await staff.touch(tx, secrets.atConsole)) !== undefined,
    credentials: async (tx) =>
      (await stage.passkeys.findUsable(tx, Buffer.from(passkey.credentialId, 'base64url')))?.ours === true,
  };
});
afterAll(async () => {
  await owner.end();
  await test.close();
});

const isTaken = (table: string) =>
  test.database.transaction((tx) => taken[table]?.(tx) ?? Promise.reject(new Error(table)));

describe('a row of the service’s with its own MAC', () => {
  it.each([
    ['recovery_links', 'case_id', 'case'],
    ['recovery_links', 'id', 'lnk_x'],
    ['flow_sessions', 'case_id', 'case'],
    ['flow_sessions', 'id', 'fs_x'],
    ['capture_bindings', 'case_id', 'case'],
    ['recovery_tokens', 'case_id', 'case'],
    ['recovery_tokens', 'subject_id', 'subject'],
    ['relying_party_sessions', 'subject_id', 'subject'],
    ['relying_party_sessions', 'credential_id', 'credential'],
    ['staff_sessions', 'id', 'sts_zzz'],
    ['credentials', 'subject_id', 'subject'],
    ['credentials', 'public_key', '\\x01'],
  ])('T24 T14: is one no more once it is another’s: %s.%s', async (table, column, value) => {
    expect(await isTaken(table)).toBe(true);
    const { rows } = await owner.query<{ mac: Buffer; was: unknown }>(
      `SELECT mac, ${column} AS was FROM ${table} WHERE ${mine[table]}`,
    );
    expect(rows).toHaveLength(1);
    const becomes = (to: unknown) =>
      owner.query(`UPDATE ${table} SET ${column} = $1 WHERE mac = $2`, [to, rows[0]?.mac]);
    await becomes(others[value as keyof typeof others] ?? value);
    const after = await isTaken(table);
    await becomes(rows[0]?.was);
    expect(after).toBe(false);
    expect(await isTaken(table)).toBe(true);
  });
});
