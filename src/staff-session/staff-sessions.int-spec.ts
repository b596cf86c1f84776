import type { ExecutionContext } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { testConfig } from '../../test/model/core-stage.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { STAFF_COOKIE } from '../flow-session/cookies.js';
import { FormTokens } from '../flow-session/form-tokens.js';
import { SameOriginGuard } from '../flow-session/same-origin.guard.js';
import { SystemClock } from '../platform/clock/clock.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import type { Principal, Request } from '../platform/http/request-context.js';
import { newSecret } from '../platform/ids/ids.js';
import { PersonOnly, RequireScopes } from '../staff-access/staff-access.guard.js';
import type { Scope } from '../staff-access/scopes.js';
import { personOf, type StaffClaims } from '../staff-access/staff-tokens.js';
import { ConsoleGuard } from './console.guard.js';
import { StaffSessions, STAFF_ABSOLUTE_SECONDS, STAFF_IDLE_SECONDS, type StaffSession } from './staff-sessions.js';
import type { StaffSignIn } from './staff-sign-in.js';

const RITA: StaffClaims = { sub: 'pairwise-0f3a', accounts: ['rita.jones'], roles: ['reviewer'] };
const HOUR_MS = 3_600_000;

let test: TestDatabase;
const ring = new KeyRing(KeyRing.generate());
const sessions = new StaffSessions(ring, new SystemClock());
const tokens = new FormTokens(ring);
let opened: { sessionId: string; secret: string; endsAt: Date };

beforeAll(async () => {
  test = await openTestDatabase();
});
afterAll(() => test.close());

const open = (claims = RITA, expiresAt = new Date(Date.now() + HOUR_MS)): Promise<typeof opened> =>
  test.database.transaction((tx) => sessions.open(tx, { claims, expiresAt }));
const touch = (secret: string | undefined = opened.secret): Promise<StaffSession | undefined> =>
  test.database.write((tx) => sessions.touch(tx, secret));
const end = (secret = opened.secret): Promise<void> => test.database.transaction((tx) => sessions.end(tx, secret));
const shift = (column: 'seen_at' | 'expires_at', seconds: number): Promise<void> =>
  test.asOwner(`UPDATE staff_sessions SET ${column} = ${column} - make_interval(secs => $1) WHERE id = $2`, [
    seconds,
    opened.sessionId,
  ]);

beforeEach(async () => {
  opened = await open();
});

describe('a session of staff', () => {
  it('is found by its cookie, says what the sign-in said, and slides', async () => {
    await shift('seen_at', STAFF_IDLE_SECONDS - 30);
    expect(await touch()).toEqual({ sessionId: opened.sessionId, claims: RITA });
    await shift('seen_at', STAFF_IDLE_SECONDS - 30);
    expect(await touch()).toBeDefined();
  });

  it('idles out after fifteen minutes and does not come back', async () => {
    await shift('seen_at', STAFF_IDLE_SECONDS + 1);
    expect([await touch(), await touch()]).toEqual([undefined, undefined]);
  });

  it('ends with the tokens it came from, however busy, and after eight hours at the latest', async () => {
    const short = await open(RITA, new Date(Date.now() + 120_000));
    expect(short.endsAt.getTime() - Date.now()).toBeLessThanOrEqual(121_000);
    const long = await open(RITA, new Date(Date.now() + 48 * HOUR_MS));
    expect(long.endsAt.getTime() - Date.now()).toBeLessThanOrEqual((STAFF_ABSOLUTE_SECONDS + 1) * 1_000);
    await shift('expires_at', HOUR_MS / 1_000 + 1);
    expect(await touch()).toBeUndefined();
    await expect(open(RITA, new Date(Date.now() - 1_000))).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('ends at the way out, once, and says both in the audit trail without a name of the directory', async () => {
    await end();
    await end();
    expect(await touch()).toBeUndefined();
    const trail = await test.database.read(
      (tx) => tx.many<{ type: string; actorId: string; data: unknown }>`
        SELECT type, actor_id, data FROM audit_events WHERE data->>'sessionId' = ${opened.sessionId} ORDER BY seq`,
    );
    expect(trail).toEqual(
      ['staff.signed_in', 'staff.signed_out'].map((type) => ({
        type,
        actorId: RITA.sub,
        data: { sessionId: opened.sessionId },
      })),
    );
  });

  it('is not found by anything but its one spelling, nor under a ring that lacks its key', async () => {
    for (const other of [undefined, '', newSecret(), `${opened.secret}=`, opened.sessionId, 'x'.repeat(1e5)])
      expect(await test.database.write((tx) => sessions.touch(tx, other))).toBeUndefined();
    const stranger = new StaffSessions(new KeyRing(KeyRing.generate()), new SystemClock());
    expect(await test.database.write((tx) => stranger.touch(tx, opened.secret))).toBeUndefined();
    expect(await touch()).toBeDefined();
  });

  it('holds nothing in clear: neither the cookie’s value nor who it is', async () => {
    const rows = await test.database.read(
      (tx) =>
        tx.many`SELECT id, encode(cookie_digest, 'escape') AS digest, encode(claims_sealed, 'escape') AS claims FROM staff_sessions`,
    );
    expect(JSON.stringify(rows)).not.toMatch(new RegExp(`${opened.secret}|rita|pairwise|reviewer`));
  });

  it('of which the claims were exchanged for another’s is none', async () => {
    const other = await open({ ...RITA, sub: 'somebody-else' });
    await test.asOwner(
      'UPDATE staff_sessions s SET claims_sealed = o.claims_sealed FROM staff_sessions o WHERE s.id = $1 AND o.id = $2',
      [opened.sessionId, other.sessionId],
    );
    expect(await touch()).toBeUndefined();
  });
});

describe('the way in to the console', () => {
  class Handlers {
    @RequireScopes('reviews:decide')
    @PersonOnly()
    reviews(): void {}
    @RequireScopes('audit:read')
    audit(): void {}
    unnamed(): void {}
  }
  const config = testConfig();
  const guardWith = (isOffered: boolean): ConsoleGuard =>
    new ConsoleGuard({ isOffered } as StaffSignIn, new SameOriginGuard(config), sessions, tokens, test.database);
  interface Asked {
    method?: string;
    cookie?: string;
    headers?: Record<string, string>;
    body?: unknown;
    handler?: keyof Handlers;
    offered?: boolean;
  }
  /** Who was let in, or the code of the refusal. */
  async function come(asked: Asked): Promise<Principal | string | undefined> {
    const { method = 'GET', cookie = opened.secret, headers, body, handler = 'reviews', offered = true } = asked;
    const cookies = cookie === '' ? {} : { [STAFF_COOKIE]: cookie };
    const request = { method, cookies, headers: { cookie: 'x', ...headers }, body } as unknown as Request;
    const context = {
      switchToHttp: () => ({ getRequest: () => request }),
      getHandler: () => Handlers.prototype[handler],
    } as unknown as ExecutionContext;
    try {
      await guardWith(offered).canActivate(context);
      return request.principal;
    } catch (error) {
      return (error as { code: string }).code;
    }
  }
  const own = { origin: config.PUBLIC_URL, 'sec-fetch-site': 'same-origin' };
  const token = (): string => tokens.of(opened.sessionId);

  it('lets in exactly whom the bearer of that sign-in would be', async () => {
    expect(await come({})).toEqual(personOf(RITA));
  });

  it.each<[string, readonly string[], Scope[]]>([
    ['a reviewer', ['reviewer'], ['reviews:decide']],
    ['an auditor', ['auditor'], ['audit:read']],
    ['a help desk agent', ['helpdesk'], []],
    ['an operator', ['operator'], ['audit:read']],
    ['somebody without a role', [], []],
    ['a role nobody knows', ['admin'], []],
  ])('opens to %s what their roles open, and nothing more', async (_who, roles, scopes) => {
    opened = await open({ ...RITA, roles });
    const outcome = async (handler: keyof Handlers): Promise<boolean | string> => {
      const principal = await come({ handler });
      return typeof principal === 'string' ? principal : true;
    };
    expect(await outcome('reviews')).toBe(scopes.includes('reviews:decide') || 'insufficient_scope');
    expect(await outcome('audit')).toBe(scopes.includes('audit:read') || 'insufficient_scope');
    expect(await outcome('unnamed')).toBe('insufficient_scope');
  });

  it('is closed without a cookie, with a bearer token in its place, and where the console is off', async () => {
    expect(await come({ cookie: '' })).toBe('unauthenticated');
    expect(await come({ cookie: '', headers: { authorization: `Bearer ${opened.secret}` } })).toBe('unauthenticated');
    expect(await come({ offered: false })).toBe('not_found');
  });

  it.each([
    ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['another site that hides where it is', { 'sec-fetch-site': 'cross-site' }],
    ['a sibling host', { ...own, 'sec-fetch-site': 'same-site' }],
    ['nowhere', {}],
  ])('T22: takes no form from %s, whatever token it brings', async (_where, headers) => {
    expect(await come({ method: 'POST', headers, body: { _csrf: token() } })).toBe('origin_not_allowed');
  });

  it('T22: takes no form without its own session’s token', async () => {
    const other = await open();
    for (const _csrf of [undefined, '', 'x', tokens.of(other.sessionId), [token()]])
      expect(await come({ method: 'POST', headers: own, body: { _csrf } })).toBe('csrf_token_invalid');
    expect(await come({ method: 'POST', headers: own, body: undefined })).toBe('csrf_token_invalid');
    expect(await come({ method: 'POST', headers: own, body: { _csrf: token() } })).toEqual(personOf(RITA));
  });
});
