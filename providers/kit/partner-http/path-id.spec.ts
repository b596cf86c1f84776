import { describe, expect, it } from '@jest/globals';
import { checkedPathId, pathId } from './path-id.js';

describe('an id that goes into a path', () => {
  it.each(['a', '01KDTX', 'verify_1-x', '-', 'a'.repeat(128)])('is %j', (id) => {
    expect(checkedPathId(id, 'Acme')).toBe(id);
    expect(pathId.parse(id)).toBe(id);
  });

  it.each(['', '..', '../x', 'a/b', 'a\\b', 'a?b', 'a#b', 'a%2fb', 'a.b', 'a b', 'a\n', 'a\0', 'é', 'a'.repeat(129)])(
    'T41 is never %j, about which nobody is asked',
    (id) => {
      const refused = { code: 'session_unknown', message: 'not an id that Acme gives out' };
      expect(() => checkedPathId(id, 'Acme')).toThrow(expect.objectContaining(refused));
      expect(pathId.safeParse(id).success).toBe(false);
    },
  );
});
