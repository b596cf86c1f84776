import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auditOf } from '../../test/support/approved-case.js';
import { ErasureStage, type ClosedCase } from '../../test/support/erasure-stage.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { appendAudit } from '../audit-trail/append.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { LegalHold } from './legal-holds.js';

let test: TestDatabase;
let stage: ErasureStage;

beforeAll(async () => {
  test = await openTestDatabase();
  stage = await ErasureStage.build(test);
});
afterAll(() => test.close());

describe('a legal hold (T79)', () => {
  const by = (id: string, ...accounts: string[]) => ({ kind: 'person', id, accounts }) as const;
  const inside = <Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> =>
    test.database.transaction(work);
  const ask = (caseId: string, who = 'ada', ...accounts: string[]): Promise<LegalHold> =>
    inside((tx) => stage.holds.ask(tx, { caseId, reasonCode: 'suspected_fraud', actor: by(who, ...accounts) }));
  const confirm = (caseId: string, who = 'ben', ...accounts: string[]): Promise<LegalHold> =>
    inside((tx) => stage.holds.confirm(tx, { caseId, actor: by(who, ...accounts) }));
  const release = (caseId: string, who: string, ...accounts: string[]): Promise<LegalHold> =>
    inside((tx) => stage.holds.release(tx, { caseId, actor: by(who, ...accounts) }));
  const closedCase = (opener?: string): Promise<ClosedCase> => stage.closedCase({ opener });
  const erase = (caseId: string): Promise<void> => stage.erase(caseId);
  const later = (caseId: string): Promise<number> => stage.later(caseId);
  const isKept = (closed: ClosedCase): Promise<boolean> => stage.isKept(closed);
  const auditTypes = async (caseId: string): Promise<string[]> =>
    (await auditOf(test.database, caseId)).filter((type) => /^(legal_hold|erasure)/.test(type));

  it('T79 by two persons keeps evidence, key and trail when the erasure falls due', async () => {
    const closed = await closedCase();
    await ask(closed.caseId);
    await confirm(closed.caseId);
    await later(closed.caseId);
    await erase(closed.caseId);
    expect(await isKept(closed)).toBe(true);
    expect(await stage.openReason(closed)).toBe('canary reason');
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
    await expect(ask(closed.caseId)).rejects.toMatchObject({ code: 'separation_of_duties' });
    expect(await ask(closed.caseId, 'ben')).toMatchObject({ askedBy: 'ben', confirmedAt: null });
    await later(closed.caseId);
    await erase(closed.caseId);
    expect(await isKept(closed)).toBe(true);
    await lapse();
    await erase(closed.caseId);
    expect(await isKept(closed)).toBe(false);
  });

  it('T79 can be asked for as long as the evidence is there, also when its time is over', async () => {
    const closed = await closedCase();
    await later(closed.caseId);
    await ask(closed.caseId);
    await confirm(closed.caseId);
    await erase(closed.caseId);
    expect(await isKept(closed)).toBe(true);
  });

  it('T79 is not promised once the erasure has begun, nor for a case nobody knows', async () => {
    const { caseId } = await closedCase();
    await later(caseId);
    stage.core.objects.down = true;
    await expect(erase(caseId)).rejects.toThrow('ObjectStoreUnavailableError');
    stage.core.objects.down = false;
    const refused = { code: 'wrong_state' };
    await expect(ask(caseId)).rejects.toMatchObject(refused);
    await erase(caseId);
    expect(await stage.receiptOf(caseId)).toBeDefined();
    await expect(ask(caseId)).rejects.toMatchObject(refused);
    await expect(ask('rc_nothing')).rejects.toMatchObject({ code: 'not_found' });
    await expect(release(caseId, 'ada')).rejects.toMatchObject(refused);
  });

  it.each([
    ['a wish', async () => undefined],
    ['a hold', (caseId: string) => confirm(caseId)],
  ])('keeps what there is, and no session open at a partner: %s', async (_name, confirmed) => {
    const closed = await closedCase();
    const session = await stage.withSession(closed.caseId, 'alpha', { state: 'open' });
    await ask(closed.caseId);
    await confirmed(closed.caseId);
    stage.partner.asked.length = 0;
    await erase(closed.caseId);
    await later(closed.caseId);
    await erase(closed.caseId);
    expect(stage.partner.asked).toEqual([`cancel ${session}`]);
    expect(await isKept(closed)).toBe(true);
  });

  it('T49 T79 is asked for, confirmed and ended by nobody whose account it is about', async () => {
    const { caseId, subjectId } = await closedCase();
    const refused = { code: 'separation_of_duties' };
    await expect(ask(caseId, 'olga', subjectId)).rejects.toMatchObject(refused);
    await ask(caseId);
    await expect(confirm(caseId, 'olga', subjectId)).rejects.toMatchObject(refused);
    await confirm(caseId);
    await expect(release(caseId, 'olga', subjectId)).rejects.toMatchObject(refused);
    await release(caseId, 'cem');
    await expect(release(caseId, 'olga', subjectId)).rejects.toMatchObject(refused);
    expect(await auditTypes(caseId)).toEqual(['legal_hold.asked', 'legal_hold.confirmed', 'legal_hold.release_asked']);
  });

  it('T49 T79 is ended by nobody who opened the case or helped it on; what they ask to be kept is kept', async () => {
    const closed = await closedCase('agent');
    const { caseId } = closed;
    await inside((tx) => appendAudit(tx, { chainId: caseId, type: 'link.issued', actor: by('helper') }));
    await ask(caseId, 'agent');
    await confirm(caseId, 'helper');
    await later(caseId);
    const refused = { code: 'separation_of_duties' };
    for (const who of ['agent', 'helper']) await expect(release(caseId, who)).rejects.toMatchObject(refused);
    await release(caseId, 'cem');
    for (const who of ['agent', 'helper']) await expect(release(caseId, who)).rejects.toMatchObject(refused);
    await erase(caseId);
    expect(await isKept(closed)).toBe(true);
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
