import { describe, expect, it } from '@jest/globals';
import fastify from 'fastify';
import { devRoutes, type DevParts } from './dev-routes.js';

const SUBJECT = 'sub_00000000000000000000000001';
const set: unknown[] = [];
const parts = {
  config: { PUBLIC_URL: 'http://localhost:3000', STAFF_ISSUER: 'issuer', STAFF_AUDIENCE: 'regain' },
  identities: { issue: async () => 'token' },
  mailbox: undefined,
  simulators: { plays: (id: string) => id === 'sandbox', set: async (...given: unknown[]) => void set.push(given) },
  pictures: async () => new Map(),
} as unknown as DevParts;

const server = fastify();
devRoutes(server, parts);

const post = (url: string, payload: object) => server.inject({ method: 'POST', url, payload });

describe('the embedded profile’s own calls', () => {
  it.each([
    ['/dev/identities', { sub: 'carol' }, '/roles'],
    ['/dev/scenarios', { provider: 'sandbox', subjectId: SUBJECT, scenario: 'fail:nothing' }, '/scenario'],
    ['/dev/scenarios', { provider: 'sandbox', subjectId: SUBJECT, scenario: 'pass', delay: 1 }, ''],
    ['/dev/scenarios', { provider: 'clear1', subjectId: SUBJECT, scenario: 'pass' }, '/provider'],
  ])('say what they do not take, as a problem document: %s %j', async (url, payload, pointer) => {
    const { statusCode, headers, body } = await post(url, payload);
    expect([statusCode, headers['content-type']]).toEqual([400, 'application/problem+json; charset=utf-8']);
    expect(JSON.parse(body)).toMatchObject({
      type: 'http://localhost:3000/docs/errors#invalid_request',
      code: 'invalid_request',
      instance: expect.stringMatching(/^urn:regain:request:./),
      errors: [{ pointer }],
    });
    expect(set).toEqual([]);
  });

  it.each([
    ['GET', '/dev/fixtures/demo.ana/passport', undefined, 404, 'not_found'],
    ['POST', '/dev/identities', '{', 400, 'malformed_body'],
  ] as const)('refuse everything else alike: %s %s', async (method, url, payload, status, code) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await server.inject({ method, url, payload, headers: payload ? headers : {} });
    expect(answer.json()).toMatchObject({ status, code });
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });

  it('take what they do', async () => {
    expect((await post('/dev/identities', { sub: 'carol', roles: ['helpdesk'] })).json()).toEqual({
      accessToken: 'token',
    });
    expect(
      (await post('/dev/scenarios', { provider: 'sandbox', subjectId: SUBJECT, scenario: 'pass' })).json(),
    ).toEqual({
      status: 'set',
    });
  });
});
