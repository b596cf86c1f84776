import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { jobOf } from '../../test/support/job-of.js';
import { compactVerify, decodeJwt, importJWK } from 'jose';
import { addPerson, addPolicy, buildCore, openCase, type Core } from '../../test/model/core-stage.js';
import type { SessionContext } from '../../providers/kit/index.js';
import { failing, ScriptedProvider } from '../../test/support/verification/scripted-provider.js';
import { auditOf } from '../../test/support/approved-case.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { SYSTEM, type Actor } from '../audit-trail/audit-event-types.js';
import type { Transaction } from '../platform/database/transaction.js';
import { CaseShreddedError } from '../platform/crypto/case-keys.js';
import { EvidenceSlots } from '../identity-evidence/evidence-slots.js';
import { SelfieFingerprints } from '../identity-evidence/selfie-fingerprints.js';
import { newId } from '../platform/ids/ids.js';
import type { Policy } from '../policy/policy.js';
import { ProviderCalls } from '../verification/providers/provider-calls.js';
import { ProviderControls } from '../verification/providers/provider-controls.js';
import { ProviderVitals } from '../verification/providers/provider-vitals.js';
import { ProviderRegistry } from '../verification/providers/provider-registry.js';
import { SessionDeliveries } from '../verification/session/session-deliveries.js';
import { SessionContexts } from '../verification/session/session-contexts.js';
import { SessionSecrets } from '../verification/session/session-secrets.js';
import { SessionStore } from '../verification/session/session-store.js';
import type { Problem } from '../platform/errors/problem.js';
import { BACKUP_HORIZON_DAYS } from './deletion-receipt.js';
import { DeletionReceiptsController } from './deletion-receipts.controller.js';
import { LegalHolds } from './legal-holds.js';
import { EraseCaseProcessor } from './erase-case.processor.js';
import { PartnerErasure } from './partner-erasure.js';
import { tombstones } from './tombstones.js';

/** A partner that keeps what it was asked. */
class ErasablePartner extends ScriptedProvider {
  readonly asked: string[] = [];
  answer: () => void = () => undefined;

  async erase(context: SessionContext): Promise<void> {
    this.asked.push(`erase ${context.externalId} ${context.nonce}`);
    this.answer();
  }

  async cancel(context: SessionContext): Promise<void> {
    this.asked.push(`cancel ${context.externalId} ${context.nonce}`);
    this.answer();
  }
}

const RETENTION_SECONDS = 3_600;
let test: TestDatabase;
let core: Core;
let policy: Policy;
let processor: EraseCaseProcessor;
let partner: ErasablePartner;

beforeAll(async () => {
  test = await openTestDatabase();
  core = buildCore(test.database);
  policy = await addPolicy(core, { retention: { evidenceSeconds: RETENTION_SECONDS } });
  partner = new ErasablePartner('alpha', { deletion: 'api', cancel: true });
  const secrets = new SessionSecrets(core.keys, core.ring);
  const partners = new PartnerErasure(
    test.database,
    new ProviderRegistry([
      partner,
      new ScriptedProvider('beta'),
      new ScriptedProvider('gamma', { deletion: 'automatic' }),
    ]),
    new ProviderCalls(
      core.metrics,
      core.logger,
      new ProviderVitals(core.metrics, core.logger, core.clock, core.database, new ProviderControls()),
    ),
    new SessionContexts(core.config, secrets, core.subjects, new SessionDeliveries(secrets, core.clock)),
    new SessionStore(),
  );
  processor = new EraseCaseProcessor(
    test.database,
    core.cases,
    core.policies,
    core.keys,
    core.ring,
    core.objects,
    partners,
    new LegalHolds(core.clock, core.cases, core.policies),
  );
});
afterAll(() => test.close());

const PICTURE = Buffer.from('canary picture bytes');

interface ClosedCase {
  caseId: string;
  objectKeys: string[];
  reason: Buffer;
}

/** A denied case with two pictures and a sealed reason. */
async function closedCase(): Promise<ClosedCase> {
  const { id: caseId } = await openCase(core, { policy, subjectId: (await addPerson(core)).id });
  const objectKeys: string[] = [];
  const reason = await test.database.transaction((tx) =>
    core.keys.seal(tx, caseId, { plain: 'canary reason', use: 'reason' }),
  );
  for (const kind of ['document_front', 'selfie']) {
    const objectKey = `evidence/${randomBytes(20).toString('hex')}`;
    const sealed = await test.database.transaction((tx) =>
      core.keys.seal(tx, caseId, { plain: PICTURE, use: `evidence:${kind}:1` }),
    );
    const { sha256 } = await core.objects.put(objectKey, sealed);
    await test.database.transaction(
      (
        tx,
      ) => tx.run`INSERT INTO evidence (id, case_id, attempt, kind, state, object_key, ciphertext_sha256, picture_digest, offered_digest)
        VALUES (${newId('ev', new Date())}, ${caseId}, 1, ${kind}, 'accepted', ${objectKey}, ${sha256}, '\\x01', '\\x02')`,
    );
    objectKeys.push(objectKey);
  }
  await test.database.transaction(async (tx) => {
    const code = await core.keys.seal(tx, caseId, {
      plain: `canary ${caseId}`,
      use: 'evidence:1:selfie:1:fingerprint',
    });
    await tx.run`UPDATE evidence SET fingerprint_sealed = ${code}, fingerprint_method = 'local:1',
      fingerprint_position = nextval('evidence_fingerprint_position') WHERE case_id = ${caseId} AND kind = 'selfie'`;
  });
  await test.database.transaction(async (tx) => {
    await tx.run`UPDATE recovery_cases SET state = 'adjudicating', reason_sealed = ${reason} WHERE id = ${caseId}`;
    await core.cases.transition(tx, { caseId, name: 'deny', actor: SYSTEM });
  });
  return { caseId, objectKeys, reason };
}
interface SessionOptions {
  attempt?: number;
  state?: string;
}

/** A session that the partner answered to; returns what the partner is to be asked about. */
async function withSession(caseId: string, provider: string, options: SessionOptions = {}): Promise<string> {
  const { attempt = 1, state = 'reported' } = options;
  const id = newId('vs', new Date());
  const secrets = new SessionSecrets(core.keys, core.ring);
  await test.database.transaction(async (tx) => {
    const nonce = await secrets.sealNonce(tx, { id, caseId }, 'the-nonce');
    await tx.run`INSERT INTO verification_sessions (id, case_id, attempt, provider, role, state, external_id, nonce_sealed, return_state_digest)
      VALUES (${id}, ${caseId}, ${attempt}, ${provider}, 'first', ${state}, ${`x-${id}`}, ${nonce}, ${randomBytes(32)})`;
  });
  return `x-${id} the-nonce`;
}

const erase = (caseId: string): Promise<void> => processor.process(jobOf({ caseId }));
const later = (caseId: string, seconds = RETENTION_SECONDS + 1): Promise<number> =>
  test.database.transaction(
    (tx) =>
      tx.run`UPDATE recovery_cases SET closed_at = closed_at - make_interval(secs => ${seconds}) WHERE id = ${caseId}`,
  );
const receiptOf = (caseId: string): Promise<string | undefined> =>
  new DeletionReceiptsController(test.database).one(caseId).then(
    ({ receipt }) => receipt,
    (error: Problem) => (error.code === 'wrong_state' ? undefined : Promise.reject(error)),
  );
const openReason = (of: ClosedCase): Promise<string> =>
  test.database.read(async (tx) =>
    (await core.keys.open(tx, of.caseId, { sealed: of.reason, use: 'reason' })).toString(),
  );

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

  it('comes at the shorter of the two times when the policy was shortened since', async () => {
    const closed = await closedCase();
    await later(closed.caseId, 60);
    const short = await addPolicy(core, { priority: 900, retention: { evidenceSeconds: 30 } });
    await erase(closed.caseId);
    await expect(openReason(closed)).rejects.toThrow(CaseShreddedError);
    await test.database.transaction((tx) => tx.run`UPDATE policies SET deleted_at = now() WHERE id = ${short.id}`);
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
    partner.asked.length = 0;
    partner.answer = () => undefined;
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
    expect(partner.asked).toEqual(sessions.map((session) => `erase ${session}`));
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
    partner.answer = failing('unavailable');
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
    partner.answer = failing(code);
    await erase(caseId);
    expect(await providersIn(caseId)).toEqual({ alpha: outcome });
  });

  it('is stopped once when the case closes, long before it is due', async () => {
    const { caseId } = await closedCase();
    const session = await withSession(caseId, 'alpha', { state: 'open' });
    await withSession(caseId, 'beta', { attempt: 2, state: 'open' });
    partner.answer = failing('unavailable');
    await erase(caseId);
    await erase(caseId);
    expect(partner.asked).toEqual([`cancel ${session}`]);
    expect(await auditOf(test.database, caseId)).toContain('verification.session_abandoned');
    expect(await receiptOf(caseId)).toBeUndefined();
  });

  it('is left alone while the case lives', async () => {
    const { id } = await openCase(core, { policy, subjectId: (await addPerson(core)).id });
    await withSession(id, 'alpha', { state: 'open' });
    await erase(id);
    expect(partner.asked).toEqual([]);
  });
});

describe('a legal hold (T79)', () => {
  const by = (id: string): Actor => ({ kind: 'person', id });
  const holds = (): LegalHolds => new LegalHolds(core.clock, core.cases, core.policies);
  const inside = <Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> =>
    test.database.transaction(work);
  const ask = (caseId: string, who = 'ada') =>
    inside((tx) => holds().ask(tx, { caseId, reasonCode: 'suspected_fraud', actor: by(who) }));
  const confirm = (caseId: string, who = 'ben') => inside((tx) => holds().confirm(tx, { caseId, actor: by(who) }));
  const release = (caseId: string, who: string) => inside((tx) => holds().release(tx, { caseId, actor: by(who) }));
  const isKept = async ({ objectKeys, caseId }: ClosedCase): Promise<boolean> =>
    objectKeys.every((key) => core.objects.objects.has(key)) && (await receiptOf(caseId)) === undefined;
  const auditTypes = async (caseId: string): Promise<string[]> =>
    (await auditOf(test.database, caseId)).filter((type) => /^(legal_hold|erasure)/.test(type));

  it('T79 by two persons keeps evidence, key and trail when the erasure falls due', async () => {
    const closed = await closedCase();
    await ask(closed.caseId);
    await confirm(closed.caseId);
    await later(closed.caseId);
    await erase(closed.caseId);
    expect(await isKept(closed)).toBe(true);
    expect(await openReason(closed)).toBe('canary reason');
    expect(await auditTypes(closed.caseId)).toEqual(['legal_hold.asked', 'legal_hold.confirmed']);
  });

  it('T79 is confirmed by nobody who asked for it, and ended by no single person', async () => {
    const closed = await closedCase();
    await ask(closed.caseId);
    await expect(confirm(closed.caseId, 'ada')).rejects.toMatchObject({ code: 'separation_of_duties' });
    await confirm(closed.caseId);
    await later(closed.caseId);
    await release(closed.caseId, 'cem');
    await expect(release(closed.caseId, 'cem')).rejects.toMatchObject({ code: 'separation_of_duties' });
    await erase(closed.caseId);
    expect(await isKept(closed)).toBe(true);
    await release(closed.caseId, 'ada');
    await erase(closed.caseId);
    expect(await isKept(closed)).toBe(false);
    expect(await auditTypes(closed.caseId)).toEqual([
      'legal_hold.asked',
      'legal_hold.confirmed',
      'legal_hold.release_asked',
      'legal_hold.released',
      'erasure.completed',
    ]);
  });

  it('T79 that nobody confirms keeps the evidence until it lapses, and can be asked for anew', async () => {
    const closed = await closedCase();
    await ask(closed.caseId);
    await expect(ask(closed.caseId, 'ben')).rejects.toMatchObject({ code: 'wrong_state' });
    const lapse = (): Promise<void> =>
      test.asOwner('UPDATE legal_holds SET lapses_at = clock_timestamp() WHERE case_id = $1 AND lapsed_at IS NULL', [
        closed.caseId,
      ]);
    await lapse();
    await expect(confirm(closed.caseId)).rejects.toMatchObject({ code: 'wrong_state' });
    expect(await ask(closed.caseId, 'ben')).toMatchObject({ askedBy: 'ben', confirmedAt: null });
    await later(closed.caseId);
    await erase(closed.caseId);
    expect(await isKept(closed)).toBe(true);
    await lapse();
    await erase(closed.caseId);
    expect(await isKept(closed)).toBe(false);
  });

  it('T79 is not promised once the evidence may be gone, nor for a case nobody knows', async () => {
    const closed = await closedCase();
    await later(closed.caseId);
    await expect(ask(closed.caseId)).rejects.toMatchObject({ code: 'wrong_state' });
    await expect(ask('rc_nothing')).rejects.toMatchObject({ code: 'not_found' });
    await expect(release(closed.caseId, 'ada')).rejects.toMatchObject({ code: 'wrong_state' });
  });

  it('T79 cannot be confirmed or ended by one person in the database either', async () => {
    const { caseId } = await closedCase();
    await ask(caseId);
    const alone = inside(
      (tx) =>
        tx.run`UPDATE legal_holds SET confirmed_by = asked_by, confirmed_at = clock_timestamp() WHERE case_id = ${caseId}`,
    );
    await expect(alone).rejects.toThrow(/legal_holds/);
    const asAnother = inside((tx) => tx.run`UPDATE legal_holds SET asked_by = 'ben' WHERE case_id = ${caseId}`);
    await expect(asAnother).rejects.toThrow(/permission denied/);
    await confirm(caseId);
    const forgotten = inside((tx) => tx.run`UPDATE legal_holds SET lapsed_at = lapses_at WHERE case_id = ${caseId}`);
    await expect(forgotten).rejects.toThrow(/legal_holds/);
  });
});
