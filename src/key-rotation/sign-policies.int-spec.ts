import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { buildCore, type Core } from '../../test/model/core-stage.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { AuditVerifier } from '../audit-trail/verification.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { newId } from '../platform/ids/ids.js';
import { PolicyChanges } from '../policy/policy-changes.js';
import { PolicyDocument } from '../policy/policy.js';
import { findProposal } from '../policy/policy-proposals.js';
import { KnownAbilities } from '../policy/provider-abilities.js';
import { signRowsOutcome } from './key-commands.js';
import { keyUsage } from './key-usage.js';
import { resignPolicies } from './resign-policies.js';
import type { SignedRowsReport } from './sign-rows.js';

const first = KeyRing.generate('k1').keys;
const content = { keys: first };
const ring = new KeyRing(content);
const second = KeyRing.generate('k2').keys;
const both = new KeyRing({ keys: [...first.map((key) => ({ ...key, retired: true })), ...second] });
const STRICT = PolicyDocument.parse({
  name: 'Staff',
  providers: ['local'],
  requiredChecks: ['face_match'],
  hold: { seconds: 3_600 },
});
const LAX = { ...STRICT, requiredChecks: ['document_expiry'] };
const ADA = { kind: 'person', id: 'ada' } as const;

let directory: string;
let test: TestDatabase;
let client: pg.Client;
let core: Core;
let changes: PolicyChanges;
let id: string;
let removed: string;
let proposalId: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'regain-sign-policies-'));
  writeFileSync(join(directory, 'keyring.json'), JSON.stringify(content), { mode: 0o600 });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const change = <Result>(work: (tx: Transaction) => Promise<Result>) => test.database.transaction(work);
/** A profile in its second version, one that was removed, and a change that waits. */
beforeEach(async () => {
  test = await openTestDatabase({ ring });
  client = new pg.Client({ connectionString: test.appUrl });
  await client.connect();
  core = buildCore(test.database, { ring });
  const config = { embedded: true, PROVIDERS: ['local'] };
  changes = new PolicyChanges(core.clock, config, core.policies, new KnownAbilities());
  const create = (priority: number) =>
    change((tx) => changes.create(tx, { document: { ...STRICT, priority }, actor: SYSTEM }));
  const [kept, gone] = [await create(0), await create(9)];
  if (kept.kind !== 'applied' || gone.kind !== 'applied') throw new Error('not made');
  id = kept.policy?.id ?? '';
  removed = gone.policy?.id ?? '';
  await change((tx) => changes.remove(tx, { id: removed, actor: SYSTEM }));
  await change((tx) => changes.change(tx, { id, patch: { name: 'Renamed' }, actor: SYSTEM }));
  const asked = await change((tx) => changes.change(tx, { id, patch: { hold: { seconds: 0 } }, actor: ADA }));
  if (asked.kind !== 'proposed') throw new Error('it was applied');
  proposalId = asked.proposal.id;
});
afterEach(async () => {
  await client.end();
  await test.close();
});

/** As an earlier build has left it: nothing of this is signed. `rows` as the build before this one says of the other rows. */
async function asBefore({ rows }: { rows: boolean }): Promise<void> {
  await test.asOwner('DELETE FROM policy_macs');
  await test.asOwner('UPDATE policy_changes SET mac = NULL');
  await test.asOwner(rows ? 'UPDATE rows_signed SET policies_since = NULL' : 'DELETE FROM rows_signed');
  core = buildCore(test.database, { ring });
}
const signRows = async (anyway = false): Promise<SignedRowsReport & { exitCode: number }> => {
  const config = { DATABASE_URL: test.appUrl, KEYRING_FILE: join(directory, 'keyring.json') };
  const { lines, exitCode } = await signRowsOutcome(config, { ownerUrl: test.ownerUrl, anyway });
  return { ...(JSON.parse(lines.join('')) as SignedRowsReport), exitCode };
};
/** Past the service, as somebody with its role can. */
const forge = (version: number) =>
  client.query(
    "INSERT INTO regain.policy_versions (policy_id, version, document, created_by) VALUES ($1, $2, $3, 'ada')",
    [id, version, JSON.stringify(LAX)],
  );
/** A process that has just started. */
const living = () => change((tx) => buildCore(test.database, { ring }).policies.living(tx));

describe('regain keys sign-rows, of policies', () => {
  it.each([true, false])(
    'signs what earlier builds wrote, also where their other rows are signed: %s',
    async (rows) => {
      await asBefore({ rows });
      const before = await living();
      expect(before).toMatchObject([{ id, version: 2, document: { name: 'Renamed' } }]);
      expect(await signRows()).toMatchObject({
        before: false,
        signed: { policies: 4, policy_changes: 1, ...(rows ? {} : { recovery_links: 0 }) },
        leftOut: { policies: 0 },
        exitCode: 0,
      });
      expect(await living()).toEqual(before);
      expect(await change((tx) => findProposal(tx, proposalId))).toBeDefined();
      expect(await new AuditVerifier(test.database, ring).verify()).toMatchObject({ intact: true });
      await forge(3);
      expect(await living()).toEqual(before);
      expect(await signRows()).toMatchObject({ before: true, leftOut: { policies: 1 }, exitCode: 2 });
    },
  );

  it('T120: signs nothing of the other rows where that was done before: one without a MAC came later', async () => {
    await asBefore({ rows: true });
    const { signed } = await signRows();
    expect(Object.keys(signed).sort()).toEqual(['policies', 'policy_changes']);
  });

  it('T120: signs no version, removal or proposal of which the trail says nothing', async () => {
    await asBefore({ rows: true });
    await forge(3);
    await client.query('UPDATE regain.policies SET deleted_at = now() WHERE id = $1', [id]);
    const forgedId = newId('pch', new Date());
    await client.query(
      `INSERT INTO regain.policy_changes (id, policy_id, kind, base_version, document, weakened, diff, proposed_by, expires_at)
        SELECT $1, policy_id, kind, base_version, document, weakened, diff, proposed_by, expires_at FROM regain.policy_changes`,
      [forgedId],
    );
    expect(await living()).toEqual([]);
    expect(await signRows()).toMatchObject({
      signed: { policies: 4, policy_changes: 1 },
      leftOut: { policies: 2 },
      exitCode: 2,
    });
    expect(await living()).toMatchObject([{ id, version: 2, document: { name: 'Renamed' } }]);
    expect(await change((tx) => findProposal(tx, forgedId))).toBeUndefined();
  });
});

describe('a master key that is to be taken away', () => {
  const neededPolicies = async (keyId: string): Promise<number> => {
    const keys = await keyUsage(client, both);
    return keys.find((key) => key.keyId === keyId)?.needs.resealed?.policies ?? 0;
  };

  const put = (version: number, mac: Buffer) =>
    client.query('INSERT INTO regain.policy_macs (policy_id, version, removal, mac) VALUES ($1, $2, false, $3)', [
      id,
      version,
      mac,
    ]);

  it('T117 T120: signs policies no more, and they count without it; what is not the service’s is signed by nobody', async () => {
    const forged = Buffer.concat([Buffer.from('k1.'), Buffer.alloc(32)]);
    await forge(3);
    await put(3, forged);
    expect(await neededPolicies('k1')).toBe(5);
    expect(await resignPolicies(client, both)).toMatchObject({ resealed: 4, unreadable: 1 });
    expect([await neededPolicies('k1'), await neededPolicies('k2')]).toEqual([0, 4]);
    // Somebody names the old key beside it once more, and what the next round writes is the newest again.
    await put(2, forged);
    expect(await neededPolicies('k1')).toBe(1);
    expect(await resignPolicies(client, both)).toMatchObject({ resealed: 1, unreadable: 0 });
    expect(await neededPolicies('k1')).toBe(0);
    await test.asOwner('DELETE FROM policy_macs WHERE version = 3; DELETE FROM policy_versions WHERE version = 3');
    const alone = await Database.connect({
      url: test.appUrl,
      poolSize: 1,
      statementTimeoutMs: 5_000,
      ring: new KeyRing({ keys: second }),
    });
    const counting = await alone.read((tx) => core.policies.living(tx)).finally(() => alone.close());
    expect(counting).toMatchObject([{ id, version: 2 }]);
  });
});
