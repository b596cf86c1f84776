import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { recordingLogger } from '../../test/model/core-stage.js';
import { MemoryObjectStore } from '../../test/model/memory-object-store.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { ObjectStoreUnavailableError } from '../platform/storage/object-store.errors.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { SecurityEvents } from '../platform/telemetry/security-events.js';
import { newestAnchor } from './anchors.js';
import { appendAudit } from './append.js';
import { AuditSealer } from './audit-sealer.js';
import { rowHash, type ChainRow } from './chain.js';
import { checkpointSignature } from './checkpoints.js';
import { sealHeads } from './seal-heads.js';
import { AuditVerifier, type AuditVerification } from './verification.js';

const CHAINS = ['rc_a', 'rc_b', 'subject:c'];
const keys = [...KeyRing.generate('k1').keys, ...KeyRing.generate('k2').keys];
const ring = new KeyRing({ keys });
let test: TestDatabase;
/** Somebody with the whole database in hand: triggers and grants do not stop a superuser. */
let intruder: pg.Client;

beforeAll(async () => {
  test = await openTestDatabase({ ring });
  intruder = new pg.Client({ connectionString: test.superuserUrl, options: '-c search_path=regain' });
  await intruder.connect();
  await intruder.query("SET session_replication_role = 'replica'");
});
afterAll(async () => {
  await intruder.end();
  await test.close();
});

const say = (chainId: string, note: number | string): Promise<void> =>
  test.database.transaction((tx) =>
    appendAudit(tx, { chainId, type: 'case.opened', actor: { kind: 'person', id: 'agent' }, data: { note } }),
  );
const seal = (): Promise<number> => test.database.transaction((tx) => sealHeads(tx, ring));
const verify = (): Promise<AuditVerification> => new AuditVerifier(test.database, ring).verify();
const faultOf = async (): Promise<unknown> => (await verify()).firstFault;

beforeEach(async () => {
  for (const chain of CHAINS) for (let note = 1; note <= 4; note += 1) await say(chain, note);
});
afterEach(() =>
  intruder.query('TRUNCATE audit_events, audit_heads, audit_checkpoints, audit_checkpoint_heads CASCADE'),
);

describe('the chain', () => {
  it('is the same text in TypeScript and in PostgreSQL, whatever the data', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(
          fc.string({ unit: 'grapheme', minLength: 1 }),
          fc.oneof(
            fc.string({ unit: 'grapheme' }),
            fc.integer(),
            fc.boolean(),
            fc.double({ noNaN: true, noDefaultInfinity: true }),
          ),
        ),
        async (data) => {
          fc.pre(!JSON.stringify(data).includes('\\u0000'));
          await test.database.transaction((tx) =>
            appendAudit(tx, { chainId: 'rc_wild', type: 'case.opened', actor: { kind: 'person', id: 'Ä|=\n"' }, data }),
          );
          const row = await test.database.read(
            (
              tx,
            ) => tx.one<ChainRow>`SELECT chain_id, seq::text, id, type, actor_kind, actor_id, to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS occurred_text,
            data::text AS data_text, prev_hash, hash, mac FROM audit_events WHERE chain_id = 'rc_wild' ORDER BY audit_events.seq DESC LIMIT 1`,
          );
          expect(rowHash(row)).toEqual(row.hash);
        },
      ),
      { numRuns: 60 },
    );
    expect(await faultOf()).toBeNull();
  });

  it('keeps its order when many write at once, and chains do not wait for each other', async () => {
    await Promise.all(Array.from({ length: 60 }, (_, index) => say(CHAINS[index % 3] ?? '', index)));
    expect(await verify()).toMatchObject({ intact: true, rows: 72, chains: 3 });
    const held = test.database.transaction(async (tx) => {
      await appendAudit(tx, { chainId: 'rc_a', type: 'case.opened', actor: { kind: 'system', id: 'x' } });
      await say('rc_b', 'while rc_a is locked');
    });
    await held;
    expect(await verify()).toMatchObject({ intact: true, rows: 74 });
  });

  it('is taken back with its transaction, without a gap', async () => {
    const lost = test.database.transaction(async (tx) => {
      await appendAudit(tx, { chainId: 'rc_a', type: 'case.cancelled', actor: { kind: 'system', id: 'x' } });
      throw new Error('rolled back');
    });
    await expect(lost).rejects.toThrow('rolled back');
    await say('rc_a', 5);
    expect(await verify()).toMatchObject({ intact: true, rows: 13 });
  });
});

describe('verification names the first bad row (T56)', () => {
  it('intact: rows, chains and checkpoints are counted', async () => {
    await seal();
    await say('rc_a', 5);
    await seal();
    expect(await verify()).toEqual({
      intact: true,
      rows: 14,
      chains: 4,
      checkpoints: 2,
      macsAfterCheckpoint: 0,
      rowsWithoutMac: 0,
      firstFault: null,
    });
  });

  const ROW_CHANGES: [string, string][] = [
    ['type', "type = 'case.approved'"],
    ['actor', "actor_id = 'somebody else'"],
    ['kind of actor', "actor_kind = 'system'"],
    ['data', `data = '{"note": 99}'`],
    ['time', "occurred_at = occurred_at + interval '1 microsecond'"],
    ['id', "id = 'evt_other'"],
    ['hash', "hash = '\\x00'"],
  ];
  it.each(ROW_CHANGES)('a changed %s', async (_name, change) => {
    await intruder.query(`UPDATE audit_events SET ${change} WHERE chain_id = 'rc_b' AND seq = 2`);
    const { firstFault, intact } = await verify();
    expect([intact, firstFault]).toEqual([
      false,
      { kind: 'row_changed', chainId: 'rc_b', seq: 2, eventId: expect.any(String) },
    ]);
  });

  it('a changed row whose hash was worked out again: its MAC does not fit', async () => {
    await intruder.query(`UPDATE audit_events SET data = '{"note": 99}' WHERE chain_id = 'rc_b' AND seq = 2`);
    await intruder.query(
      `UPDATE audit_events e SET hash = sha256(audit_hash_input(e)) WHERE chain_id = 'rc_b' AND seq = 2`,
    );
    expect(await faultOf()).toMatchObject({ kind: 'mac_wrong', chainId: 'rc_b', seq: 2 });
  });

  it('a row whose time was changed and its hash worked out again: its successor does not fit', async () => {
    await intruder.query(
      "UPDATE audit_events SET occurred_at = occurred_at - interval '1 day' WHERE chain_id = 'rc_b' AND seq = 2",
    );
    await intruder.query(
      `UPDATE audit_events e SET hash = sha256(audit_hash_input(e)) WHERE chain_id = 'rc_b' AND seq = 2`,
    );
    expect(await faultOf()).toMatchObject({ kind: 'link_broken', chainId: 'rc_b', seq: 3 });
  });

  it('a removed row', async () => {
    await intruder.query("DELETE FROM audit_events WHERE chain_id = 'rc_b' AND seq = 2");
    expect(await faultOf()).toEqual({ kind: 'row_missing', chainId: 'rc_b', seq: 2 });
  });

  it('a removed first row', async () => {
    await intruder.query("DELETE FROM audit_events WHERE chain_id = 'rc_b' AND seq = 1");
    expect(await faultOf()).toEqual({ kind: 'row_missing', chainId: 'rc_b', seq: 1 });
  });

  it('two rows that changed places', async () => {
    await intruder.query(
      "UPDATE audit_events SET seq = CASE seq WHEN 2 THEN 30 ELSE 20 END WHERE chain_id = 'rc_b' AND seq IN (2, 3)",
    );
    await intruder.query("UPDATE audit_events SET seq = seq / 10 WHERE chain_id = 'rc_b' AND seq IN (20, 30)");
    expect(await faultOf()).toMatchObject({ kind: 'link_broken', chainId: 'rc_b', seq: 2 });
  });

  it('an inserted row, with the later ones moved on', async () => {
    await intruder.query("UPDATE audit_events SET seq = seq + 100 WHERE chain_id = 'rc_b' AND seq >= 3");
    await intruder.query("UPDATE audit_events SET seq = seq - 99 WHERE chain_id = 'rc_b' AND seq >= 103");
    await intruder.query(`INSERT INTO audit_events (chain_id, seq, id, type, actor_kind, actor_id, occurred_at, data, prev_hash, hash)
      SELECT chain_id, 3, 'evt_new', type, actor_kind, actor_id, occurred_at, data, hash, '\\x' FROM audit_events WHERE chain_id = 'rc_b' AND seq = 2`);
    await intruder.query("UPDATE audit_events e SET hash = sha256(audit_hash_input(e)) WHERE id = 'evt_new'");
    expect(await faultOf()).toEqual({ kind: 'mac_missing', chainId: 'rc_b', seq: 3, eventId: 'evt_new' });
  });

  it('a cut tail, before any checkpoint: the head stands beyond the rows', async () => {
    await intruder.query("DELETE FROM audit_events WHERE chain_id = 'rc_b' AND seq >= 3");
    expect(await faultOf()).toMatchObject({ kind: 'tail_missing', chainId: 'rc_b', seq: 3 });
  });

  it('a cut tail with the head moved back: the checkpoint knows', async () => {
    await seal();
    await intruder.query("DELETE FROM audit_events WHERE chain_id = 'rc_b' AND seq >= 3");
    await intruder.query(
      "UPDATE audit_heads SET seq = 2, hash = (SELECT hash FROM audit_events WHERE chain_id = 'rc_b' AND seq = 2) WHERE chain_id = 'rc_b'",
    );
    expect(await faultOf()).toMatchObject({ kind: 'tail_missing', chainId: 'rc_b', seq: 3 });
  });

  it('a whole chain written anew after it was sealed', async () => {
    await seal();
    await intruder.query("DELETE FROM audit_events WHERE chain_id = 'rc_b'");
    await intruder.query("DELETE FROM audit_heads WHERE chain_id = 'rc_b'");
    for (let note = 11; note <= 14; note += 1) await say('rc_b', note);
    expect(await faultOf()).toMatchObject({ kind: 'row_changed', chainId: 'rc_b', seq: 4 });
  });

  it('a missing chain, with and without its head', async () => {
    await seal();
    await intruder.query("DELETE FROM audit_events WHERE chain_id = 'rc_b'");
    expect(await faultOf()).toMatchObject({ kind: 'chain_missing', chainId: 'rc_b' });
    await intruder.query("DELETE FROM audit_heads WHERE chain_id = 'rc_b'");
    expect(await faultOf()).toMatchObject({ kind: 'chain_missing', chainId: 'rc_b' });
  });

  it.each([
    ['moved back', "UPDATE audit_heads SET seq = 2 WHERE chain_id = 'rc_b'"],
    [
      'moved back with the right hash',
      "UPDATE audit_heads SET seq = 2, hash = (SELECT hash FROM audit_events WHERE chain_id = 'rc_b' AND seq = 2) WHERE chain_id = 'rc_b'",
    ],
    ['given another hash', "UPDATE audit_heads SET hash = '\\x00' WHERE chain_id = 'rc_b'"],
    ['removed', "DELETE FROM audit_heads WHERE chain_id = 'rc_b'"],
  ])('a head that was %s', async (_name, change) => {
    await intruder.query(change);
    expect(await faultOf()).toMatchObject({ kind: 'head_changed', chainId: 'rc_b' });
  });

  it('a chain that is gone before any checkpoint, with its head left', async () => {
    await intruder.query("DELETE FROM audit_events WHERE chain_id = 'rc_b'");
    expect(await faultOf()).toMatchObject({ kind: 'chain_missing', chainId: 'rc_b', seq: 1 });
  });

  it('nothing, while rows are being written', async () => {
    const writers = Array.from({ length: 40 }, (_, index) => say(CHAINS[index % 3] ?? '', index));
    const seen = [await verify(), await verify(), await verify()];
    await Promise.all(writers);
    expect(seen.map((result) => result.firstFault)).toEqual([null, null, null]);
  });
});

describe('checkpoints', () => {
  it('seal what moved, and nothing twice', async () => {
    expect(await seal()).toBe(4);
    expect(await seal()).toBe(0);
    await say('rc_a', 5);
    expect(await seal()).toBe(1);
  });

  it('seal what a transaction wrote before the last one and committed after it', async () => {
    await test.database.transaction(async (tx) => {
      await appendAudit(tx, { chainId: 'rc_slow', type: 'case.opened', actor: { kind: 'person', id: 'agent' } });
      await tx.settle();
      expect(await seal()).toBe(4);
    });
    expect(await seal()).toBe(1);
  });

  it('seal what happened while the clock stood before the last one', async () => {
    await seal();
    await intruder.query("UPDATE audit_checkpoints SET created_at = created_at + interval '1 day'");
    await say('rc_a', 5);
    expect(await seal()).toBe(1);
  });

  it('seal at a worker’s start what was written while the clock went wrong and was put right again', async () => {
    await say('rc_a', 5);
    await intruder.query("UPDATE audit_events SET occurred_at = occurred_at - interval '1 hour'");
    await intruder.query('TRUNCATE audit_checkpoints, audit_checkpoint_heads CASCADE');
    await test.database.transaction((tx) =>
      appendAudit(tx, { chainId: 'rc_now', type: 'case.opened', actor: { kind: 'person', id: 'agent' } }),
    );
    expect(await test.database.transaction((tx) => sealHeads(tx, ring))).toBeGreaterThan(0);
    await intruder.query("DELETE FROM audit_checkpoint_heads WHERE chain_id = 'rc_a'");
    expect(await seal()).toBe(0);
    expect(await test.database.transaction((tx) => sealHeads(tx, ring, 'all'))).toBe(1);
  });

  it('are made once when two sealers run', async () => {
    const sealed = await Promise.all([seal(), seal(), seal()]);
    expect(sealed.sort()).toEqual([0, 0, 4]);
    expect(await verify()).toMatchObject({ intact: true, checkpoints: 1 });
  });

  const POINT_CHANGES: [string, string, string][] = [
    [
      'time',
      "UPDATE audit_checkpoints SET created_at = created_at + interval '1 second' WHERE id = 1",
      'checkpoint_signature',
    ],
    ['signature', "UPDATE audit_checkpoints SET signature = 'k1.AAAA' WHERE id = 1", 'checkpoint_signature'],
    [
      'key',
      "UPDATE audit_checkpoints SET signature = replace(signature, 'k2.', 'k9.') WHERE id = 1",
      'checkpoint_signature',
    ],
    [
      'sealed hash',
      "UPDATE audit_checkpoint_heads SET hash = '\\x00' WHERE checkpoint_id = 1 AND chain_id = 'rc_b'",
      'checkpoint_signature',
    ],
    [
      'list of heads',
      "DELETE FROM audit_checkpoint_heads WHERE checkpoint_id = 1 AND chain_id = 'rc_b'",
      'checkpoint_signature',
    ],
    ['link', "UPDATE audit_checkpoints SET previous_sha256 = 'x' WHERE id = 1", 'checkpoint_link'],
    ['place: the first is gone', 'DELETE FROM audit_checkpoints WHERE id = 1', 'checkpoint_link'],
  ];
  it.each(POINT_CHANGES)('that were changed in their %s are found', async (_name, change, kind) => {
    await seal();
    await say('rc_a', 5);
    await seal();
    await intruder.query(change);
    expect(await faultOf()).toMatchObject({ kind, chainId: 'checkpoints' });
  });

  it('still verify after the key was retired, and not once it has left the ring', async () => {
    await test.database.transaction((tx) => sealHeads(tx, new KeyRing({ keys: keys.slice(0, 1) })));
    expect(await verify()).toMatchObject({ intact: true });
    const without = await new AuditVerifier(test.database, new KeyRing({ keys: keys.slice(1) })).verify();
    expect(without.firstFault).toMatchObject({ kind: 'checkpoint_signature' });
  });
});

/** Workers at work, on a database that somebody sets back under them. */
describe('anchors of checkpoints (F49)', () => {
  const objects = new MemoryObjectStore();
  const { logger, lines } = recordingLogger();
  const securityEvents = new SecurityEvents(new Metrics(), logger);
  const worker = (): AuditSealer => new AuditSealer({ database: test.database, ring, objects, logger, securityEvents });
  const newest = async (): Promise<string | undefined> => (await newestAnchor({ objects, ring }))?.id;
  const told = (type: string): number => lines.filter((line) => line.includes(type)).length;
  beforeEach(() => {
    objects.objects.clear();
    objects.down = false;
    lines.length = 0;
  });

  it('follow the seals of several workers', async () => {
    const workers = [worker(), worker(), worker()];
    for (let note = 5; note <= 8; note += 1) {
      await say('rc_a', note);
      await Promise.all(workers.map((one) => one.seal()));
    }
    expect(await newest()).toBe('4');
    expect(lines.filter((line) => line.includes('security_event'))).toEqual([]);
  });

  it('make up for a store that was away, and seals do not wait for it', async () => {
    const sealer = worker();
    objects.down = true;
    await sealer.seal();
    expect([await verify(), told('dependency_unavailable')]).toMatchObject([{ checkpoints: 1 }, 1]);
    objects.down = false;
    await sealer.seal();
    expect(await newest()).toBe('1');
  });

  describe('that the store does not take, though it lets one read (F44)', () => {
    const readOnly = Object.assign(Object.create(objects) as MemoryObjectStore, {
      put: () => Promise.reject(new ObjectStoreUnavailableError('denied', 'AccessDenied')),
    });
    const shut = (): AuditSealer =>
      new AuditSealer({ database: test.database, ring, objects: readOnly, logger, securityEvents });
    const growOld = (id: number, seconds: number): Promise<unknown> =>
      intruder.query('UPDATE audit_checkpoints SET created_at = created_at - make_interval(secs => $2) WHERE id = $1', [
        id,
        seconds,
      ]);

    it('are missed since the oldest checkpoint without one, also by a worker that was just started', async () => {
      await worker().seal();
      await say('rc_a', 5);
      await seal();
      await growOld(2, 700);
      await say('rc_a', 6);
      await seal();
      const [one, startedLater] = [shut(), shut()];
      for (const sealer of [one, one, startedLater]) await sealer.seal();
      for (const sealer of [one, startedLater]) {
        expect(sealer.unanchoredSeconds).toBeGreaterThan(699);
        expect(sealer.unanchoredSeconds).toBeLessThan(760);
      }
    });

    it('are missed no more once they are written', async () => {
      const sealer = shut();
      await sealer.seal();
      expect(sealer.unanchoredSeconds).toBeGreaterThan(0);
      Reflect.deleteProperty(readOnly, 'put');
      await sealer.seal();
      expect([sealer.unanchoredSeconds, await newest()]).toEqual([0, '1']);
    });
  });

  it('that nothing can be read of are missed since the checkpoint that stands last', async () => {
    await seal();
    await seal();
    objects.down = true;
    const sealer = worker();
    expect(sealer.unanchoredSeconds).toBe(0);
    await sealer.seal();
    expect(sealer.unanchoredSeconds).toBeGreaterThan(0);
    expect(sealer.unanchoredSeconds).toBeLessThan(60);
  });

  it('are not written over by a worker whose database was set back, whatever it seals', async () => {
    const [sealer, other] = [worker(), worker()];
    await sealer.seal();
    await say('rc_a', 5);
    await sealer.seal();
    await intruder.query('DELETE FROM audit_checkpoint_heads WHERE checkpoint_id = 2');
    await intruder.query('DELETE FROM audit_checkpoints WHERE id = 2');
    await say('rc_a', 6);
    for (const one of [sealer, other]) await one.seal();
    expect(await verify()).toMatchObject({ checkpoints: 2 });
    expect([await newest(), objects.objects.size, told('database_set_back')]).toEqual(['2', 2, 2]);
    const mine = await test.database.read((tx) => checkpointSignature(tx, '2'));
    expect((await newestAnchor({ objects, ring }))?.signature).not.toBe(mine);
  });

  it.each<[string, (key: string) => boolean]>([
    ['all of them', () => true],
    ['the newest', (key) => key.includes('/000000000000000002-')],
  ])(
    'are not written anew by those who know of %s that somebody removed, until a worker is started anew',
    async (_name, removed) => {
      const workers = [worker(), worker()];
      for (const one of workers) await one.seal();
      await say('rc_a', 5);
      for (const one of workers) await one.seal();
      const kept = new Map([...objects.objects].filter(([key]) => !removed(key)));
      objects.objects.clear();
      for (const [key, bytes] of kept) objects.objects.set(key, bytes);
      await say('rc_a', 6);
      for (const one of workers) await one.seal();
      expect([objects.objects.size, told('anchor_missing')]).toEqual([kept.size, 2]);
      await worker().seal();
      for (const one of workers) await one.seal();
      expect([await newest(), told('anchor_missing')]).toEqual(['3', 2]);
    },
  );

  it('are not written beside one that is none', async () => {
    objects.objects.set('checkpoints/0', Buffer.from('junk'));
    await worker().seal();
    expect([objects.objects.size, told('anchor_unreadable')]).toEqual([1, 1]);
  });
});
