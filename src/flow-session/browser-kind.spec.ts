import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { browserKind, browserName } from './browser-kind.js';

describe('browserKind', () => {
  it.each([
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
      'Safari, iPhone',
    ],
    [
      'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36',
      'Chrome, Android',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0',
      'Edge, Windows',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0', 'Firefox, Linux'],
    ['curl/8.5.0', undefined],
    [undefined, undefined],
  ])('%s is %s', (userAgent, kind) => expect(browserKind(userAgent)).toBe(kind));

  it.each([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0', 'Firefox'],
    ['curl/8.5.0 (someone@example.com)', 'other'],
    [undefined, 'other'],
  ])('%s counts as %s', (userAgent, name) => expect(browserName(userAgent)).toBe(name));

  it('never repeats what a request says', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const known =
          /^(Edge|Samsung Internet|Firefox|Chrome|Safari)?(, )?(iPhone|iPad|Android|Windows|Mac|ChromeOS|Linux)?$/;
        expect(browserKind(`${text} (iPhone) ${text}`)).toMatch(known);
      }),
    );
  });
});
