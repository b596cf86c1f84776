import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addPerson, addPolicy, buildCore, type Core } from '../../test/model/core-stage.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { assuranceLevelOf, recordAssuranceLevel } from './assurance-level.js';
import type { AssuranceLevel } from './subject.js';

let test: TestDatabase;
let core: Core;

beforeAll(async () => {
  test = await openTestDatabase();
  core = buildCore(test.database);
});
afterAll(() => test.close());

const record = (id: string, level?: AssuranceLevel) =>
  test.database.transaction((tx) => recordAssuranceLevel(tx, id, level));
const counts = (id: string) => test.database.read((tx) => assuranceLevelOf(tx, id));
/** As a later call of provisioning would find the account. */
const changedBefore = (id: string) =>
  test.database.transaction((tx) => tx.run`UPDATE subjects SET version = version + 1 WHERE id = ${id}`);
const weekLater = (id: string) =>
  test.database.transaction(
    (tx) =>
      tx.run`UPDATE subjects SET assurance_changed_at = assurance_changed_at - interval '7 days 1 second' WHERE id = ${id}`,
  );

describe('the strength of an account (T61)', () => {
  it('T61 nobody recorded is the highest', async () => {
    const { id } = await addPerson(core);
    expect(await counts(id)).toBe('AAL3');
    expect(await counts('sub_nobody')).toBe('AAL3');
  });

  it('that comes with a new account counts at once', async () => {
    const { id } = await addPerson(core);
    expect(await record(id, 'AAL1')).toEqual({ assuranceLevel: 'AAL1', assuranceLevelBefore: 'AAL3' });
    expect(await counts(id)).toBe('AAL1');
  });

  it('T61 that is lowered counts only after a week, however often it is lowered', async () => {
    const { id } = await addPerson(core);
    await record(id, 'AAL3');
    await changedBefore(id);
    await record(id, 'AAL2');
    expect(await counts(id)).toBe('AAL3');
    await record(id, 'AAL1');
    expect(await counts(id)).toBe('AAL3');
    await weekLater(id);
    expect(await counts(id)).toBe('AAL1');
  });

  it('that is raised counts at once, and one that is left out is not known again', async () => {
    const { id } = await addPerson(core);
    await record(id, 'AAL1');
    await changedBefore(id);
    await record(id, 'AAL2');
    expect(await counts(id)).toBe('AAL2');
    await record(id);
    expect(await counts(id)).toBe('AAL3');
  });

  it('T61 opens no case for an account of the highest that was proofed on site', async () => {
    const { id, login } = await addPerson(core);
    await addPolicy(core);
    const input = { level: 'IAL3', evidenceKinds: ['passport'], proofedAt: new Date(), attributes: {} };
    await test.database.transaction((tx) => core.records.put(tx, { subjectId: id, input }));
    const scopes = new Set<string>();
    const open = () =>
      core.service.open(
        { subject: { login }, delivery: { channel: 'email' }, reason: 'lost phone' },
        { kind: 'person', id: 'agent', scopes },
      );
    await expect(open()).rejects.toMatchObject({ code: 'subject_not_recoverable' });
    await record(id, 'AAL2');
    expect((await open()).recoveryCase.subjectId).toBe(id);
  });
});
