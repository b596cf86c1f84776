import type { ExecutionContext } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { testConfig } from '../../test/model/core-stage.js';
import { Problem } from '../platform/errors/problem.js';
import { SameOriginGuard } from './same-origin.guard.js';

const OWN = 'https://recover.example.org';
const guard = new SameOriginGuard({ ...testConfig(), PUBLIC_URL: OWN, rpOrigins: ['https://login.example.org'] });

function admitted(method: string, headers: Record<string, string | undefined>): boolean {
  const context = { switchToHttp: () => ({ getRequest: () => ({ method, headers }) }) } as unknown as ExecutionContext;
  try {
    return guard.canActivate(context);
  } catch (error) {
    if (error instanceof Problem && error.code === 'origin_not_allowed') return false;
    throw error;
  }
}

describe('a write (T22)', () => {
  const COOKIE = { cookie: '__Host-regain_flow=x' };

  it.each([
    ['our page', { origin: OWN, 'sec-fetch-site': 'same-origin', ...COOKIE }],
    ['our page in an old browser', { origin: OWN, ...COOKIE }],
    ['our page without Origin', { 'sec-fetch-site': 'same-origin', ...COOKIE }],
    [
      'another origin of the relying party',
      { origin: 'https://login.example.org', 'sec-fetch-site': 'same-origin', ...COOKIE },
    ],
    ['a program without cookies', {}],
  ])('from %s is let in', (_name, headers) => {
    expect(admitted('POST', headers)).toBe(true);
  });

  it.each([
    ['another site', { origin: 'https://evil.example.com', 'sec-fetch-site': 'cross-site', ...COOKIE }],
    ['another site that hides Sec-Fetch-Site', { origin: 'https://evil.example.com', ...COOKIE }],
    ['a sibling host', { origin: OWN, 'sec-fetch-site': 'same-site', ...COOKIE }],
    ['a sandboxed frame', { origin: 'null', 'sec-fetch-site': 'cross-site', ...COOKIE }],
    ['a frame without origin', { origin: 'null', ...COOKIE }],
    ['the address bar', { 'sec-fetch-site': 'none', ...COOKIE }],
    ['a program with cookies', COOKIE],
    ['our host over http', { origin: 'http://recover.example.org', ...COOKIE }],
    ['our host on another port', { origin: `${OWN}:8443`, ...COOKIE }],
    ['our host with a longer name', { origin: `${OWN}.evil.com`, ...COOKIE }],
    ['our origin with a path', { origin: `${OWN}/`, ...COOKIE }],
    ['another spelling', { origin: OWN.toUpperCase(), ...COOKIE }],
    ['another site, though the request has no cookie', { origin: 'https://evil.example.com' }],
  ])('from %s is refused', (_name, headers) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'post'])
      expect([method, admitted(method, headers)]).toEqual([method, false]);
  });
});

describe('a read', () => {
  it.each(['GET', 'HEAD', 'OPTIONS'])('by %s is let in from anywhere: it changes nothing', (method) => {
    expect(admitted(method, { origin: 'https://evil.example.com', 'sec-fetch-site': 'cross-site', cookie: 'x' })).toBe(
      true,
    );
  });
});
