import { describe, expect, it } from '@jest/globals';
import { createLocalAdapter } from '../../providers/local/adapter.js';
import { OWN_MACHINE_LEAVES_OPEN } from '../../src/policy/dead-ends.js';

describe('what the core knows of the own machine, whose adapter it does not see', () => {
  it('is what that declares to leave open', () => {
    const { leavesOpen } = createLocalAdapter({} as never, { now: () => new Date() }).capabilities;
    expect(OWN_MACHINE_LEAVES_OPEN).toEqual(leavesOpen);
  });
});
