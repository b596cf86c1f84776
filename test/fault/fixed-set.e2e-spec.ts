import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FIXED_SET } from '../../scripts/faults/cases/fixed-set.js';
import { runCase } from '../../scripts/faults/fault-case.js';
import { FaultRig } from '../../scripts/faults/rig/fault-rig.js';
import { SeededRandom } from '../../scripts/harness/seeded-random.js';

describe('two API and two worker processes under faults (F4, F7, F16, F27; I1–I12)', () => {
  let rig: FaultRig;
  beforeAll(async () => {
    rig = await FaultRig.start();
  }, 120_000);
  afterAll(() => rig.stop(), 60_000);

  it('lose nobody and do nothing twice', async () => {
    expect((await runCase(rig, FIXED_SET, new SeededRandom(1))).faults).toEqual([]);
  }, 240_000);
});
