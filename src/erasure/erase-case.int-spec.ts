import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { compactVerify, decodeJwt, importJWK } from 'jose';
import { addPerson, addPolicy, openCase, type Core } from '../../test/model/core-stage.js';
import { auditOf } from '../../test/support/approved-case.js';
import { ErasureStage, RETENTION_SECONDS, type ClosedCase } from '../../test/support/erasure-stage.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { failing } from '../../test/support/verification/scripted-provider.js';
import { EvidenceSlots } from '../identity-evidence/evidence-slots.js';
import { SelfieFingerprints } from '../identity-evidence/selfie-fingerprints.js';
import { CaseShreddedError } from '../platform/crypto/case-keys.js';
import { newId } from '../platform/ids/ids.js';
import type { Policy, PolicyDocument } from '../policy/policy.js';
import { removePolicy } from '../policy/policy-rows.js';
import { BACKUP_HORIZON_DAYS } from './deletion-receipt.js';
import { tombstones } from './tombstones.js';

let test: TestDatabase;
let stage: ErasureStage;
let core: Core;
let policy: Policy;

beforeAll(async () => {
  test = await openTestDatabase();
  stage = await ErasureStage.build(test);
  ({ core, policy } = stage);
});
afterAll(() => test.close());

const closedCase = (): Promise<ClosedCase> => stage.closedCase();
const withSession = (...given: Parameters<ErasureStage['withSession']>): Promise<string> => stage.withSession(...given);
const erase = (caseId: string): Promise<void> => stage.erase(caseId);
const later = (caseId: string, seconds?: number): Promise<number> => stage.later(caseId, seconds);
const receiptOf = (caseId: string): Promise<string | undefined> => stage.receiptOf(caseId);
const openReason = (of: ClosedCase): Promise<string> => stage.openReason(of);

describe('erasing a case (T78, I8)', () => {
  it('leaves no object, no key, no picture hash, no fingerprint (T72); and nothing sealed opens, also from a copy of the object', async () => {
    const closed = await closedCase();
    const copy = core.objects.objects.get(closed.objectKeys[0] ?? '') ?? new Uint8Array();
    await later(closed.caseId);
    await erase(closed.caseId);
    for (const key of closed.objectKeys) expect(core.objects.objects.has(key)).toBe(false);
    await expect(openReason(closed)).rejects.toThrow(CaseShreddedError);
    await expect(
      test.database.read((tx) => core.keys.open(tx, closed.caseId, { sealed: copy, use: 'evidence:document_front:1' })),
    ).rejects.toThrow(CaseShreddedError);
    const rows = await test.database.read(
      (tx) =>
        tx.many`SELECT num_nonnulls(object_key, picture_digest, offered_digest, fingerprint_sealed, fingerprint_position) AS kept, erased_at IS NOT NULL AS erased FROM evidence WHERE case_id = ${closed.caseId}`,
    );
    const nothing = { kept: 0, erased: true };
    expect(rows).toEqual([nothing, nothing]);
  });

  it('leaves a note outside the database, with nothing of a person in it, before the key is gone (F49)', async () => {
    const closed = await closedCase();
    await withSession(closed.caseId, 'gamma');
    await later(closed.caseId);
    await erase(closed.caseId);
    const stones: unknown[] = [];
    for await (const stone of tombstones(core)) stones.push(stone);
    expect(stones).toContainEqual({ caseId: closed.caseId, pictures: 2, providers: { gamma: 'automatic' } });
  });

  it('forgets the selfie, which may then be used again (T72)', async () => {
    const { caseId } = await closedCase();
    const selfies = new SelfieFingerprints(test.database, core.keys, new EvidenceSlots(core.clock), core.logger);
    const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.from(one).equals(other);
    const fingerprints = { method: 'local:1', of: async () => undefined, same };
    const survey = () => selfies.survey({ caseId: 'another', code: Buffer.from(`canary ${caseId}`), fingerprints });
    expect(await survey()).toEqual({ known: true });
    await later(caseId);
    await erase(caseId);
    expect(await survey()).toMatchObject({ known: false });
  });

  it('gives a receipt that the published key verifies, and that names no person', async () => {
    const { caseId } = await closedCase();
    await later(caseId);
    await erase(caseId);
    const { publicKey, id } = core.ring.signingKey('receipt-signature');
    const published = await importJWK({ ...publicKey.export({ format: 'jwk' }) }, 'EdDSA');
    const { payload, protectedHeader } = await compactVerify((await receiptOf(caseId)) ?? '', published);
    expect(protectedHeader).toEqual({ alg: 'EdDSA', kid: id, typ: 'regain-deletion-receipt+jwt' });
    expect(JSON.parse(Buffer.from(payload).toString())).toEqual({
      case: caseId,
      reference: expect.stringMatching(/^REC-/),
      erasedAt: expect.any(String),
      pictures: 2,
      providers: {},
      method: 'data key destroyed, objects deleted',
      kept: { what: expect.stringContaining('keyed hash'), count: 0, months: 12 },
      backupHorizonDays: BACKUP_HORIZON_DAYS,
    });
    const other = await importJWK(
      { ...core.ring.signingKey('audit-signature').publicKey.export({ format: 'jwk' }) },
      'EdDSA',
    );
    await expect(compactVerify((await receiptOf(caseId)) ?? '', other)).rejects.toThrow('signature verification');
  });

  it('too early asks to be called again at the right time, and touches nothing', async () => {
    const closed = await closedCase();
    await later(closed.caseId, 600);
    await erase(closed.caseId);
    expect(await openReason(closed)).toBe('canary reason');
    const due = await test.database.read(
      (tx) =>
        tx.one<{
          seconds: number;
        }>`SELECT EXTRACT(EPOCH FROM due_at - clock_timestamp())::int AS seconds FROM outbox WHERE event = 'case.erasure_due' AND payload->>'caseId' = ${closed.caseId}`,
    );
    expect(Math.abs(due.seconds - (RETENTION_SECONDS - 600))).toBeLessThan(10);
    expect(await receiptOf(closed.caseId)).toBeUndefined();
  });

  it('of a living case does nothing, whatever asks', async () => {
    const { id } = await openCase(core, { policy, subjectId: (await addPerson(core)).id });
    await erase(id);
    await erase('rc_unknown');
    const { shreddedAt } = await test.database.read(
      (tx) => tx.one<{ shreddedAt: Date | null }>`SELECT shredded_at FROM case_keys WHERE case_id = ${id}`,
    );
    expect(shreddedAt).toBeNull();
  });

  it('twice, or many times at once, is one erasure', async () => {
    const { caseId } = await closedCase();
    await later(caseId);
    await Promise.all([erase(caseId), erase(caseId), erase(caseId)]);
    await erase(caseId);
    expect((await auditOf(test.database, caseId)).filter((type) => type === 'erasure.completed')).toHaveLength(1);
  });

  it('while the object store is away says "not erased", and ends when it is back (F24)', async () => {
    const closed = await closedCase();
    await later(closed.caseId);
    core.objects.down = true;
    await expect(erase(closed.caseId)).rejects.toThrow('ObjectStoreUnavailableError');
    expect([await openReason(closed), await receiptOf(closed.caseId)]).toEqual(['canary reason', undefined]);
    core.objects.down = false;
    await erase(closed.caseId);
    expect(await receiptOf(closed.caseId)).toBeDefined();
  });

  describe('comes at the shortest of the times that decide the case, however long its job was told to wait (rule 10)', () => {
    const gone = (id: string) => test.database.transaction((tx) => removePolicy(tx, id));
    const short = (given: Partial<PolicyDocument> = {}): Promise<Policy> =>
      addPolicy(core, { priority: 900, retention: { evidenceSeconds: 30 }, ...given });

    it('when the policy was shortened since', async () => {
      const closed = await closedCase();
      await later(closed.caseId, 90);
      expect((await stage.swept()).has(closed.caseId)).toBe(false);
      const { id } = await short();
      expect((await stage.swept()).has(closed.caseId)).toBe(true);
      await erase(closed.caseId);
      await expect(openReason(closed)).rejects.toThrow(CaseShreddedError);
      expect((await stage.swept()).has(closed.caseId)).toBe(false);
      await gone(id);
    });

    it('by the profile that covers its account, and those of the groups it left lately', async () => {
      const policies = [
        await short({ include: ['staff'], exclude: ['it'] }),
        await short({ include: ['it'], priority: 800, retention: { evidenceSeconds: 1_800 } }),
      ];
      const cases = await Promise.all(
        [['staff'], ['staff', 'it'], ['it'], ['sales'], []].map((groups) => stage.closedCase({ groups })),
      );
      const [staff, both, , sales] = cases;
      for (const { caseId } of cases) await later(caseId, 90);
      const swept = await stage.swept();
      expect(cases.map(({ caseId }) => swept.has(caseId))).toEqual([true, false, false, false, false]);
      await test.database.transaction(async (tx) => {
        // What an account is on its first day is enrolment, and leaves nothing behind.
        await tx.run`UPDATE subjects SET created_at = created_at - interval '2 days'`;
        await tx.run`UPDATE subjects SET groups = '{sales}', version = version + 1 WHERE id = ${staff?.subjectId ?? ''}`;
        await tx.run`UPDATE subjects SET groups = '{staff}', version = version + 1 WHERE id = ${sales?.subjectId ?? ''}`;
      });
      expect((await stage.swept()).has(staff?.caseId ?? '')).toBe(true);
      expect((await stage.swept()).has(sales?.caseId ?? '')).toBe(true);
      await later(both?.caseId ?? '', 1_800);
      expect((await stage.swept()).has(both?.caseId ?? '')).toBe(true);
      for (const { id } of policies) await gone(id);
    });

    it('never later than it was when it began, whatever covers its account now', async () => {
      const closed = await closedCase();
      const { id } = await short({ retention: { evidenceSeconds: 2 * RETENTION_SECONDS } });
      await later(closed.caseId, RETENTION_SECONDS + 60);
      expect((await stage.swept()).has(closed.caseId)).toBe(true);
      await gone(id);
    });
  });

  it('takes the chosen document with it, which stands outside the key', async () => {
    const { caseId } = await closedCase();
    await test.database.transaction(
      (tx) =>
        tx.run`UPDATE recovery_cases SET issuing_country = 'UTO', document_type = 'passport' WHERE id = ${caseId}`,
    );
    await later(caseId);
    await erase(caseId);
    const row = await test.database.read(
      (tx) => tx.one`SELECT issuing_country, document_type FROM recovery_cases WHERE id = ${caseId}`,
    );
    expect(row).toEqual({ issuingCountry: null, documentType: null });
  });

  it('takes where its links went and which codes were mailed with it, and no other case’s', async () => {
    const [erased, other] = [await closedCase(), await closedCase()];
    for (const { caseId } of [erased, other])
      await test.database.transaction(async (tx) => {
        await tx.run`INSERT INTO link_addresses (case_id, address_digest) VALUES (${caseId}, '\\x01')`;
        await tx.run`INSERT INTO issued_recovery_codes (id, case_id, code_digest, capture_digest, expires_at)
          VALUES (${newId('rcc', new Date())}, ${caseId}, '\\x01', '\\x01', clock_timestamp())`;
      });
    await later(erased.caseId);
    await erase(erased.caseId);
    const left = await test.database.read(
      (tx) =>
        tx.many`SELECT 'address' AS what, case_id FROM link_addresses UNION ALL SELECT 'code', case_id FROM issued_recovery_codes ORDER BY what`,
    );
    expect(left).toEqual([
      { what: 'address', caseId: other.caseId },
      { what: 'code', caseId: other.caseId },
    ]);
  });

  it('leaves an audit row with a number, what providers did, and nothing else', async () => {
    const { caseId } = await closedCase();
    await withSession(caseId, 'alpha');
    await later(caseId);
    await erase(caseId);
    const { data } = await test.database.read(
      (tx) =>
        tx.one<{
          data: unknown;
        }>`SELECT data FROM audit_events WHERE chain_id = ${caseId} AND type = 'erasure.completed'`,
    );
    expect(data).toEqual({ pictures: 2, providers: ['alpha: erased'] });
  });
});

describe('what partners hold of a case', () => {
  beforeEach(() => {
    stage.partner.asked.length = 0;
    stage.partner.answer = () => undefined;
  });

  const providersIn = async (caseId: string): Promise<unknown> =>
    decodeJwt<{ providers?: unknown }>((await receiptOf(caseId)) ?? '').providers;

  it('is erased before the key goes, and the receipt says what became of it', async () => {
    const { caseId } = await closedCase();
    const sessions = [
      await withSession(caseId, 'alpha', { attempt: 1, state: 'failed' }),
      await withSession(caseId, 'alpha', { attempt: 2 }),
    ];
    await withSession(caseId, 'beta', { attempt: 3 });
    await withSession(caseId, 'gamma', { attempt: 4 });
    await withSession(caseId, 'unloaded', { attempt: 5 });
    await later(caseId);
    await erase(caseId);
    expect(stage.partner.asked).toEqual(sessions.map((session) => `erase ${session}`));
    expect(await providersIn(caseId)).toEqual({
      alpha: 'erased',
      beta: 'no_api',
      gamma: 'automatic',
      unloaded: 'failed',
    });
  });

  it('is asked for again while the partner is away, for a week at most', async () => {
    const closed = await closedCase();
    await withSession(closed.caseId, 'alpha');
    await later(closed.caseId);
    stage.partner.answer = failing('unavailable');
    await expect(erase(closed.caseId)).rejects.toThrow('PartnersNotErasedError');
    expect([await openReason(closed), await receiptOf(closed.caseId)]).toEqual(['canary reason', undefined]);
    await later(closed.caseId, 7 * 86_400);
    await erase(closed.caseId);
    expect(await providersIn(closed.caseId)).toEqual({ alpha: 'failed' });
  });

  it.each([
    ['rejected', 'failed'],
    ['session_unknown', 'erased'],
  ] as const)('after the answer %s counts as %s', async (code, outcome) => {
    const { caseId } = await closedCase();
    await withSession(caseId, 'alpha');
    await later(caseId);
    stage.partner.answer = failing(code);
    await erase(caseId);
    expect(await providersIn(caseId)).toEqual({ alpha: outcome });
  });

  it('is stopped once when the case closes, long before it is due', async () => {
    const { caseId } = await closedCase();
    const session = await withSession(caseId, 'alpha', { state: 'open' });
    await withSession(caseId, 'beta', { attempt: 2, state: 'open' });
    stage.partner.answer = failing('unavailable');
    await erase(caseId);
    await erase(caseId);
    expect(stage.partner.asked).toEqual([`cancel ${session}`]);
    expect(await auditOf(test.database, caseId)).toContain('verification.session_abandoned');
    expect(await receiptOf(caseId)).toBeUndefined();
  });

  it('is left alone while the case lives', async () => {
    const { id } = await openCase(core, { policy, subjectId: (await addPerson(core)).id });
    await withSession(id, 'alpha', { state: 'open' });
    await erase(id);
    expect(stage.partner.asked).toEqual([]);
  });
});
