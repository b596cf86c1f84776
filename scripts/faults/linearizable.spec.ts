import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isLinearizable, OPENED_ONCE, SPENT_ONCE, type Operation } from './linearizable.js';

const operation = (calledAt: number, returnedAt: number, answer?: string): Operation => ({
  calledAt,
  returnedAt,
  answer,
});

describe('a token that is spent once', () => {
  it.each<[string, boolean, Operation[]]>([
    ['one after the other', true, [operation(0, 1, 'done'), operation(2, 3, 'refused')]],
    ['at once, told in the other order', true, [operation(0, 9, 'done'), operation(1, 2, 'refused')]],
    ['refused before anybody could have spent it', false, [operation(0, 1, 'refused'), operation(2, 3, 'done')]],
    ['twice', false, [operation(0, 5, 'done'), operation(1, 4, 'other')]],
    ['told again of the same', true, [operation(0, 5, 'done'), operation(7, 8, 'done')]],
    ['refused, and nobody spent it', false, [operation(0, 1, 'refused')]],
    ['refused after somebody who never heard', true, [operation(0, Infinity), operation(5, 6, 'refused')]],
    ['done after somebody who never heard and was too late', true, [operation(0, Infinity), operation(5, 6, 'done')]],
    ['refused before the one who never heard had asked', false, [operation(0, 1, 'refused'), operation(2, Infinity)]],
  ])('%s: %s', (_what, expected, operations) => {
    expect(isLinearizable(operations, SPENT_ONCE)).toBe(expected);
  });

  it('is explained whenever the answers came from a real one, in whatever order they arrive', () => {
    const real = fc.array(fc.tuple(fc.nat(20), fc.nat(20), fc.nat(20)), { minLength: 1, maxLength: 6 }).map((draws) => {
      const moments = draws.map(([start, before, after]) => ({
        start,
        at: start + before,
        end: start + before + after,
      }));
      const first = moments.reduce((one, other) => (other.at < one.at ? other : one));
      return moments.map((moment) => operation(moment.start, moment.end, moment === first ? 'done' : 'refused'));
    });
    fc.assert(fc.property(real, (operations) => isLinearizable(operations, SPENT_ONCE)));
  });
});

describe('a key that opens once', () => {
  it.each<[string, boolean, Operation[]]>([
    ['the same to everybody', true, [operation(0, 5, 'rc_1'), operation(1, 2, 'rc_1'), operation(1, Infinity)]],
    ['two cases', false, [operation(0, 5, 'rc_1'), operation(1, 2, 'rc_2')]],
  ])('%s: %s', (_what, expected, operations) => {
    expect(isLinearizable(operations, OPENED_ONCE)).toBe(expected);
  });
});
