import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { addPerson, addPolicy, buildCore, openCase, testConfig, type Core } from '../../test/model/core-stage.js';
import { columnLabels } from '../../test/security/schema/describe-schema.js';
import { auditOf } from '../../test/support/approved-case.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { reindexAccounts } from '../adjudication/accounts/reindex-accounts.js';
import { sealHeads } from '../audit-trail/seal-heads.js';
import { appendAudit } from '../audit-trail/append.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { AuditVerifier, type AuditVerification } from '../audit-trail/verification.js';
import { idsByEmail } from '../directory/subject-emails.js';
import { Portraits } from '../directory/portraits.js';
import { ProofingRecords } from '../directory/proofing-records.js';
import { Subjects } from '../directory/subjects.js';
import { signDeletionReceipt } from '../erasure/deletion-receipt.js';
import { tombstones, writeTombstone } from '../erasure/tombstones.js';
import { Passkeys } from '../passkey-registration/passkeys.js';
import type { Config } from '../platform/config/config.js';
import { CaseKeys, CaseShreddedError } from '../platform/crypto/case-keys.js';
import { digestKeyId, KeyRing, type KeyRingContent } from '../platform/crypto/key-ring.js';
import { Database } from '../platform/database/database.js';
import { newId } from '../platform/ids/ids.js';
import { createObjectStore } from '../platform/storage/create-object-store.js';
import { apiKeyMac } from '../staff-access/api-keys.js';
import { keyNeedFindings } from '../start-checks/key-needs-check.js';
import { keyIdOf, keyUsage, needed, type KeyNeeds } from './key-usage.js';
import { KEY_USES, NO_MASTER_KEY } from './key-uses.js';
import { forgetOutcome, resealOutcome } from './key-commands.js';
import { resealAccounts } from './reseal-accounts.js';
import { resignPasskeys } from './resign-passkeys.js';
import { resealColumn, SEALED_COLUMNS } from './reseal-values.js';

const [before] = KeyRing.generate('k1').keys;
const [after] = KeyRing.generate('k2').keys;
if (!before || !after) throw new Error('no keys were made');
const old = new KeyRing({ keys: [before] });
const both = new KeyRing({ keys: [before, after] });

let test: TestDatabase;
let client: pg.Client;
let core: Core;
let directory: string;
let caseOf: (subjectId: string) => Promise<string>;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'regain-reseal-'));
  test = await openTestDatabase({ ring: old });
  core = buildCore(test.database, { ring: old });
  const policy = await addPolicy(core);
  caseOf = async (subjectId) => (await openCase(core, { policy, subjectId })).id;
  client = new pg.Client({ connectionString: test.appUrl });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await test.close();
  rmSync(directory, { recursive: true, force: true });
});

/** As the commands read it: the ring from its file, objects on the disk. */
function configWith(file: KeyRingContent): Config {
  const KEYRING_FILE = join(directory, 'keyring.json');
  writeFileSync(KEYRING_FILE, JSON.stringify(file), { mode: 0o600 });
  return testConfig({ DATABASE_URL: test.appUrl, KEYRING_FILE, OBJECTS_DIR: join(directory, 'objects') });
}
/** Each has accounts of its own to write. */
const WRITERS = 3;
const BOTH = { keys: [before, after] };
const needsOf = async (keyId: string): Promise<KeyNeeds | undefined> =>
  (await keyUsage(client, both)).find((key) => key.keyId === keyId);
const count = async (from: string): Promise<number> =>
  Number((await client.query<{ count: string }>(`SELECT count(*) AS count FROM regain.${from}`)).rows[0]?.count);

/**
 * Somebody with a record and a portrait, a passkey with a name, and a case with something sealed; all under the ring of
 * `core`.
 */
async function addWhole(): Promise<{ id: string; login: string; caseId: string; sealed: Buffer; passkeyId: string }> {
  const person = await addPerson(core);
  const caseId = await caseOf(person.id);
  const passkeyId = newId('pk', new Date());
  const portrait = await core.portraits.store(person.id, Buffer.from(`face of ${person.login}`));
  const sealed = await test.database.transaction(async (tx) => {
    await core.records.put(tx, {
      subjectId: person.id,
      input: {
        level: 'IAL2',
        evidenceKinds: ['passport'],
        proofedAt: new Date('2025-01-01'),
        attributes: {
          birthDate: '1990-02-03',
          documentNumber: person.login,
          issuingCountry: 'FRA',
          documentType: 'passport',
        },
      },
      portrait,
    });
    const verified = {
      credentialId: randomBytes(32),
      publicKey: randomBytes(64),
      signCount: 0,
      transports: [],
      aaguid: 'none',
      deviceType: 'singleDevice' as const,
      backedUp: false,
    };
    await new Passkeys(old).insert(tx, {
      id: passkeyId,
      subjectId: person.id,
      caseId,
      name: 'the blue one',
      verified,
      offeredUnder: old.activeId,
    });
    const data = { credentialId: passkeyId };
    await appendAudit(tx, { chainId: caseId, type: 'passkey.registered', actor: SYSTEM, data });
    return core.keys.seal(tx, caseId, { plain: 'picture', use: 'x' });
  });
  return { ...person, caseId, sealed, passkeyId };
}

describe('what a master key is needed for', () => {
  it('is known of every column that holds sealed bytes or a keyed hash', async () => {
    const superuser = new pg.Client({ connectionString: test.superuserUrl });
    await superuser.connect();
    const labelled = (await columnLabels(superuser))
      .filter(({ comment }) => comment === 'sensitive=sealed' || comment === 'sensitive=digest')
      .map(({ table, column }) => `${table}.${column}`);
    await superuser.end();
    const listed = KEY_USES.filter(({ form }) => form !== 'signature' && form !== 'jwt').map(
      ({ table, column }) => `${table}.${column}`,
    );
    expect([...new Set([...listed, ...Object.keys(NO_MASTER_KEY)])].sort()).toEqual(labelled.sort());
  });
});

describe('the key of a JWT', () => {
  it('is the one that its header names; what is none has an empty one', async () => {
    const facts = { caseId: 'x', reference: 'x', erasedAt: new Date(), pictures: 0, documentsKept: 0, providers: {} };
    const receipt = await signDeletionReceipt(both, facts);
    const values = [receipt, '', '..', 'a.b', 'abcde.b', '____.b', 'ä.b', receipt.slice(3)];
    const { rows } = await client.query<{ kid: string }>(
      `SELECT ${keyIdOf({ form: 'jwt', column: 'v' })} AS kid FROM unnest($1::text[]) WITH ORDINALITY t (v, n) ORDER BY n`,
      [values],
    );
    expect(rows.map(({ kid }) => kid)).toEqual(['k2', '', '', '', '', '', '', '']);
  });
});

describe('a master key that is to be taken away (T117, F38)', () => {
  it('is needed for nothing that can be put under another one, once all is resealed; and everything still works without', async () => {
    const whole = await addWhole();
    await test.database.transaction(async (tx) => {
      const key = { id: 'key_1', digest: old.digest('token', 'x'), scopes: [] };
      await tx.run`INSERT INTO api_keys (id, key_digest, name, scopes, mac)
        VALUES (${key.id}, ${key.digest}, 'x', '{}', ${apiKeyMac(old, key)})`;
      await tx.run`INSERT INTO saved_recovery_codes (id, subject_id, code_digest)
        VALUES (${newId('rcc', new Date())}, ${whole.id}, ${old.digest('recovery-code', 'x')})`;
    });
    await test.database.transaction((tx) => sealHeads(tx, old));
    const erased = { caseId: whole.caseId, reference: 'x', erasedAt: new Date(), pictures: 0, documentsKept: 0 };
    const receipt = await signDeletionReceipt(old, { ...erased, providers: { local: 'erased' } });
    await test.database.transaction(
      (tx) => tx.run`INSERT INTO deletion_receipts (case_id, receipt) VALUES (${whole.caseId}, ${receipt})`,
    );
    const alone = configWith({ keys: [before] });
    const objects = await createObjectStore(alone);
    const stone = { caseId: 'rc_0', pictures: 1, providers: {} };
    await writeTombstone({ objects, ring: old }, stone);
    await reindexAccounts(alone);
    const row = 'SELECT version, updated_at, account_index FROM regain.subjects';
    const untouched = (await client.query(row)).rows;

    const config = configWith(BOTH);
    const out = join(directory, 'next.json');
    await expect(forgetOutcome(config, { keyId: 'k1', anyway: true, out })).rejects.toThrow('run `regain keys reseal`');
    await resealAccounts(client, both);
    expect((await client.query(row)).rows).toEqual(untouched);
    const byAddress = (ring: KeyRing): Promise<string[]> =>
      test.database.read((tx) => idsByEmail(tx, ring, `${whole.login}@example.org`));
    expect(await byAddress(new KeyRing({ keys: [after] }))).toEqual([whole.id]);
    const { lines, exitCode } = await resealOutcome(config);
    expect([JSON.parse(lines.join('')), exitCode]).toMatchObject([
      {
        active: 'k2',
        resealed: { case_keys: 1, credentials: 1, tombstones: 1 },
        unreadable: 0,
        documentsForgotten: 2,
        left: [],
      },
      0,
    ]);
    expect(await needsOf('k1')).toMatchObject({
      needs: {
        replaced: { 'API keys': 1, 'saved recovery codes': 1 },
        verified: { 'audit checkpoints': 1, 'receipts of erasures': 1, 'rows of the audit trail': expect.any(Number) },
      },
    });
    expect(await auditOf(test.database, 'key-ring')).toEqual(['keys.resealed']);

    await expect(forgetOutcome(config, { keyId: 'k1', anyway: false, out })).rejects.toThrow('API keys (1)');
    const forgotten = await forgetOutcome(config, { keyId: 'k1', anyway: true, out });
    const file = readFileSync(out, 'utf8');
    for (const secret of [before.secret, after.secret]) expect(forgotten.lines.join('')).not.toContain(secret);
    expect([file.includes(before.secret), statSync(out).mode & 0o777]).toEqual([false, 0o600]);
    expect(await auditOf(test.database, 'key-ring')).toEqual(['keys.resealed', 'keys.forgotten']);
    const { rows } = await client.query("SELECT data FROM regain.audit_events WHERE type = 'keys.forgotten'");
    expect(rows).toMatchObject([{ data: { keyId: 'k1', anyway: true, 'API keys': 1, 'saved recovery codes': 1 } }]);
    const ring = new KeyRing(JSON.parse(file));
    const subjects = new Subjects(ring);
    const records = new ProofingRecords(ring);
    const portraits = new Portraits(ring, core.objects, test.database);
    expect(await byAddress(ring)).toEqual([whole.id]);
    await test.database.transaction(async (tx) => {
      expect((await subjects.findByLogin(tx, whole.login))?.id).toBe(whole.id);
      expect((await records.find(tx, whole.id))?.attributes.reveal().documentNumber).toBe(whole.login);
      const portrait = Buffer.from((await portraits.read(whole.id))?.reveal() ?? []);
      expect(portrait.toString()).toBe(`face of ${whole.login}`);
      expect((await new Passkeys(ring).view(tx, whole.passkeyId)).name).toBe('the blue one');
      const picture = await new CaseKeys(ring).open(tx, whole.caseId, { sealed: whole.sealed, use: 'x' });
      expect(picture.toString()).toBe('picture');
    });
    for await (const found of tombstones({ objects, ring })) expect(found).toEqual(stone);
    const verified = await new AuditVerifier(test.database, ring).verify();
    expect(verified).toMatchObject({ intact: true, rowsWithoutMac: 0 });
    expect(verified.macsAfterCheckpoint).toBeGreaterThan(0);
    await expect(forged({ by: old, ring })).resolves.toMatchObject({
      intact: false,
      firstFault: { kind: 'mac_key_missing' },
    });
    expect(await count('known_documents WHERE kept_until IS NULL')).toBe(2);
    await test.asOwner('DELETE FROM api_keys');
    await test.asOwner('DELETE FROM saved_recovery_codes');
  });

  it('is done with in one run: another one finds nothing to do, also of accounts without a record', async () => {
    await addWhole();
    await addPerson(core);
    const config = configWith(BOTH);
    await resealOutcome(config);
    const again = JSON.parse((await resealOutcome(config)).lines.join('')) as { resealed: Record<string, number> };
    expect(new Set(Object.values(again.resealed))).toEqual(new Set([0]));
  });

  it('brings no case’s key back that somebody destroyed between reading and writing', async () => {
    const shredded = await addWhole();
    const keys = new CaseKeys(old);
    const meanwhile = async (statement: string): Promise<void> => {
      if (statement.startsWith('UPDATE regain.case_keys'))
        await test.database.transaction((tx) => keys.shred(tx, shredded.caseId));
    };
    const place = SEALED_COLUMNS.find(({ table }) => table === 'case_keys');
    if (!place) throw new Error('keys of cases are not resealed');
    expect(await resealColumn(interrupted(meanwhile), both, place)).toMatchObject({
      changedMeanwhile: 1,
      unreadable: 0,
    });
    const opened = test.database.read((tx) => keys.open(tx, shredded.caseId, { sealed: shredded.sealed, use: 'x' }));
    await expect(opened).rejects.toThrow(CaseShreddedError);
    expect(await count(`case_keys WHERE case_id = '${shredded.caseId}' AND wrapped_sealed IS NOT NULL`)).toBe(0);
  });

  it('T14: signs passkeys anew for the active key, and none that the service has not stored', async () => {
    const [genuine, forged] = [await addWhole(), await addWhole()];
    const keyOf = ({ passkeyId }: typeof genuine) =>
      client.query<{ mac: Buffer | null }>('SELECT mac FROM regain.credentials WHERE id = $1', [passkeyId]);
    const becomes = (subjectId: string) =>
      test.asOwner('UPDATE credentials SET subject_id = $1 WHERE id = $2', [subjectId, forged.passkeyId]);
    const round = async () => {
      const done = await resignPasskeys(client, both);
      const rows = [await keyOf(genuine), await keyOf(forged)].flatMap((found) => found.rows);
      return { ...done, keys: rows.map(({ mac }) => mac && digestKeyId(mac)) };
    };
    await becomes(genuine.id);
    // Without a MAC it would count, as long as rows of an earlier build do.
    await test.asOwner('DELETE FROM rows_signed');
    const before = await round();
    await test.asOwner('INSERT INTO rows_signed DEFAULT VALUES');
    const since = await round();
    await becomes(forged.id);
    expect(before).toMatchObject({ changedMeanwhile: 0, unreadable: 1, keys: ['k2', 'k1'] });
    // Nothing needs the old key any more.
    expect(since).toEqual({ resealed: 0, changedMeanwhile: 0, unreadable: 1, keys: ['k2', null] });
  });

  it('is taken out of use beside writers, of whom none loses what it wrote', async () => {
    const people = await Promise.all(Array.from({ length: 30 }, () => addWhole()));
    const now = new Subjects(both);
    const written = new Map<string, string>();
    let done = false;
    const write = async (from: number): Promise<void> => {
      for (let round = 0; !done; round += 1) {
        const person = people[(from + round * WRITERS) % people.length];
        if (!person) return;
        const documentNumber = `D${from}R${round}`;
        await test.database.transaction(async (tx) => {
          const subject = await now.find(tx, person.id);
          await tx.one`SELECT id FROM subjects WHERE id = ${person.id} FOR UPDATE`;
          const profile = { ...subject?.profile.reveal(), displayName: documentNumber } as never;
          await now.put(tx, { id: person.id, input: { profile, groups: [], privileged: false, status: 'active' } });
          await new ProofingRecords(both).put(tx, {
            subjectId: person.id,
            input: { level: 'IAL2', evidenceKinds: [], proofedAt: new Date(0), attributes: { documentNumber } },
          });
          tx.onCommit(() => void written.set(person.id, documentNumber));
        });
      }
    };
    const writers = Array.from({ length: WRITERS }, (_, from) => write(from));
    const outcome = await resealOutcome(configWith(BOTH)).finally(() => {
      done = true;
    });
    await Promise.all(writers);
    expect(outcome.exitCode).toBe(0);
    expect(needed((await needsOf('k1')) ?? fail(), 'resealed')).toBe(0);
    expect(written.size).toBeGreaterThan(0);
    const alone = new KeyRing({ keys: [after] });
    for (const { id } of people) {
      const [subject, record] = await test.database.transaction(async (tx) => [
        await new Subjects(alone).find(tx, id),
        await new ProofingRecords(alone).find(tx, id),
      ]);
      const last = written.get(id);
      expect([subject?.profile.reveal().displayName, record?.attributes.reveal().documentNumber]).toEqual(
        last ? [last, last] : ['Test Person', people.find((one) => one.id === id)?.login],
      );
    }
  });

  it('that is in the ring no more is named, and what it sealed stays as it is', async () => {
    const lost = new KeyRing(KeyRing.generate('k0'));
    const { id } = await addPerson(buildCore(test.database, { ring: lost }));
    const { lines, exitCode } = await resealOutcome(configWith(BOTH));
    expect([JSON.parse(lines[0] ?? ''), exitCode]).toMatchObject([
      {
        left: [
          { keyId: 'k0', inRing: 'absent', needs: { resealed: { accounts: 1, logins: 1, 'addresses on file': 1 } } },
        ],
      },
      2,
    ]);
    expect((await test.database.read((tx) => new Subjects(lost).find(tx, id)))?.id).toBe(id);
    const findings = await keyNeedFindings(configWith(BOTH));
    expect(findings).toMatchObject([
      { verdict: 'fault', detail: 'lacks k0, which is needed for: accounts, logins, addresses on file' },
    ]);
  });
});

/** The client, with something that happens just before each of its statements. */
function interrupted(meanwhile: (statement: string) => Promise<void>): pg.Client {
  const query = async (text: string, values?: unknown[]): Promise<pg.QueryResult> => {
    await meanwhile(text);
    return client.query(text, values);
  };
  return { query } as unknown as pg.Client;
}

function fail(): never {
  throw new Error('the key is not known');
}

/** What verification says of a row that somebody signs who has kept the ring `by`; it is taken away again. */
async function forged({ by, ring }: Record<'by' | 'ring', KeyRing>): Promise<AuditVerification> {
  const thief = await Database.connect({ url: test.appUrl, poolSize: 1, statementTimeoutMs: 15_000, ring: by });
  const entry = { chainId: 'rc_forged', type: 'case.opened', actor: SYSTEM } as const;
  await thief.transaction((tx) => appendAudit(tx, entry)).finally(() => thief.close());
  const found = await new AuditVerifier(test.database, ring).verify();
  await test.asOwner("DELETE FROM audit_events WHERE chain_id = 'rc_forged'");
  await test.asOwner("DELETE FROM audit_heads WHERE chain_id = 'rc_forged'");
  return found;
}
