import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addPerson, addPolicy, buildCore, openCase, type Core } from '../../test/model/core-stage.js';
import { auditOf } from '../../test/support/approved-case.js';
import { caseNotices } from '../../test/support/mail-work.js';
import { RecordingMail } from '../../test/support/recording-mail.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { Sessions } from '../passkey-registration/sessions.js';
import { newId } from '../platform/ids/ids.js';
import type { Policy } from '../policy/policy.js';
import type { NoticeKind } from './notice-texts.js';

let test: TestDatabase;
let core: Core;
let policy: Policy;

beforeAll(async () => {
  test = await openTestDatabase();
  core = buildCore(test.database);
  policy = await addPolicy(core, {});
});
afterAll(() => test.close());

/** Somebody who still signs in with a passkey: their account and their session's cookie. */
async function signedIn(): Promise<{ subjectId: string; cookie: string; credentialId: string }> {
  const { id: subjectId } = await addPerson(core);
  const credentialId = newId('pk', new Date());
  return test.database.transaction(async (tx) => {
    await tx.run`INSERT INTO credentials (id, subject_id, credential_id, public_key, user_handle, aaguid, device_type, backed_up)
      VALUES (${credentialId}, ${subjectId}, ${randomBytes(16)}, '\\x00', '\\x00', 'none', 'singleDevice', false)`;
    const { secret: cookie } = await new Sessions(core.ring, core.clock).open(tx, { subjectId, credentialId });
    return { subjectId, cookie, credentialId };
  });
}
const stateOf = (caseId: string) =>
  test.database.read((tx) => tx.one`SELECT state, state_reason FROM recovery_cases WHERE id = ${caseId}`);

describe('somebody who still has a passkey (T59)', () => {
  it('stops the recovery of their own account at once, and of no other', async () => {
    const [owner, other] = [await signedIn(), await signedIn()];
    const { id: caseId } = await openCase(core, { policy, subjectId: owner.subjectId });
    expect(await core.repudiation.stopAsOwner(other.cookie)).toBe(false);
    expect(await stateOf(caseId)).toEqual({ state: 'link_sent', stateReason: null });
    expect(await core.repudiation.stopAsOwner(owner.cookie)).toBe(true);
    expect(await stateOf(caseId)).toEqual({ state: 'cancelled', stateReason: 'repudiated' });
    expect(await core.metrics.registry.metrics()).toContain(
      'regain_security_events_total{type="recovery_repudiated"} 1',
    );
    expect((await auditOf(test.database, caseId)).at(-1)).toBe('case.cancelled');
    expect(await core.repudiation.stopAsOwner(owner.cookie)).toBe(false);
  });

  it('is nobody without a session, with a dead one, or with a passkey that was frozen', async () => {
    const owner = await signedIn();
    const { id: caseId } = await openCase(core, { policy, subjectId: owner.subjectId });
    const { id } = { id: owner.credentialId };
    await test.database.transaction(
      (tx) => tx.run`UPDATE credentials SET frozen_at = clock_timestamp() WHERE id = ${id}`,
    );
    for (const cookie of [undefined, 'x', owner.cookie])
      await expect(core.repudiation.stopAsOwner(cookie)).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(await stateOf(caseId)).toMatchObject({ state: 'link_sent' });
  });
});

describe('the owner’s answer to a notice of a case that has ended (T59, T107)', () => {
  /** A case that ended in this way, or that lives, and the tokens of the notices of this kind, one of each address. */
  async function ended(state: 'denied' | 'completed' | 'living', kind: NoticeKind) {
    const emails = ['ana@example.org', 'ana.work@example.com'];
    const { id: subjectId } = await addPerson(core, { emails });
    const { id: caseId } = await openCase(core, { policy, subjectId });
    if (state !== 'living')
      await test.asOwner('UPDATE recovery_cases SET state = $2, closed_at = now() WHERE id = $1', [caseId, state]);
    const mail = new RecordingMail();
    await caseNotices(core, mail).send(caseId, kind);
    const tokens = mail.taken.map(({ text }) => /\/notices\/([\w-]{43})/.exec(text)?.[1] ?? '');
    return { caseId, subjectId, tokens };
  }
  const told = async (type: string): Promise<number> => {
    const { values } = await core.metrics.securityEvents.get();
    return values.find(({ labels }) => labels.type === type)?.value ?? 0;
  };
  const answers = async (caseId: string): Promise<string[]> =>
    (await auditOf(test.database, caseId)).filter((type) => type === 'notice.repudiated');
  const outcomes = async (tokens: readonly string[]): Promise<string[]> => {
    const seen: string[] = [];
    for (const token of tokens) seen.push((await core.repudiation.repudiate(token)).outcome);
    return seen;
  };

  it('tells the security team of a denied one, once, however often and from wherever it is given', async () => {
    const { caseId, tokens } = await ended('denied', 'recovery_denied');
    const before = await told('recovery_repudiated');
    const clicks = [...tokens, ...tokens, ...tokens];
    expect(await outcomes(clicks)).toEqual(clicks.map(() => 'nothing_to_stop'));
    expect((await told('recovery_repudiated')) - before).toBe(1);
    expect(await answers(caseId)).toHaveLength(tokens.length);
    expect(await stateOf(caseId)).toMatchObject({ state: 'denied' });
  });

  it('tells it once of clicks at the same moment', async () => {
    const { caseId, tokens } = await ended('denied', 'recovery_denied');
    const before = await told('recovery_repudiated');
    await Promise.all([...tokens, ...tokens].map((token) => core.repudiation.repudiate(token)));
    expect((await told('recovery_repudiated')) - before).toBe(1);
    expect(await answers(caseId)).toHaveLength(tokens.length);
  });

  it('says of a completed one that the passkey was frozen, every time, and reports it once', async () => {
    const { caseId, subjectId, tokens } = await ended('completed', 'recovery_completed');
    await test.database.transaction(
      (tx) =>
        tx.run`INSERT INTO credentials (id, subject_id, case_id, credential_id, public_key, user_handle, aaguid, device_type, backed_up)
          VALUES (${newId('pk', new Date())}, ${subjectId}, ${caseId}, ${randomBytes(16)}, '\\x00', '\\x00', 'none', 'singleDevice', false)`,
    );
    const before = [await told('passkey_frozen'), await told('recovery_repudiated')];
    expect(await outcomes([...tokens, ...tokens])).toEqual(['frozen', 'frozen', 'frozen', 'frozen']);
    expect([await told('passkey_frozen'), await told('recovery_repudiated')]).toEqual([
      (before[0] ?? 0) + 1,
      before[1],
    ]);
    await test.asOwner('UPDATE credentials SET removed_at = now() WHERE case_id = $1', [caseId]);
    expect(await outcomes(tokens)).toEqual(['nothing_to_stop', 'nothing_to_stop']);
  });

  it('says of a living one that it was stopped, the second time too, and reports it once', async () => {
    const { tokens } = await ended('living', 'recovery_started');
    const before = await told('recovery_repudiated');
    expect(await outcomes([...tokens, ...tokens])).toEqual(['stopped', 'stopped', 'stopped', 'stopped']);
    expect((await told('recovery_repudiated')) - before).toBe(1);
  });
});
