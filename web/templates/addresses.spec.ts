import { describe, expect, it } from '@jest/globals';
import { ADDRESSES, safeHref } from './addresses.js';

describe('safeHref', () => {
  it.each([
    '/flow',
    '/assets/logo.svg',
    '?source=file',
    'https://partner.example.com/start?a=b',
    'http://localhost:3000/start',
    'tel:+442079460123',
    'openid4vp://authorize?request_uri=https%3A%2F%2Fexample.com',
  ])('keeps %s', (address) => expect(safeHref(address)).toBe(address));

  it.each([
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'blob:https://example.com/1',
    'file:///etc/passwd',
    '//evil.example.com',
    '/\\evil.example.com',
    '/\tevil',
    'not an address',
    '',
  ])('turns %p into a link that does nothing', (address) => expect(safeHref(address)).toBe('#'));
});

describe('ADDRESSES', () => {
  it('escapes what comes from outside', () => {
    expect(ADDRESSES.noticeReader('a/../b?c')).toBe('/notices/a%2F..%2Fb%3Fc');
    expect(ADDRESSES.privacyNotice('1"><')).toBe('/notice/1%22%3E%3C');
  });
});
