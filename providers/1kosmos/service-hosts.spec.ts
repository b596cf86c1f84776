import { describe, expect, it } from '@jest/globals';
import { trustedUrl } from './service-hosts.js';

const trusted = (text: string, trust: { tenant?: string; allowedHosts?: string[] } = {}) =>
  trustedUrl(text, { tenant: 'https://acme.1kosmos.net', allowedHosts: [], ...trust }) !== undefined;

describe('T109 an address that the partner names', () => {
  it.each([
    'https://acme.1kosmos.net/docuverify',
    'https://ACME.1kosmos.net/docuverify',
    'https://acme.1kosmos.net:443/docuverify',
    'https://idverify.eu.1kosmos.net/docuverify',
    'https://below.acme.1kosmos.net/',
  ])('%s is the tenant’s or the vendor’s', (text) => {
    expect(trusted(text)).toBe(true);
  });

  it.each([
    'http://acme.1kosmos.net/docuverify',
    'ftp://acme.1kosmos.net/',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'https://acme.1kosmos.net:8443/docuverify',
    'https://169.254.169.254/latest',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://localhost/',
    'https://evil.example/',
    'https://1kosmos.net/',
    'https://evil1kosmos.net/',
    'https://acme.1kosmos.net.evil.example/',
    '/docuverify',
    'acme.1kosmos.net',
    '',
  ])('%s is not', (text) => {
    expect(trusted(text)).toBe(false);
  });

  it('is on http only where the tenant itself is, as with a simulator', () => {
    const tenant = 'http://127.0.0.1:4011';
    expect(trusted('http://127.0.0.1:4011/docuverify', { tenant })).toBe(true);
    expect(trusted('http://127.0.0.1:22/', { tenant })).toBe(false);
    expect(trusted('http://127.0.0.2:4011/', { tenant })).toBe(false);
  });

  it('of a tenant with its own domain is below that domain, not anywhere at the vendor’s', () => {
    const tenant = 'https://verify.bank.example';
    expect(trusted('https://api.verify.bank.example/', { tenant })).toBe(true);
    expect(trusted('https://other.bank.example/', { tenant })).toBe(false);
    expect(trusted('https://acme.1kosmos.net/', { tenant })).toBe(false);
  });

  it('is on a host that the settings name, or in a zone they name', () => {
    const allowedHosts = ['idv.partner.example', '*.cdn.example'];
    expect(trusted('https://idv.partner.example/docuverify', { allowedHosts })).toBe(true);
    expect(trusted('https://eu.cdn.example/', { allowedHosts })).toBe(true);
    expect(trusted('https://cdn.example/', { allowedHosts })).toBe(false);
    expect(trusted('https://eu.cdn.example:8443/', { allowedHosts })).toBe(false);
    expect(trusted('https://x.idv.partner.example/', { allowedHosts })).toBe(false);
    expect(trusted('http://idv.partner.example/', { allowedHosts })).toBe(false);
  });
});

describe('T111 an address that two parsers could read differently', () => {
  it.each([
    'https://acme.1kosmos.net@evil.example/',
    'https://user:word@acme.1kosmos.net/',
    'https://user@acme.1kosmos.net/',
    'https://:word@acme.1kosmos.net/',
    'https://evil.example\\@acme.1kosmos.net/',
    'https://evil.example#@acme.1kosmos.net/',
    'https://evil.example?.1kosmos.net',
    'https://acme.1kosmos.net./',
    'https://acme.1kоsmos.net/',
    'https://0x7f000001/',
    'https://2130706433/',
    'https://acme%2e1kosmos%2enet.evil.example/',
    'https:\\\\acme.1kosmos.net\\x',
    'https://acme.1kosmos.net/\t',
  ])('%s is refused', (text) => {
    expect(trusted(text)).toBe(false);
  });

  it('is used as it was compared', () => {
    const url = trustedUrl('https://ACME.1kosmos.net/x', { tenant: 'https://acme.1kosmos.net', allowedHosts: [] });
    expect(url?.href).toBe('https://acme.1kosmos.net/x');
  });
});
