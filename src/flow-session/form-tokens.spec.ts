import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { KeyRing } from '../platform/crypto/key-ring.js';
import type { Problem } from '../platform/errors/problem.js';
import { FormTokens } from './form-tokens.js';

const keyOf = (id: string): { id: string; secret: string } => ({ id, secret: randomBytes(32).toString('base64') });
const under = (...keys: object[]): FormTokens => new FormTokens(new KeyRing({ keys }));

const tokens = under(keyOf('k1'));
/** The code of what was thrown, or `taken`. */
function answer(ask: () => void): string {
  try {
    ask();
    return 'taken';
  } catch (error) {
    return (error as Problem).code;
  }
}

describe('the token of a form (T22)', () => {
  it('belongs to one session and one deployment, and is not the session’s id', () => {
    const token = tokens.of('fs_1');
    expect(answer(() => tokens.assert('fs_1', token))).toBe('taken');
    expect(answer(() => tokens.assert('fs_2', token))).toBe('csrf_token_invalid');
    expect(answer(() => under(keyOf('k1')).assert('fs_1', token))).toBe('csrf_token_invalid');
    expect(token).not.toContain('fs_1');
  });

  it('of a form that was open when the keys were rotated is still taken, whichever process it comes to (T117, F38)', () => {
    const [old, fresh] = [keyOf('k1'), keyOf('k2')];
    const told = under(old, { ...fresh, retired: true });
    const rotated = under({ ...old, retired: true }, fresh);
    const [before, after] = [told.of('fs_1'), rotated.of('fs_1')];
    expect(before).not.toBe(after);
    for (const token of [before, after])
      for (const process of [told, rotated]) {
        expect(answer(() => process.assert('fs_1', token))).toBe('taken');
        expect(answer(() => process.assert('fs_2', token))).toBe('csrf_token_invalid');
      }
    expect(answer(() => under(fresh).assert('fs_1', before))).toBe('csrf_token_invalid');
  });

  it.each([undefined, null, '', 'x', 1, [], {}, true, ['x'], [tokens.of('fs_1')]])('%j is not one', (token) => {
    expect(answer(() => tokens.assert('fs_1', token))).toBe('csrf_token_invalid');
  });

  it.each([undefined, null, '', 'x', 1, [], Buffer.from('_csrf'), {}, { csrf: tokens.of('fs_1') }])(
    'is not in %j',
    (body) => {
      expect(answer(() => tokens.assertIn(body, 'fs_1'))).toBe('csrf_token_invalid');
    },
  );

  it('is found in a form', () => {
    expect(answer(() => tokens.assertIn({ _csrf: tokens.of('fs_1'), agreed: 'true' }, 'fs_1'))).toBe('taken');
  });
});
