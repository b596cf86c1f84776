import { describe, expect, it } from '@jest/globals';
import { trustedDeepLink } from './deep-link.js';

const HOST = 'verifiedid.did.msidentity.com';
const REQUEST = `https://${HOST}/v1.0/tenant/verifiableCredentials/presentationRequests/e4ef27ca`;
const open = (text: string, apiUrl = `https://${HOST}`) => trustedDeepLink(text, { hosts: [HOST], apiUrl });

describe('trustedDeepLink', () => {
  it.each([REQUEST, encodeURIComponent(REQUEST)])('hands on the link as Microsoft wrote it: %s', (requestUri) => {
    expect(open(`openid-vc://?request_uri=${requestUri}`)).toBe(`openid-vc://?request_uri=${requestUri}`);
  });

  it.each([
    REQUEST,
    `https://evil.example/?request_uri=${REQUEST}`,
    'javascript:alert(1)',
    'openid-vc://',
    'openid-vc://?request_uri=',
    'openid-vc://?request_uri=not-an-address',
    'openid-vc://?request_uri=file:///etc/passwd',
    `openid-vc://?request_uri=${REQUEST.replace('https', 'http')}`,
    `openid-vc://evil.example/?request_uri=${REQUEST}`,
    `openid-vc://?other=1&request_uri=${REQUEST}`,
    `openid-vc://?request_uri=${REQUEST}&request_uri=https://evil.example/`,
    `openid-vc://?request_uri=https://${HOST}@evil.example/`,
    `openid-vc://?request_uri=https://${HOST}%40evil.example/`,
    `openid-vc://?request_uri=https://${HOST}%5C.evil.example/`,
    `openid-vc://?request_uri=https://evil.example\\@${HOST}/`,
    `openid-vc://?request_uri=https://${HOST}.evil.example/`,
    `openid-vc://?request_uri=https://x.${HOST}/`,
    `openid-vc://?request_uri=https://evil.example/${HOST}`,
    `openid-vc://?request_uri=https://169.254.169.254/`,
    `openid-vc://?request_uri=${REQUEST}#fragment`,
    `openid-vc://?request_uri=${REQUEST} `,
    `openid-vc://?request_uri=https%3A%2F%2F${HOST}%`,
    `OPENID-VC://?request_uri=${REQUEST}`,
  ])('T111 %s leads somewhere else', (text) => {
    expect(() => open(text)).toThrow(expect.objectContaining({ code: 'unintelligible' }));
  });

  it('takes http only where the service itself is reached so', () => {
    const link = `openid-vc://?request_uri=${REQUEST.replace('https', 'http')}`;
    expect(open(link, 'http://localhost:4010')).toBe(link);
  });
});
