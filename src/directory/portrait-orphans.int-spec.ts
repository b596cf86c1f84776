import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { addPerson, buildCore, type Core } from '../../test/model/core-stage.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { SYSTEM } from '../audit-trail/audit-event-types.js';
import { AuditSealer } from '../audit-trail/audit-sealer.js';
import { SecurityEvents } from '../platform/telemetry/security-events.js';
import { AccountChanges } from './account-changes.js';
import { PortraitOrphans } from './portrait-orphans.js';
import { PORTRAIT_PREFIX } from './portraits.js';

let test: TestDatabase;
let core: Core;
let changes: AccountChanges;

beforeAll(async () => {
  test = await openTestDatabase();
  core = buildCore(test.database);
  changes = new AccountChanges(test.database, core.subjects, core.records, core.portraits, core.logger);
});
afterAll(() => test.close());

/** The store in memory says of every object that it came with the year 1970. */
const orphans = (now = new Date()): PortraitOrphans =>
  new PortraitOrphans(test.database, core.objects, core.ring, { now: () => now });
const input = { level: 'IAL2', evidenceKinds: ['passport'], proofedAt: new Date('2025-01-01'), attributes: {} };
const put = (subjectId: string, face: string, answer = async () => true): Promise<boolean> =>
  changes.replaceRecord({ subjectId, input, portrait: Buffer.from(face), actor: SYSTEM }, answer);
const lying = (): string[] => [...core.objects.objects.keys()].filter((key) => key.startsWith(PORTRAIT_PREFIX));
const holds = async (subjectId: string, face: string): Promise<boolean | undefined> =>
  (await core.portraits.compare(subjectId, Buffer.from(face)))?.same;

describe('portraits that nothing names (F24, I8)', () => {
  it('go: of a change that was rolled back, and of a replaced one that could not be deleted; a record’s own stays', async () => {
    const { id } = await addPerson(core);
    await expect(put(id, 'rolled back', () => Promise.reject(new Error('crashed')))).rejects.toThrow('crashed');
    await put(id, 'first');
    const down = jest.spyOn(core.objects, 'delete').mockRejectedValueOnce(new Error('away'));
    await put(id, 'second');
    down.mockRestore();
    core.objects.objects.set('evidence/somebody', Buffer.from('x'));
    expect(lying()).toHaveLength(3);
    expect(await orphans().sweepOrphans()).toBe(2);
    expect(lying()).toHaveLength(1);
    expect([await holds(id, 'second'), core.objects.objects.has('evidence/somebody')]).toEqual([true, true]);
    expect(await orphans().sweepOrphans()).toBe(0);
  });

  it('stay for an hour, in which their record may still be written', async () => {
    const { id } = await addPerson(core);
    await core.portraits.store(id, Buffer.from('on its way'));
    expect(await orphans(new Date(3_599_000)).sweepOrphans()).toBe(0);
    expect(await orphans(new Date(3_601_000)).sweepOrphans()).toBe(1);
  });

  it('stay beside a database that was set back: it does not know what it has forgotten', async () => {
    const { id } = await addPerson(core);
    await core.portraits.store(id, Buffer.from('of the lost history'));
    const { database, ring, objects, logger, metrics } = core;
    const securityEvents = new SecurityEvents(metrics, logger);
    await put((await addPerson(core)).id, 'something to seal');
    await new AuditSealer({ database, ring, objects, logger, securityEvents }).seal();
    expect([...objects.objects.keys()].filter((key) => key.startsWith('checkpoints/'))).not.toEqual([]);
    await test.asOwner('TRUNCATE audit_checkpoints CASCADE');
    expect(await orphans().sweepOrphans()).toBe(0);
    expect(lying().length).toBeGreaterThan(1);
  });
});
