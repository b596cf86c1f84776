import { beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import { isOwnAccount } from '../directory/own-account.js';
import { Sensitive } from '../../providers/kit/index.js';
import { testConfig } from '../../test/model/core-stage.js';
import type { KeyRing } from '../platform/crypto/key-ring.js';
import type { Database } from '../platform/database/database.js';
import type { Principal } from '../platform/http/request-context.js';
import type { OutboundHttp } from '../platform/outbound-http/outbound-http.js';
import { StaffTokens } from './staff-tokens.js';

let sign: (claims: JWTPayload) => Promise<string>;
let jwks: string;

beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' }] });
  sign = (claims) =>
    new SignJWT({ roles: ['reviewer'], ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setIssuer('http://127.0.0.1:1')
      .setAudience('regain')
      .setExpirationTime('1m')
      .sign(privateKey);
});

const answering = (answer: () => { status: number; body: Uint8Array }): OutboundHttp =>
  ({ send: async () => answer() }) as unknown as OutboundHttp;
const tokensAt = (outbound: OutboundHttp): StaffTokens =>
  new StaffTokens(testConfig(), {} as Database, {} as KeyRing, outbound);

const principal = (claims: JWTPayload, accountClaims?: string): Promise<Principal> =>
  principalUnder(accountClaims === undefined ? {} : { STAFF_ACCOUNT_CLAIMS: accountClaims }, claims);

async function principalUnder(settings: Parameters<typeof testConfig>[0], claims: JWTPayload): Promise<Principal> {
  const config = testConfig(settings);
  const outbound = { send: async () => ({ status: 200, body: Buffer.from(jwks) }) } as unknown as OutboundHttp;
  const tokens = new StaffTokens(config, {} as Database, {} as KeyRing, outbound);
  return tokens.principal(await sign(claims));
}

const OPAQUE = 'Zq8_pairwise-0f3a';
const account = {
  id: 'sub_01',
  profile: new Sensitive({
    login: 'rita.jones',
    displayName: 'Rita',
    givenName: 'Rita',
    familyName: 'Jones',
    employeeId: 'E-77',
    emails: ['rita@example.org'],
    phones: [],
    formerEmails: [],
  }),
  contactsChangedAt: null,
  toldSince: new Date(0),
};

describe('whose account a member of staff has (T49)', () => {
  it.each([
    ['preferred_username', 'Rita.Jones'],
    ['email', 'rita@EXAMPLE.org'],
    ['oid', 'sub_01'],
  ])('T49: is said by any of the usual claims, where sub is a random number: %s', async (claim, value) => {
    const staff = await principal({ sub: OPAQUE, [claim]: value });
    expect([staff.id, isOwnAccount(account, staff)]).toEqual([OPAQUE, true]);
    expect(isOwnAccount(account, await principal({ sub: OPAQUE, [claim]: 'somebody.else' }))).toBe(false);
  });

  it('T49: is said by the claims that are set, also one that holds a list, and by no other', async () => {
    const claims = { sub: OPAQUE, employee: ['x', 'e-77'], email: 'rita@example.org' };
    expect(isOwnAccount(account, await principal(claims, 'employee'))).toBe(true);
    expect((await principal(claims, ' employee , upn ')).accounts).toEqual(['x', 'e-77']);
  });

  it('T49: is not guessed: a token with none of the claims is refused, whatever its sub', async () => {
    for (const claims of [
      {},
      { upn: '' },
      { upn: '  ' },
      { upn: 7 },
      { upn: { name: 'rita' } },
      { upn: 'x'.repeat(321) },
    ])
      await expect(principal({ sub: 'rita.jones', ...claims }, 'upn,email')).rejects.toMatchObject({
        code: 'unauthenticated',
      });
  });

  it('T49: by default is the sub too', async () => {
    expect(isOwnAccount(account, await principal({ sub: 'RITA.jones' }))).toBe(true);
  });
});

describe('while the organisation’s keys cannot be read (rule 12)', () => {
  it.each([
    ['it answers 503', 503, '{"keys":[]}'],
    ['it answers 500 with a page', 500, '<html>'],
    ['it sends elsewhere', 302, ''],
    ['a page comes with 200', 200, '<html>down for maintenance</html>'],
    ['nothing comes with 200', 200, ''],
    ['an object without keys comes', 200, '{}'],
    ['a list comes', 200, '[]'],
    ['keys are no list', 200, '{"keys":"x"}'],
  ])('nobody is refused, everybody is asked to come back: %s', async (_what, status, body) => {
    const tokens = tokensAt(answering(() => ({ status, body: Buffer.from(body) })));
    await expect(tokens.principal(await sign({ sub: 'rita' }))).rejects.toMatchObject({
      code: 'dependency_unavailable',
    });
  });

  it('nor when nothing answers', async () => {
    const tokens = tokensAt(
      answering(() => {
        throw new Error('connection refused');
      }),
    );
    await expect(tokens.principal(await sign({ sub: 'rita' }))).rejects.toMatchObject({
      code: 'dependency_unavailable',
    });
  });

  it('a good token is taken as soon as they can be, and a bad one is refused', async () => {
    let status = 503;
    const tokens = tokensAt(answering(() => ({ status, body: Buffer.from(jwks) })));
    const token = await sign({ sub: 'rita' });
    await expect(tokens.principal(token)).rejects.toMatchObject({ code: 'dependency_unavailable' });
    status = 200;
    expect(await tokens.principal(token)).toMatchObject({ id: 'rita' });
    for (const bad of [`${token.slice(0, -8)}AAAAAAAA`, 'x', token.split('.').slice(0, 2).join('.')])
      await expect(tokens.principal(bad)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('a token of a key that is not among them is refused', async () => {
    const tokens = tokensAt(answering(() => ({ status: 200, body: Buffer.from('{"keys":[]}') })));
    await expect(tokens.principal(await sign({ sub: 'rita' }))).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});

describe('who is a person (rule 10, T49)', () => {
  const login = { preferred_username: 'rita.jones' };

  it.each<[string, JWTPayload]>([
    ['Keycloak’s service account', { sub: 'b7e0', azp: 'itsm', preferred_username: 'service-account-itsm' }],
    ['Keycloak’s, without the scope `profile`', { sub: 'b7e0', azp: 'itsm', clientHost: '10.0.0.9' }],
    ['Entra ID’s, where the optional claim is on', { sub: 'pair', oid: '9f2c', idtyp: 'app', azp: 'c1', ...login }],
    ['Entra ID’s, where it is off', { sub: '9f2c', oid: '9f2c', azp: 'c1', azpacr: '1' }],
    ['Okta’s', { sub: '0oa1b', cid: '0oa1b' }],
    ['Auth0’s', { sub: 'c1@clients', azp: 'c1', gty: 'client-credentials' }],
    ['Auth0’s, by the subject alone', { sub: 'c1@clients', azp: 'c1' }],
    ['one as RFC 9068 has it', { sub: 's6BhdRkqt3', client_id: 's6BhdRkqt3' }],
    ['version 1 of Entra ID’s', { sub: 'c1', appid: 'c1' }],
  ])('T49: an application is none: %s', async (_whose, claims) => {
    await expect(principal(claims)).rejects.toMatchObject({
      code: 'unauthenticated',
      options: { detail: 'This token is an application’s. Applications use an API key.' },
    });
  });

  it.each<[string, JWTPayload]>([
    ['Keycloak', { sub: 'b7e0', azp: 'console', sid: 's', ...login }],
    ['Entra ID', { sub: 'pairwise', oid: '9f2c', azp: 'c1', scp: 'access', idtyp: 'user', ...login }],
    ['Entra ID, whose subject is the object id by a mapping', { sub: '9f2c', oid: '9f2c', scp: 'access', ...login }],
    ['Entra External ID, whose subject is the object id', { sub: '9f2c', oid: '9f2c', name: 'Rita Jones' }],
    ['Okta', { sub: 'rita@example.org', cid: '0oa1b', uid: '00u1' }],
    ['Auth0', { sub: 'auth0|1', azp: 'c1', gty: ['refresh_token', 'authorization_code'] }],
  ])('a colleague of %s is one', async (_issuer, claims) => {
    expect(await principal(claims)).toMatchObject({ kind: 'person', id: claims.sub });
  });

  it('T49: is only who has the claim of a sign-in, where one is set', async () => {
    const settings = { STAFF_PERSON_CLAIM: 'auth_time' };
    expect(await principalUnder(settings, { sub: 'r', ...login, auth_time: 1_700_000_000 })).toMatchObject({ id: 'r' });
    for (const claims of [login, { ...login, auth_time: null }])
      await expect(principalUnder(settings, { sub: 'r', ...claims })).rejects.toMatchObject({
        code: 'unauthenticated',
      });
  });
});
