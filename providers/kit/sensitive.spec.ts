import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Sensitive } from './sensitive.js';

describe('Sensitive', () => {
  const secret = new Sensitive('Ana Demo');

  it('shows itself redacted wherever a value usually slips out', () => {
    // Each of these is a way a value slips out by accident, which is what the linter is there to prevent.
    /* eslint-disable @typescript-eslint/restrict-template-expressions, @typescript-eslint/restrict-plus-operands */
    const seen = [
      JSON.stringify({ secret }),
      `${secret}`,
      String(secret),
      inspect({ secret }),
      inspect(secret),
      '' + secret,
    ];
    /* eslint-enable @typescript-eslint/restrict-template-expressions, @typescript-eslint/restrict-plus-operands */
    for (const text of seen) {
      expect(text).not.toContain('Ana');
      expect(text).toContain('[sensitive]');
    }
  });

  it('has no enumerable member that holds the value', () => {
    expect(Object.values(secret)).toEqual([]);
    expect({ ...secret }).toEqual({});
  });

  it('gives the value back only through reveal', () => {
    expect(secret.reveal()).toBe('Ana Demo');
  });
});
