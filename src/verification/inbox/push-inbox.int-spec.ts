import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { SYSTEM } from '../../audit-trail/audit-event-types.js';
import { ScriptedProvider } from '../../../test/support/verification/scripted-provider.js';
import {
  auditTypes,
  drain,
  forgetPlanned,
  letTimePass,
  newBrowser,
  openCase,
  readCase,
} from '../../../test/support/verification/world-cases.js';
import {
  createVerificationWorld,
  type VerificationWorld,
} from '../../../test/support/verification/verification-world.js';

const push = (externalId: string, deliveryId: string, signature = 'good') => ({
  body: Buffer.from(JSON.stringify({ externalId, deliveryId })),
  headers: { 'x-signature': signature },
});

describe('pushes of partners', () => {
  let test: TestDatabase;
  let world: VerificationWorld;
  let alpha: ScriptedProvider;

  beforeAll(async () => {
    test = await openTestDatabase();
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    alpha = new ScriptedProvider('alpha');
    world = createVerificationWorld({ database: test.database, providers: [alpha, new ScriptedProvider('beta')] });
    await forgetPlanned(world);
  });

  const inboxOf = (externalId: string) =>
    world.database.read(
      (tx) =>
        tx.many<{
          state: string;
          deliveryId: string;
        }>`SELECT state, delivery_id FROM webhook_inbox WHERE external_id = ${externalId}`,
    );

  it('T29 a hundred copies of one delivery, at once and after the queue was emptied, have one effect', async () => {
    const { id: caseId } = await openCase(world, { providers: ['alpha'] });
    const { session } = await world.starting.start({ caseId, ...newBrowser() });
    const externalId = session.externalId ?? '';
    await Promise.all(
      Array.from({ length: 100 }, () => world.reception.receive('alpha', push(externalId, 'delivery-1'))),
    );
    await drain(world);
    expect((await readCase(world, caseId)).state).toBe('adjudicating');
    const fetches = alpha.fetched.length;
    await forgetPlanned(world);
    await world.reception.receive('alpha', push(externalId, 'delivery-1'));
    await drain(world);
    expect(await inboxOf(externalId)).toEqual([{ state: 'matched', deliveryId: 'delivery-1' }]);
    const types = await auditTypes(world, caseId);
    expect(types.filter((type) => type === 'verification.push_matched')).toHaveLength(1);
    expect(types.filter((type) => type === 'case.reported')).toHaveLength(1);
    expect(alpha.fetched).toHaveLength(fetches);
  });

  describe('of a partner whose deliveries have no ids', () => {
    const said = (externalId: string) => {
      const body = { externalId, deliveryId: `said-${externalId}`, idIsOfContent: true };
      return { body: Buffer.from(JSON.stringify(body)), headers: { 'x-signature': 'good' } };
    };
    const sayHundredTimes = (externalId: string) =>
      Promise.all(Array.from({ length: 100 }, () => world.reception.receive('alpha', said(externalId))));
    const reported = async () => {
      const { id: caseId } = await openCase(world, { providers: ['alpha'] });
      const { session } = await world.starting.start({ caseId, ...newBrowser() });
      await sayHundredTimes(session.externalId ?? '');
      return { caseId, externalId: session.externalId ?? '' };
    };

    it('T29 the same words are one delivery until it was looked at', async () => {
      const { caseId, externalId } = await reported();
      await drain(world);
      expect(await inboxOf(externalId)).toEqual([{ state: 'matched', deliveryId: `said-${externalId}` }]);
      const types = await auditTypes(world, caseId);
      expect(types.filter((type) => type === 'verification.push_matched')).toHaveLength(1);
      expect(types.filter((type) => type === 'case.reported')).toHaveLength(1);
    });

    it('T43 T29 the same words later make us read again, once for all that come within ten seconds, after these', async () => {
      const { caseId, externalId } = await reported();
      await drain(world);
      const fetches = alpha.fetched.length;
      await sayHundredTimes(externalId);
      const rows = await inboxOf(externalId);
      // Two where the hundred happened to come across the end of ten seconds.
      expect([2, 3]).toContain(rows.length);
      expect(rows.filter(({ state }) => state === 'received').length).toBeGreaterThan(0);
      await letTimePass(world);
      await letTimePass(world);
      expect((await inboxOf(externalId)).every(({ state }) => state === 'matched')).toBe(true);
      expect(alpha.fetched).toHaveLength(fetches + 1);
      expect((await auditTypes(world, caseId)).filter((type) => type === 'case.reported')).toHaveLength(1);
    });

    it('T43 what is said again is not looked at before its ten seconds are over', async () => {
      const { externalId } = await reported();
      await drain(world);
      await world.reception.receive('alpha', said(externalId));
      const due = await world.database.read(
        (tx) =>
          tx.many<{
            slotEnds: boolean;
          }>`SELECT EXTRACT(EPOCH FROM o.due_at)::numeric % 10 = 0 AND o.due_at > i.received_at AS slot_ends
            FROM webhook_inbox i JOIN outbox o ON o.payload->>'inboxId' = i.id WHERE i.external_id = ${externalId} AND i.delivery_id LIKE '%~%'`,
      );
      expect(due).toEqual([{ slotEnds: true }]);
    });
  });

  it('T28 stores nothing of a delivery that does not prove itself', async () => {
    await expect(world.reception.receive('alpha', push('ext-forged', 'd', 'bad'))).rejects.toMatchObject({
      code: 'push_not_authentic',
    });
    await expect(world.reception.receive('nobody', push('ext-forged', 'd'))).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await inboxOf('ext-forged')).toEqual([]);
  });

  it.each([
    ['a line break', 'ext\nforged'],
    ['NUL', 'ext\u0000forged'],
    ['five thousand characters', 'e'.repeat(5_000)],
  ])('refuses an authentic delivery whose id holds %s', async (_what, externalId) => {
    await expect(world.reception.receive('alpha', push(externalId, 'd'))).rejects.toMatchObject({
      code: 'malformed_body',
    });
  });

  it('T42 keeps a push that overtakes our own create call, and matches it afterwards', async () => {
    const { id: caseId } = await openCase(world, { providers: ['alpha'] });
    alpha.creates = [
      async (context) => {
        await world.reception.receive('alpha', push(`alpha-${context.reference}`, `early-${context.reference}`));
        await drain(world);
        return alpha.session(context);
      },
    ];
    const { session } = await world.starting.start({ caseId, ...newBrowser() });
    expect(await inboxOf(session.externalId ?? '')).toMatchObject([{ state: 'unmatched' }]);
    await drain(world);
    expect((await readCase(world, caseId)).state).toBe('adjudicating');
    expect(await inboxOf(session.externalId ?? '')).toMatchObject([{ state: 'matched' }]);
  });

  it('T32 cannot speak for another partner’s session', async () => {
    const { id: caseId } = await openCase(world, { providers: ['alpha'] });
    const { session } = await world.starting.start({ caseId, ...newBrowser() });
    await world.reception.receive('beta', push(session.externalId ?? '', 'cross'));
    await drain(world);
    expect(alpha.fetched).toEqual([]);
    expect((await readCase(world, caseId)).state).toBe('verifying');
  });

  it('T42 settles a delivery that nobody asked for after a day', async () => {
    await world.reception.receive('alpha', push('ext-nobody', 'orphan'));
    await drain(world);
    expect(await inboxOf('ext-nobody')).toMatchObject([{ state: 'unmatched' }]);
    await world.database.transaction(
      (tx) =>
        tx.run`UPDATE webhook_inbox SET received_at = now() - interval '25 hours' WHERE external_id = 'ext-nobody'`,
    );
    await letTimePass(world);
    expect(await inboxOf('ext-nobody')).toMatchObject([{ state: 'expired' }]);
  });

  it('finds deliveries again that were lost on their way through the queue', async () => {
    const { id: caseId } = await openCase(world, { providers: ['alpha'] });
    const { session } = await world.starting.start({ caseId, ...newBrowser() });
    await world.reception.receive('alpha', push(session.externalId ?? '', 'lost'));
    await forgetPlanned(world);
    await world.database.transaction(
      (tx) => tx.run`UPDATE webhook_inbox SET received_at = now() - interval '5 minutes' WHERE delivery_id = 'lost'`,
    );
    await world.database.transaction((tx) => world.inbox.sweep(tx));
    await drain(world);
    expect((await readCase(world, caseId)).state).toBe('adjudicating');
  });

  it('T44 notes a push for a closed case and asks nobody', async () => {
    const { id: caseId } = await openCase(world, { providers: ['alpha'] });
    const { session } = await world.starting.start({ caseId, ...newBrowser() });
    await world.database.transaction((tx) => world.cases.transition(tx, { caseId, name: 'cancel', actor: SYSTEM }));
    await world.reception.receive('alpha', push(session.externalId ?? '', 'late'));
    await drain(world);
    expect(alpha.fetched).toEqual([]);
    const types = await auditTypes(world, caseId);
    expect(types).toContain('verification.late_result_ignored');
    expect(types).not.toContain('verification.push_matched');
  });
});
