import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../support/test-database.js';
import { brokenCaseInvariants } from './case-invariants.js';
import { walkCases, type WalkReport } from './case-walk.js';
import { addPolicy, buildCore, type Core } from './core-stage.js';
import { isStep, ModelCase, MODEL_TRANSITIONS } from './reference-model.js';

const STEPS = 10_000;
const SEED = 20_261_122;

describe('the life of a case against a model written by hand (T53)', () => {
  let test: TestDatabase;
  let core: Core;
  let report: WalkReport;

  beforeAll(async () => {
    test = await openTestDatabase({ poolSize: 6 });
    core = buildCore(test.database);
    report = await walkCases({ core, policy: await addPolicy(core), steps: STEPS, seed: SEED });
  }, 180_000);
  afterAll(() => test.close());

  it(`agrees in ${STEPS} steps (seed ${SEED})`, () => {
    expect(report.disagreements).toEqual([]);
    expect(report.steps).toBeGreaterThanOrEqual(STEPS);
    expect(report.rolledBack).toBeGreaterThan(5);
  });

  it('took every transition at least twenty times', () => {
    expect(MODEL_TRANSITIONS.filter((name) => !(report.taken[name] >= 20))).toEqual([]);
  });

  it('was refused about as often: the walk does not only go where it may', () => {
    expect(report.refused).toBeGreaterThan(STEPS / 10);
  });

  it('left every case whole: audit, events, order (I4, I6)', async () => {
    expect(await brokenCaseInvariants(test.database, core.ring)).toEqual([]);
    expect(report.cases).toBeGreaterThan(200);
  });
});

describe('the model', () => {
  it('refuses after the end, before the deadline and in another attempt', () => {
    const one = new ModelCase('verifying');
    expect([
      one.attempted({ name: 'approve' }),
      one.attempted({ name: 'expire' }),
      one.attempted({ name: 'report', attempt: 2 }),
    ]).toEqual([false, false, false]);
    expect([
      one.attempted({ name: 'report', attempt: 1 }),
      one.attempted({ name: 'deny' }),
      one.attempted({ name: 'cancel' }),
    ]).toEqual([true, true, false]);
  });

  it('knows no way out of a closed state', () => {
    for (const closed of ['completed', 'denied', 'expired', 'cancelled'])
      for (const to of ['approved', 'awaiting_evidence', 'cancelled', 'completed'])
        expect(isStep(closed, to)).toBe(false);
  });
});
