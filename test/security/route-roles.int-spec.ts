import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { packagePath } from '../../src/platform/package-root/package-root.js';
import { SCOPES, scopesOfRoles, separated } from '../../src/staff-access/scopes.js';
import { ROUTES, type Route } from '../support/routes.js';

const TABLE = packagePath('test/security/route-roles.txt');
const ROLES = ['helpdesk', 'reviewer', 'auditor', 'operator', 'provisioner', 'relying_party'];

/** Staff come by a bearer, or by a browser that signed in: the console's guard admits no key. */
const isConsole = (route: Route): boolean => route.guards.includes('ConsoleGuard');
const isStaffs = (route: Route): boolean => route.guards.includes('StaffGuard') || isConsole(route);
const STAFF = ROUTES.filter(isStaffs);

const admits = (route: Route, scopes: ReadonlySet<string>): boolean => route.scopes.some((scope) => scopes.has(scope));
const mayBy = (roles: readonly string[]): string[] =>
  STAFF.filter((route) => admits(route, scopesOfRoles(roles))).map((route) => route.name);
/** Who a route lets in: roles by name for staff, otherwise what it asks of a browser or a partner. */
function line(route: Route): string {
  if (!isStaffs(route)) return `${route.name} — ${route.guards.join(', ') || 'anybody'}`;
  const roles = ROLES.filter((role) => admits(route, scopesOfRoles([role])));
  return `${route.name} — ${[...roles, ...(route.personOnly || isConsole(route) ? [] : ['(API key)'])].join(', ')}`;
}

/** All combinations of roles that one colleague could be given. */
const COMBINATIONS = Array.from({ length: 2 ** ROLES.length }, (_none, bits) =>
  ROLES.filter((_role, place) => bits & (1 << place)),
);

/** Every pair of colleagues of one role or two roles each would be such a combination, but for what is never combined. */
const PROVISIONING = ['PUT /v1/subjects/:id', 'PUT /v1/subjects/:id/proofing-record'];

describe('every route and every role (T47, T55)', () => {
  it('T47, T55: is the committed table; UPDATE_ROUTES=1 writes it anew, for somebody to read', () => {
    const found = `${ROUTES.map(line).join('\n')}\n`;
    if (process.env.UPDATE_ROUTES) writeFileSync(TABLE, found);
    expect(found).toBe(readFileSync(TABLE, 'utf8'));
  });

  it('T47: no route is both staff’s and the person’s, and none is open that is not meant to be', () => {
    const both = ROUTES.filter((route) => isStaffs(route) && route.guards.length > 1);
    expect(both.map(({ name }) => name)).toEqual([]);
    expect(STAFF.filter(({ scopes }) => scopes.length === 0).map(({ name }) => name)).toEqual([]);
    const scoped = ROUTES.filter((route) => route.scopes.length > 0 && !isStaffs(route));
    expect(scoped.map(({ name }) => name)).toEqual([]);
    expect(
      STAFF.flatMap(({ scopes }) => scopes).filter((scope) => !(SCOPES as readonly string[]).includes(scope)),
    ).toEqual([]);
  });

  it('T47: no combination of roles reaches a token, a passkey, a link’s start or evidence but a reviewer’s view', () => {
    const secrets = /token|passkey|session|credential|\/flow|\/r\/|notices|webhooks|verify|redeem/i;
    for (const roles of COMBINATIONS)
      expect([roles, mayBy(roles).filter((name) => secrets.test(name))]).toEqual([roles, []]);
    const evidence = STAFF.filter(({ name }) => name.includes('evidence'));
    expect(evidence.map(({ name, personOnly }) => [name, personOnly])).toEqual([
      ['GET /console/reviews/:caseId/evidence/:kind', true],
      ['GET /console/reviews/:caseId/evidence/:kind/preview', true],
      ['GET /v1/reviews/:caseId/evidence/:kind', true],
      ['GET /v1/reviews/:caseId/evidence/:kind/preview', true],
    ]);
  });

  it('T55: pictures, a review and a vote are a reviewer’s alone, and a person’s', () => {
    const theirs = STAFF.filter(({ name }) => /^\w+ \/(v1|console)\/reviews\/:caseId/.test(name));
    expect(theirs.length).toBeGreaterThanOrEqual(12);
    for (const route of theirs) {
      const roles = ROLES.filter((role) => admits(route, scopesOfRoles([role])));
      expect([route.name, roles, route.personOnly]).toEqual([route.name, ['reviewer'], true]);
    }
  });

  it('T48, T49: whoever changes accounts reaches no case and no review, whatever else they are', () => {
    for (const roles of COMBINATIONS) {
      const reached = mayBy(roles);
      const changes = reached.filter((name) => PROVISIONING.includes(name));
      const cases = reached.filter((name) => /recovery-cases|reviews|console/.test(name));
      expect([roles, changes.length > 0 && cases.length > 0]).toEqual([roles, false]);
    }
    expect(mayBy(['provisioner']).filter((name) => PROVISIONING.includes(name))).toEqual(PROVISIONING);
  });

  it('T48, T49: an API key with both is held to the same', () => {
    for (const scope of ['cases:read', 'cases:write', 'cases:authorize', 'reviews:decide', 'audit:read'])
      expect([...separated(new Set([scope, 'subjects:read', 'subjects:write']))].sort()).toEqual(
        [scope, 'subjects:read'].sort(),
      );
    expect([...separated(new Set(['subjects:write', 'subjects:read']))]).toEqual(['subjects:write', 'subjects:read']);
  });

  it('T47: what decides over a person is a person’s call', () => {
    const deciding = STAFF.filter(({ scopes }) =>
      scopes.some((scope) => ['reviews:decide', 'cases:authorize'].includes(scope)),
    );
    const keys = deciding.filter(({ personOnly }) => !personOnly).map(({ name }) => name);
    expect(keys).toEqual(['GET /v1/recovery-cases/:id/legal-hold', 'GET /v1/reviews']);
  });
});
