import { describe, expect, it } from '@jest/globals';
import { simulatorOf } from './simulator-host.js';

describe('a provider that has no simulator', () => {
  it.each(['local', 'nobody', 'kit', '../sandbox'])(
    'is refused with the names of those that have one: %s',
    async (id) => {
      await expect(simulatorOf(id)).rejects.toThrow(/ has no simulator; there are .*\bclear1\b.*\bsandbox\b/);
    },
  );

  it('is not one that has', async () => {
    expect(await simulatorOf('sandbox')).toMatchObject({ start: expect.any(Function) });
  });
});
