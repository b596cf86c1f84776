import { sign } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { Database } from '../platform/database/database.js';
import { appendAudit } from './append.js';
import { checkpointDigest, GENESIS, headsDigest, lastCheckpoint, signedText, type HeadRow } from './checkpoints.js';
import { TrailBrokenError } from './raise-floor.js';
import { requireMacs } from './require-macs-command.js';
import { sealHeads } from './seal-heads.js';
import { AuditVerifier, type AuditVerification } from './verification.js';

const [k1] = KeyRing.generate('k1').keys;
const [k2] = KeyRing.generate('k2').keys;
if (!k1 || !k2) throw new Error('no keys were made');
const old = new KeyRing({ keys: [k1] });
const ring = new KeyRing({ keys: [k1, k2] });
let test: TestDatabase;
/** Somebody with the service's own database role, and without its key ring. */
let insider: pg.Client;
/** Somebody with the whole database in hand. */
let intruder: pg.Client;

beforeEach(async () => {
  await close();
  test = await openTestDatabase({ ring });
  insider = new pg.Client({ connectionString: test.appUrl, options: '-c search_path=regain' });
  intruder = new pg.Client({ connectionString: test.superuserUrl, options: '-c search_path=regain' });
  await Promise.all([insider.connect(), intruder.connect()]);
  await intruder.query("SET session_replication_role = 'replica'");
});
afterAll(() => close());

async function close(): Promise<void> {
  await Promise.all([insider?.end(), intruder?.end()]);
  await test?.close();
}

const say = (note: number | string, chainId = 'rc_a'): Promise<void> =>
  test.database.transaction((tx) =>
    appendAudit(tx, { chainId, type: 'case.opened', actor: { kind: 'person', id: 'agent' }, data: { note } }),
  );
const seal = (): Promise<number> => test.database.transaction((tx) => sealHeads(tx, ring, 'all'));
const verify = (by = ring): Promise<AuditVerification> => new AuditVerifier(test.database, by).verify();
const faultOf = async (): Promise<unknown> => (await verify()).firstFault;
/** As the role may, and as a build of before did: through the chain's trigger, which makes it fit. */
const inserted = (id: string, mac = 'NULL::bytea', chainId = 'rc_a'): Promise<unknown> =>
  insider.query(`INSERT INTO audit_events (chain_id, id, type, actor_kind, actor_id, data, mac)
    VALUES ('${chainId}', '${id}', 'case.opened', 'person', 'agent', '{"note": 1}', ${mac})`);

/** A checkpoint of a build that knew of no MACs. */
async function sealedAsBefore(): Promise<void> {
  await test.database.transaction(async (tx) => {
    const heads =
      await tx.many<HeadRow>`SELECT chain_id, seq::text, hash FROM audit_heads ORDER BY chain_id COLLATE "C"`;
    const previous = await lastCheckpoint(tx);
    const point = {
      id: String(Number(previous?.id ?? 0) + 1),
      createdText: '2026-11-01T00:00:00.000000Z',
      previousSha256: previous ? checkpointDigest(previous) : GENESIS,
      headsSha256: headsDigest(heads),
      headCount: heads.length,
    };
    const key = ring.signingKey('audit-signature');
    const signature = `${key.id}.${sign(null, signedText(point), key.privateKey).toString('base64url')}`;
    await tx.run`INSERT INTO audit_checkpoints (id, created_at, previous_sha256, heads_sha256, head_count, signature)
      VALUES (${point.id}, ${point.createdText}::timestamptz, ${point.previousSha256}, ${point.headsSha256}, ${point.headCount}, ${signature})`;
    await tx.run`INSERT INTO audit_checkpoint_heads (checkpoint_id, chain_id, seq, hash)
      SELECT ${point.id}, * FROM unnest(${heads.map((head) => head.chainId)}::text[], ${heads.map((head) => head.seq)}::bigint[], ${heads.map((head) => head.hash)}::bytea[])`;
  });
}

describe('a row of the audit trail (T56)', () => {
  it('that somebody inserts with the service’s own role is named, sealed or not, before any checkpoint or after it', async () => {
    await say(1);
    await inserted('evt_new');
    const named = { kind: 'mac_missing', chainId: 'rc_a', seq: 2, eventId: 'evt_new' };
    expect(await faultOf()).toEqual(named);
    await say(3);
    await seal();
    expect(await verify()).toMatchObject({ intact: false, macsAfterCheckpoint: 0, firstFault: named });
  });

  it('has no use for the MAC of another one, in its own chain or elsewhere', async () => {
    await say(1);
    const theirs = "(SELECT mac FROM audit_events WHERE chain_id = 'rc_a' AND seq = 1)";
    await inserted('evt_new', theirs);
    expect(await faultOf()).toEqual({ kind: 'mac_wrong', chainId: 'rc_a', seq: 2, eventId: 'evt_new' });
    const { rows } = await insider.query<{ id: string }>(
      "SELECT id FROM audit_events WHERE chain_id = 'rc_a' AND seq = 1",
    );
    await expect(inserted(rows[0]?.id ?? '', theirs, 'rc_b')).rejects.toThrow('duplicate key');
    await intruder.query("DELETE FROM audit_events WHERE chain_id = 'rc_a' AND seq = 2");
    await intruder.query("UPDATE audit_events SET chain_id = 'rc_0' WHERE chain_id = 'rc_a'");
    await intruder.query("UPDATE audit_events e SET hash = sha256(audit_hash_input(e)) WHERE chain_id = 'rc_0'");
    expect(await faultOf()).toMatchObject({ kind: 'mac_wrong', chainId: 'rc_0', seq: 1 });
  });

  it.each([
    ['id', "id = 'evt_other'"],
    ['type', "type = 'case.approved'"],
    ['kind of actor', "actor_kind = 'system'"],
    ['actor', "actor_id = 'somebody else'"],
    ['data', `data = '{"note": 99}'`],
    ['a name in the data', `data = '{"notes": 1}'`],
    ['nothing but the MAC', 'mac = set_byte(mac, 20, get_byte(mac, 20) # 1)'],
    ['nothing but the length of the MAC', "mac = '\\x6b312e00'"],
  ])('fits its MAC no more with another %s, whatever its hash says', async (_name, change) => {
    await say(1);
    await intruder.query(`UPDATE audit_events SET ${change}`);
    await intruder.query('UPDATE audit_events e SET hash = sha256(audit_hash_input(e))');
    await intruder.query(
      'UPDATE audit_heads h SET hash = (SELECT hash FROM audit_events e WHERE e.chain_id = h.chain_id)',
    );
    expect((await verify()).firstFault?.kind).toMatch(/^mac_(wrong|key_missing)$/);
  });

  it('verifies under the key that signed it, and with no ring that lacks it', async () => {
    const before = await Database.connect({ url: test.appUrl, poolSize: 1, statementTimeoutMs: 5_000, ring: old });
    await before
      .transaction((tx) =>
        appendAudit(tx, { chainId: 'rc_a', type: 'case.opened', actor: { kind: 'system', id: 'x' } }),
      )
      .finally(() => before.close());
    await say(2);
    expect(await verify()).toMatchObject({ intact: true, rows: 2, rowsWithoutMac: 0 });
    expect((await verify(new KeyRing({ keys: [k2] }))).firstFault).toMatchObject({ kind: 'mac_key_missing', seq: 1 });
  });

  it('is not written through a connection without a key ring', async () => {
    const without = await Database.connect({ url: test.appUrl, poolSize: 1, statementTimeoutMs: 5_000 });
    const writing = without.transaction((tx) =>
      appendAudit(tx, { chainId: 'rc_a', type: 'case.opened', actor: { kind: 'system', id: 'x' } }),
    );
    await expect(writing).rejects.toThrow('without a key ring');
    await without.close();
  });
});

describe('rows of a build that signed none (F37, T56)', () => {
  beforeEach(async () => {
    await inserted('evt_1');
    await sealedAsBefore();
    await say(2);
  });

  it('stay valid, and are counted; which others need a MAC is said once, and sealed', async () => {
    await inserted('evt_3');
    await seal();
    expect(await verify()).toMatchObject({ intact: true, macsAfterCheckpoint: null, rowsWithoutMac: 2 });
    const said = await requireMacs({ database: test.database, ring }, { anyway: false });
    expect(said).toMatchObject({ intact: true, macsAfterCheckpoint: 2, rowsWithoutMac: 2, checkpoints: 3 });
    await inserted('evt_4');
    const named = { kind: 'mac_missing', chainId: 'rc_a', seq: 4, eventId: 'evt_4' };
    expect(await faultOf()).toEqual(named);
    await seal();
    expect(await faultOf()).toEqual(named);
    await requireMacs({ database: test.database, ring }, { anyway: false });
    expect(await faultOf()).toEqual(named);
  });

  it('are still held against a MAC that one of them has', async () => {
    await inserted('evt_3', "'\\x6b312e'::bytea || sha256('')");
    expect(await faultOf()).toMatchObject({ kind: 'mac_wrong', seq: 3 });
  });

  it('are not added to by whoever speaks of a later checkpoint without the key, or of one of a history that was lost', async () => {
    await requireMacs({ database: test.database, ring }, { anyway: false });
    await inserted('evt_4');
    await seal();
    const point = await test.database.read(lastCheckpoint);
    const digest = point ? checkpointDigest(point) : '';
    const said = `'{"checkpointId": "${point?.id}", "digest": "${digest}", "reason": "upgrade"}'`;
    await insider.query(`INSERT INTO audit_events (chain_id, id, type, actor_kind, actor_id, data)
      VALUES ('audit-trail', 'evt_5', 'audit.macs_required', 'system', 'regain', ${said})`);
    expect(await verify()).toMatchObject({ macsAfterCheckpoint: 2, firstFault: { eventId: 'evt_5' } });
    await intruder.query(`UPDATE audit_checkpoints SET head_count = head_count + 1 WHERE id = 2`);
    expect(await verify()).toMatchObject({ intact: false, macsAfterCheckpoint: null });
  });

  it('cannot be had back by removing what was said', async () => {
    await requireMacs({ database: test.database, ring }, { anyway: false });
    await intruder.query("DELETE FROM audit_events WHERE chain_id = 'audit-trail'");
    await intruder.query("DELETE FROM audit_heads WHERE chain_id = 'audit-trail'");
    expect(await faultOf()).toEqual({ kind: 'chain_missing', chainId: 'audit-trail', seq: 1 });
  });

  it('are not made valid on a trail that is not whole, unless somebody says so, and then it is on record', async () => {
    await requireMacs({ database: test.database, ring }, { anyway: false });
    await inserted('evt_of_an_older_build');
    const again = (anyway: boolean) => requireMacs({ database: test.database, ring }, { anyway });
    expect(await again(false)).toMatchObject({ intact: false, macsAfterCheckpoint: 2 });
    expect(await again(true)).toMatchObject({ intact: true, macsAfterCheckpoint: 4, rowsWithoutMac: 2 });
    const { rows } = await insider.query(
      "SELECT data->>'intact' AS intact FROM audit_events WHERE type LIKE 'audit.%' ORDER BY seq",
    );
    expect(rows).toEqual([{ intact: 'true' }, { intact: 'false' }]);
  });

  it('are not made valid at all where something else is wrong', async () => {
    await intruder.query("UPDATE audit_events SET actor_id = 'x' WHERE id = 'evt_1'");
    await expect(requireMacs({ database: test.database, ring }, { anyway: false })).rejects.toThrow(TrailBrokenError);
  });
});
