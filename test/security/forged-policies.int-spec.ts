import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { AuditVerifier } from '../../src/audit-trail/verification.js';
import { SYSTEM } from '../../src/audit-trail/audit-event-types.js';
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import { UnknownRowKeyError } from '../../src/platform/crypto/row-macs.js';
import type { Transaction } from '../../src/platform/database/transaction.js';
import { newId } from '../../src/platform/ids/ids.js';
import { Policies } from '../../src/policy/policies.js';
import { PolicyChanges, type ChangeOutcome } from '../../src/policy/policy-changes.js';
import { PolicyDocument } from '../../src/policy/policy.js';
import { findProposal, proposalPage } from '../../src/policy/policy-proposals.js';
import { KnownAbilities } from '../../src/policy/provider-abilities.js';
import { addPerson, buildCore, type Core } from '../model/core-stage.js';
import { removePolicies } from '../support/remove-policies.js';
import { openTestDatabase, type TestDatabase } from '../support/test-database.js';

const ring = new KeyRing(KeyRing.generate());
const GROUP = 'staff';
const documentOf = (more: Partial<PolicyDocument> = {}): PolicyDocument =>
  PolicyDocument.parse({
    name: 'Staff',
    priority: 5,
    include: [GROUP],
    providers: ['local'],
    requiredChecks: ['face_match', 'data_match'],
    ...more,
  });
const LAX = documentOf({ requiredChecks: ['document_expiry'], priority: 1_000 });
const STRICT = ['face_match', 'data_match'];

let test: TestDatabase;
/** Somebody with the service's own database role, and without its key ring. */
let insider: pg.Client;
let core: Core;
let changes: PolicyChanges;

beforeAll(async () => {
  test = await openTestDatabase({ ring });
  insider = new pg.Client({ connectionString: test.appUrl, options: '-c search_path=regain' });
  await insider.connect();
});
afterAll(async () => {
  await insider.end();
  await test.close();
});
/** Each time as a process that has just started: what one has read it does not read again. */
beforeEach(async () => {
  await test.asOwner(
    'DELETE FROM policy_macs; DELETE FROM policy_versions WHERE policy_id NOT IN (SELECT policy_id FROM recovery_cases)',
  );
  await test.asOwner('DELETE FROM policy_changes; DELETE FROM policies');
  core = buildCore(test.database, { ring });
  changes = new PolicyChanges(
    core.clock,
    { embedded: true, PROVIDERS: ['local'] },
    core.policies,
    new KnownAbilities(),
  );
});

const change = <Result>(work: (tx: Transaction) => Promise<Result>) => test.database.transaction(work);
const idOf = (outcome: ChangeOutcome): string => {
  if (outcome.kind !== 'applied' || !outcome.policy) throw new Error('it was not applied');
  return outcome.policy.id;
};
const create = async (document = documentOf()): Promise<string> =>
  idOf(await change((tx) => changes.create(tx, { document, actor: SYSTEM })));
/** As strict as before, with other words. */
const again = (id: string, name: string) => change((tx) => changes.change(tx, { id, patch: { name }, actor: SYSTEM }));

/** What an account of the group is asked for today. */
const asked = async (policies: Policies = core.policies): Promise<readonly string[] | undefined> =>
  (await change((tx) => policies.forSubject(tx, { groups: [GROUP] })))?.document.requiredChecks;
const told = async (): Promise<number> =>
  (await core.metrics.securityEvents.get()).values.find(({ labels }) => labels.type === 'policy_not_ours')?.value ?? 0;
const firstFault = async () => (await new AuditVerifier(test.database, ring).verify()).firstFault;
const tried = async (sql: string, values: readonly unknown[] = []): Promise<string> =>
  insider.query(sql, [...values]).then(
    () => 'done',
    (error: unknown) => (error as { code: string }).code,
  );

/** A lax version that is said to count. */
async function forge(id: string, { version = 2, mac = null as Buffer | null } = {}): Promise<void> {
  await insider.query(
    "INSERT INTO policy_versions (policy_id, version, document, created_by) VALUES ($1, $2, $3, 'ada')",
    [id, version, JSON.stringify(LAX)],
  );
  if (mac)
    await insider.query('INSERT INTO policy_macs (policy_id, version, removal, mac) VALUES ($1, $2, false, $3)', [
      id,
      version,
      mac,
    ]);
  await insider.query('UPDATE policies SET version = $2, priority = 1000 WHERE id = $1', [id, version]);
}
const macOf = async (where: string): Promise<Buffer> => {
  const { rows } = await insider.query<{ mac: Buffer }>(`SELECT mac FROM policy_macs WHERE ${where}`);
  if (!rows[0]) throw new Error('nothing is signed there');
  return rows[0].mac;
};

describe('whoever has the service’s database role and not its key ring (T120)', () => {
  it('makes no version of theirs count: the one before it does, which is told once and named', async () => {
    const id = await create();
    await forge(id);
    expect([await asked(), await asked(), await told()]).toEqual([STRICT, STRICT, 1]);
    expect(await firstFault()).toEqual({
      kind: 'policy_unsigned',
      chainId: `policy:${id}`,
      seq: 0,
      eventId: `${id}@2`,
    });
    // The profile goes on being changed, with the next number that is free.
    await again(id, 'Renamed');
    expect(await change((tx) => core.policies.find(tx, id))).toMatchObject({
      version: 3,
      document: { name: 'Renamed' },
    });
  });

  it('makes none count with the MAC of another version, or of another profile', async () => {
    const other = await create(documentOf({ name: 'Other', include: ['others'] }));
    const id = await create();
    await forge(id, { mac: await macOf(`policy_id = '${id}'`) });
    await forge(id, { version: 3, mac: await macOf(`policy_id = '${other}'`) });
    expect(await asked()).toEqual(STRICT);
  });

  it('adds no profile that anybody is covered by', async () => {
    await create();
    const id = newId('pol', new Date());
    await insider.query('BEGIN');
    await insider.query('INSERT INTO policies (id, version, priority) VALUES ($1, 0, 0)', [id]);
    await forge(id, { version: 1 });
    await insider.query('COMMIT');
    expect([await asked(), await told()]).toEqual([STRICT, 1]);
    expect(await change((tx) => core.policies.page(tx, { limit: 10 }))).toMatchObject({ data: [{ version: 1 }] });
  });

  it('brings back no version from before, and no profile from behind another', async () => {
    const easy = await create(documentOf({ name: 'Easy', priority: 1, requiredChecks: ['document_expiry'] }));
    const id = await create(documentOf({ requiredChecks: ['document_expiry'] }));
    await change((tx) => changes.change(tx, { id, patch: { requiredChecks: STRICT }, actor: SYSTEM }));
    await insider.query('UPDATE policies SET version = 1 WHERE id = $1', [id]);
    await insider.query('UPDATE policies SET priority = 1000 WHERE id = $1', [easy]);
    expect(await asked()).toEqual(STRICT);
  });

  it('removes no profile, and brings none back that was removed', async () => {
    await create(documentOf({ name: 'Easy', priority: 1, requiredChecks: ['document_expiry'] }));
    const removed = await create(documentOf({ priority: 9, requiredChecks: ['document_expiry'] }));
    await change((tx) => changes.remove(tx, { id: removed, actor: SYSTEM }));
    const id = await create();
    await insider.query('UPDATE policies SET deleted_at = NULL WHERE id = $1', [removed]);
    await insider.query('UPDATE policies SET deleted_at = now() WHERE id = $1', [id]);
    expect([await asked(), await told()]).toEqual([STRICT, 1]);
    expect(await firstFault()).toMatchObject({ kind: 'policy_unsigned', eventId: id });
    const mac = await macOf(`policy_id = '${removed}' AND removal`);
    await insider.query('INSERT INTO policy_macs (policy_id, version, removal, mac) VALUES ($1, 1, true, $2)', [
      id,
      mac,
    ]);
    expect(await asked()).toEqual(STRICT);
  });

  it('changes and takes away nothing that was signed', async () => {
    const id = await create();
    for (const sql of [
      "policy_versions SET document = '{}'",
      'policy_macs SET mac = NULL',
      'policies SET id = id',
      'policy_changes SET mac = NULL',
      'rows_signed SET policies_since = NULL',
    ])
      expect([sql, await tried(`UPDATE ${sql}`)]).toEqual([sql, '42501']);
    for (const table of ['policy_versions', 'policy_macs', 'policies', 'policy_changes'])
      expect([table, await tried(`DELETE FROM ${table}`)]).toEqual([table, '42501']);
    // What somebody puts beside it takes nothing away either.
    const own = 'INSERT INTO policy_macs (policy_id, version, removal, mac) VALUES ($1, 1, false, $2)';
    await insider.query(own, [id, null]);
    await insider.query(own, [id, Buffer.from('x')]);
    await insider.query(own, [id, Buffer.concat([Buffer.from('other.'), Buffer.alloc(32)])]);
    expect(await asked()).toEqual(STRICT);
  });

  it('decides nothing by a key that the ring does not have: nobody can say what counts, so nothing does', async () => {
    const id = await create();
    await forge(id, { mac: Buffer.concat([Buffer.from('other.'), Buffer.alloc(32)]) });
    await expect(asked()).rejects.toThrow(UnknownRowKeyError);
  });

  it('opens no case that is decided by a version of theirs', async () => {
    const id = await create();
    await forge(id);
    const { id: subjectId } = await addPerson(core, { groups: [GROUP] });
    const strictest = await change((tx) => core.policies.strictest(tx, { policyId: id, policyVersion: 2, subjectId }));
    expect(strictest).toMatchObject({ providers: [], limits: { attempts: 3 } });
    expect(strictest.requiredChecks).toEqual(
      expect.arrayContaining([...STRICT, 'presentation_attack', 'injection_attack']),
    );
  });

  it('lets nobody confirm what a colleague never asked for (T49)', async () => {
    const id = await create(documentOf({ hold: { seconds: 3_600, fairEvidenceSeconds: 0, weakEvidenceSeconds: 0 } }));
    const ada = { kind: 'person', id: 'ada' } as const;
    const patch = { hold: { seconds: 0 } };
    const asking = await change((tx) => changes.change(tx, { id, patch, actor: ada }));
    if (asking.kind !== 'proposed') throw new Error('it was applied');
    const insert = `INSERT INTO policy_changes (id, policy_id, kind, base_version, document, weakened, diff, proposed_by, expires_at, mac)
      SELECT $1, policy_id, kind, base_version, $2, weakened, diff, proposed_by, expires_at, $3 FROM policy_changes WHERE id = $4`;
    const { rows } = await insider.query<{ mac: Buffer }>('SELECT mac FROM policy_changes');
    const forged = [null, rows[0]?.mac].map((mac) => ({ mac, proposalId: newId('pch', new Date()) }));
    const confirm = (proposalId: string) =>
      change((tx) => changes.confirm(tx, { proposalId, actor: { kind: 'person', id: 'mallory' } }));
    for (const { mac, proposalId } of forged) {
      await insider.query(insert, [proposalId, JSON.stringify(LAX), mac, asking.proposal.id]);
      await expect(confirm(proposalId)).rejects.toMatchObject({ code: 'not_found' });
      expect(await change((tx) => findProposal(tx, proposalId))).toBeUndefined();
      expect(await firstFault()).toMatchObject({ kind: 'policy_unsigned', chainId: `policy:${id}` });
    }
    expect((await change((tx) => proposalPage(tx, { limit: 10 }))).data).toMatchObject([{ id: asking.proposal.id }]);
    await confirm(asking.proposal.id);
    expect(await change((tx) => core.policies.find(tx, id))).toMatchObject({ document: { hold: { seconds: 0 } } });
  });

  it('T120: puts no answered proposal up again for somebody who never heard the answer', async () => {
    const id = await create(documentOf({ hold: { seconds: 3_600, fairEvidenceSeconds: 0, weakEvidenceSeconds: 0 } }));
    const ada = { kind: 'person', id: 'ada' } as const;
    const asking = await change((tx) => changes.change(tx, { id, patch: { hold: { seconds: 0 } }, actor: ada }));
    if (asking.kind !== 'proposed') throw new Error('it was applied');
    const proposalId = asking.proposal.id;
    await change((tx) => changes.confirm(tx, { proposalId, actor: { kind: 'person', id: 'bo' } }));
    const reopened = insider.query(
      "UPDATE policy_changes SET state = 'pending', decided_by = NULL, decided_at = NULL WHERE id = $1",
      [proposalId],
    );
    await expect(reopened).rejects.toMatchObject({ code: 'RG006' });
  });

  it('is believed before an operator has said that no earlier build runs, as what such a build writes has to be', async () => {
    const id = await create();
    await test.asOwner('UPDATE rows_signed SET policies_since = NULL');
    try {
      await forge(id, { mac: Buffer.concat([Buffer.from('other.'), Buffer.alloc(32)]) });
      expect([await asked(), await told()]).toEqual([LAX.requiredChecks, 0]);
      expect(await firstFault()).toBeNull();
      await insider.query('UPDATE policies SET deleted_at = now() WHERE id = $1', [id]);
      expect(await asked()).toBeUndefined();
    } finally {
      await test.asOwner('UPDATE rows_signed SET policies_since = now()');
    }
    await removePolicies(test.database);
  });
});
