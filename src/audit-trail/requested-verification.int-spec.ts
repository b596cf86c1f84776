import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../scripts/harness/eventually.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { appendAudit } from './append.js';
import { RequestedVerification } from './requested-verification.js';
import type { AuditVerification } from './verification.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await openTestDatabase();
  for (let note = 1; note <= 3; note += 1)
    await test.database.transaction((tx) =>
      appendAudit(tx, { chainId: 'rc_a', type: 'case.opened', actor: { kind: 'system', id: 'test' }, data: { note } }),
    );
});
afterAll(() => test.close());

/** Runs that end when they are told to, and the number of those that were begun. */
function runs(mostRows?: number): { asked: RequestedVerification; begun: () => number; end: (error?: Error) => void } {
  const ends: ((error?: Error) => void)[] = [];
  let begun = 0;
  const verify = (): Promise<AuditVerification> => {
    begun += 1;
    const rows = begun;
    return new Promise((resolve, reject) =>
      ends.push((error) => (error ? reject(error) : resolve({ rows } as AuditVerification))),
    );
  };
  const asked = new RequestedVerification(test.database, { verify, mostRows });
  return { asked, begun: () => begun, end: (error) => ends.shift()?.(error) };
}

const until = (holds: () => boolean): Promise<boolean> => eventually('the run', async () => holds());

describe('a verification of the trail that is asked for over HTTP', () => {
  it('runs once at a time, and once more for all who asked meanwhile: the one that ran may have passed what they ask about', async () => {
    const { asked, begun, end } = runs();
    const first = asked.verify();
    await until(() => begun() === 1);
    const others = [asked.verify(), asked.verify(), asked.verify()];
    expect(begun()).toBe(1);
    end();
    expect(await first).toEqual({ rows: 1 });
    await until(() => begun() === 2);
    end();
    expect(await Promise.all(others)).toEqual([{ rows: 2 }, { rows: 2 }, { rows: 2 }]);
    const last = asked.verify();
    await until(() => begun() === 3);
    end();
    expect(await last).toEqual({ rows: 3 });
  });

  it('is not kept from those who come after one that failed', async () => {
    const { asked, begun, end } = runs();
    const failed = asked.verify().catch((error: unknown) => error);
    await until(() => begun() === 1);
    const waiting = asked.verify();
    end(new Error('the database went away'));
    expect(await failed).toEqual(new Error('the database went away'));
    await until(() => begun() === 2);
    end();
    expect(await waiting).toEqual({ rows: 2 });
  });

  it('of a trail longer than a request has time for is refused before it is read, and names the command', async () => {
    const { asked, begun } = runs(2);
    await expect(asked.verify()).rejects.toMatchObject({
      code: 'audit_trail_too_long',
      options: { detail: expect.stringContaining('regain audit verify') },
    });
    expect(begun()).toBe(0);
    const { asked: enough, begun: begunHere, end } = runs(3);
    const answer = enough.verify();
    await until(() => begunHere() === 1);
    end();
    expect(await answer).toEqual({ rows: 1 });
  });
});
