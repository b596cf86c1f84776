import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { copyOf, ScriptedFingerprints } from '../../../test/support/verification/scripted-fingerprints.js';
import { OWN_MACHINE, ScriptedProvider } from '../../../test/support/verification/scripted-provider.js';
import { auditTypes, newBrowser, openCase } from '../../../test/support/verification/world-cases.js';
import {
  createVerificationWorld,
  type VerificationWorld,
} from '../../../test/support/verification/verification-world.js';
import type { IntakeAnswer } from '../../identity-evidence/evidence-intake.js';
import { newId } from '../../platform/ids/ids.js';

const REFUSED: IntakeAnswer = { kind: 'selfie', accepted: false, reasons: ['same_photo'], repeated: false };
const ACCEPTED: IntakeAnswer = { kind: 'selfie', accepted: true, reasons: [], repeated: false };

describe('a selfie that was used on another case (T72)', () => {
  let test: TestDatabase;
  let world: VerificationWorld;
  let fingerprints: ScriptedFingerprints;

  beforeAll(async () => {
    test = await openTestDatabase();
  });
  afterAll(() => test.close());
  beforeEach(() => {
    const local = new ScriptedProvider('local', OWN_MACHINE);
    local.fingerprints = fingerprints = new ScriptedFingerprints();
    world = createVerificationWorld({ database: test.database, providers: [local] });
  });

  const open = async (policy: Parameters<typeof openCase>[1]['policy'] = {}): Promise<string> =>
    (await openCase(world, { providers: ['local'], policy })).id;
  const upload = (caseId: string, bytes: Uint8Array, browser = newBrowser()): Promise<IntakeAnswer> =>
    world.uploads.upload({ caseId, ...browser, kind: 'selfie', bytes });
  const slot = (caseId: string) =>
    world.database.read((tx) => world.evidence.slots.find(tx, { caseId, attempt: 1, kind: 'selfie' }));

  it('is refused although its bytes changed, and nothing of it is kept', async () => {
    const [first, second] = [await open(), await open()];
    expect(await upload(first, copyOf('leaked', 'as it was'))).toEqual(ACCEPTED);
    const kept = world.platform.objects.objects.size;
    expect(await upload(second, copyOf('leaked', 'compressed'))).toEqual(REFUSED);
    expect(world.platform.objects.objects.size).toBe(kept);
    expect(await slot(second)).toMatchObject({ state: 'rejected', objectKey: null, fingerprintMethod: null });
    expect(await auditTypes(world, second)).toContain('evidence.rejected');
  });

  it('is another thing than one more picture on its own case, or one without a face', async () => {
    const [first, second] = [await open(), await open()];
    const browser = newBrowser();
    expect(await upload(first, copyOf('own', 'one'), browser)).toEqual(ACCEPTED);
    expect(await upload(first, copyOf('own', 'two'), browser)).toEqual(ACCEPTED);
    expect(await upload(first, copyOf('nobody', 'one'), browser)).toEqual(ACCEPTED);
    expect(await upload(second, copyOf('nobody', 'two'))).toEqual(ACCEPTED);
  });

  it('may be used again as soon as the picture was replaced by another', async () => {
    const [first, second] = [await open(), await open()];
    const browser = newBrowser();
    await upload(first, copyOf('replaced', 'one'), browser);
    await upload(first, copyOf('instead', 'one'), browser);
    expect(await upload(second, copyOf('replaced', 'two'))).toEqual(ACCEPTED);
  });

  it('is no matter where the policy allows it, and no code is made there', async () => {
    const demo = await open({ allowRepeatedPictures: true });
    await upload(await open(), copyOf('shown', 'one'));
    expect(await upload(demo, copyOf('shown', 'two'))).toEqual(ACCEPTED);
    expect(fingerprints.asked).toEqual(['shown']);
    expect((await slot(demo))?.fingerprintMethod).toBeNull();
  });

  it.each([
    ['the same photograph', (n: number) => copyOf('racing photograph', `copy ${n}`)],
    ['the same bytes', () => copyOf('nobody', 'racing bytes')],
  ])('is accepted on one case alone when several send %s at once', async (_what, picture) => {
    const cases = await Promise.all(Array.from({ length: 6 }, () => open()));
    meetBeforeAcceptance(cases.length);
    const answers = await Promise.all(cases.map((caseId, n) => upload(caseId, picture(n))));
    expect(answers.filter(({ accepted }) => accepted)).toHaveLength(1);
    expect(answers.filter(({ accepted }) => !accepted)).toEqual(Array.from({ length: 5 }, () => REFUSED));
    expect(world.platform.objects.objects.size).toBe(1);
  });

  it('is not known any more when the key of its case was destroyed', async () => {
    const first = await open();
    await upload(first, copyOf('shredded', 'one'));
    await world.database.transaction((tx) => world.platform.keys.shred(tx, first));
    expect(await upload(await open(), copyOf('shredded', 'two'))).toEqual(ACCEPTED);
  });

  it('is looked for among all there are', async () => {
    const [kept, ...others] = [await open(), await open(), await open(), await open(), await open()];
    await fill(kept, 600);
    for (const [at, n] of [1, 250, 251, 600].entries())
      expect(await upload(others[at] ?? '', copyOf(`filled ${n}`, 'again'))).toEqual(REFUSED);
    expect(await upload(await open(), copyOf('filled 601', 'first'))).toEqual(ACCEPTED);
  });

  it('is not compared with codes of another method', async () => {
    await upload(await open(), copyOf('method', 'one'));
    fingerprints.method = 'scripted-2';
    expect(await upload(await open(), copyOf('method', 'two'))).toEqual(ACCEPTED);
    expect(await upload(await open(), copyOf('method', 'three'))).toEqual(REFUSED);
  });

  it('keeps nobody else out when a code does not open, and a moved one does not', async () => {
    const [altered, moved, last] = [await open(), await open(), await open()];
    await upload(altered, copyOf('altered', 'one'));
    await upload(moved, copyOf('moved', 'one'));
    await world.database.transaction(async (tx) => {
      await tx.run`UPDATE evidence SET fingerprint_sealed = '\\x00' WHERE case_id = ${altered}`;
      await tx.run`UPDATE evidence SET attempt = 2 WHERE case_id = ${moved}`;
    });
    expect(await upload(await open(), copyOf('altered', 'two'))).toEqual(ACCEPTED);
    expect(await upload(await open(), copyOf('moved', 'two'))).toEqual(ACCEPTED);
    await upload(last, copyOf('last', 'one'));
    expect(await upload(await open(), copyOf('last', 'two'))).toEqual(REFUSED);
  });

  it('leaves a sealed code and no other trace', async () => {
    const caseId = await open();
    await upload(caseId, copyOf('canary photograph', 'one'));
    await upload(await open(), copyOf('canary photograph', 'two'));
    const { fingerprintSealed, ...row } = await world.database.read(
      (tx) => tx.one<{ fingerprintSealed: Buffer }>`SELECT * FROM evidence WHERE case_id = ${caseId}`,
    );
    expect(fingerprintSealed.length).toBeGreaterThan(28);
    const told = await world.database.read(
      (tx) => tx.many`SELECT payload::text FROM outbox UNION ALL SELECT data::text FROM audit_events`,
    );
    const text = `${fingerprintSealed.toString('latin1')}${JSON.stringify([row, told])}`;
    const code = Buffer.from('canary photograph');
    for (const encoded of [code.toString(), code.toString('hex'), code.toString('base64')])
      expect(text).not.toContain(encoded);
  });

  it('cannot be known by a code that outlives its picture', async () => {
    const caseId = await open();
    await upload(caseId, copyOf('outliving', 'one'));
    const erasing = world.database.transaction(
      (tx) => tx.run`UPDATE evidence SET erased_at = now(), object_key = NULL WHERE case_id = ${caseId}`,
    );
    await expect(erasing).rejects.toMatchObject({ code: '23514' });
  });

  /** No upload goes on before all of them have looked for their picture on other cases. */
  function meetBeforeAcceptance(count: number): void {
    const { objects } = world.platform;
    const put = objects.put.bind(objects);
    let release = (): void => undefined;
    const all = new Promise<void>((resolve) => (release = resolve));
    let there = 0;
    objects.put = async (key, bytes) => {
      there += 1;
      if (there === count) release();
      await all;
      return put(key, bytes);
    };
  }

  /** As many selfies of one case, one for each attempt. */
  async function fill(caseId: string, count: number): Promise<void> {
    await world.database.transaction(async (tx) => {
      for (let attempt = 1; attempt <= count; attempt += 1) {
        const address = { caseId, attempt, kind: 'selfie', version: 1 } as const;
        const code = Buffer.from(`filled ${attempt}`);
        const { sealed } = await world.evidence.fingerprints.seal(tx, address, { caseId, code, fingerprints });
        await tx.run`INSERT INTO evidence (id, case_id, attempt, kind, state, object_key, fingerprint_sealed, fingerprint_method, fingerprint_position)
          VALUES (${newId('ev', new Date())}, ${caseId}, ${attempt}, 'selfie', 'accepted', ${`evidence/${attempt}`}, ${sealed},
            'local:scripted-1', nextval('evidence_fingerprint_position'))`;
      }
    });
  }
});
