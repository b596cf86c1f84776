import { describe, expect, it } from '@jest/globals';
import { trustedLink, type LinkPlace } from './trusted-link.js';

const API = 'https://api.partner.example/v1';
const PLACES: LinkPlace[] = [
  { host: 'api.partner.example', ports: ['', '8443'] },
  { host: 'go.short.example' },
  { below: 'partner.example' },
];
const trusted = (text: unknown, apiUrl = API) => trustedLink(text, { apiUrl, places: PLACES })?.href;

describe('trustedLink', () => {
  it.each([
    'https://api.partner.example/x',
    'https://api.partner.example:8443/x',
    'https://go.short.example/x?token=1#/session',
    'https://go.short.example:9443/',
    'https://capture.eu.partner.example/',
  ])('T109 %s is in one of the places', (text) => {
    expect(trusted(text)).toBe(text);
  });

  it.each([
    'https://api.partner.example:22/',
    'https://x.go.short.example/',
    'https://partner.example/',
    'https://evilpartner.example/',
    'https://api.partner.example.evil.example/',
    'https://api.partner.example./',
    'https://capture.partner.example:8443/',
    'https://evil.example/',
    'https://169.254.169.254/',
    'https://[::1]/',
    'wss://api.partner.example/',
    'javascript:alert(1)',
    'file:///etc/passwd',
    '/x',
    '',
    undefined,
    null,
    7,
    ['https://api.partner.example/'],
  ])('T109 %j is in none', (text) => {
    expect(trusted(text)).toBeUndefined();
  });

  it('T109 is unencrypted only where the API itself is', () => {
    const plain = 'http://go.short.example/';
    expect(trusted(plain)).toBeUndefined();
    expect(trusted(plain, 'http://127.0.0.1:4010')).toBe(plain);
  });

  it.each([
    'https://user:word@go.short.example/',
    'https://user@go.short.example/',
    'https://:word@go.short.example/',
    'https://go.short.example@evil.example/',
    'https://evil.example\\@go.short.example/',
    'https:\\\\go.short.example/',
    'https://go.short.example/\\..',
    ' https://go.short.example/',
    'https://go.short.example/ ',
    'https://go.short.example/\t',
    'https://go.short\n.example/',
    'https://go.short.example/\u0000',
    'https://go.short.example/\u007f',
    'https://go.short.example/\u00a0',
    'https://go.short.еxample/',
    'https://0x7f000001/',
  ])('T111 %j is refused: two parsers could read it differently', (text) => {
    expect(trusted(text)).toBeUndefined();
  });

  it('T111 is used as it was compared', () => {
    expect(trusted('HTTPS://GO.Short.example:443/x')).toBe('https://go.short.example/x');
  });
});
