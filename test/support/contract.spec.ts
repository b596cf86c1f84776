import { describe, expect, it } from '@jest/globals';
import type { Exchange } from '../../scripts/harness/http-client.js';
import { Contract } from './contract.js';

const person = {
  type: 'object',
  required: ['name', 'left'],
  properties: { name: { type: 'string' }, left: { type: 'string', format: 'date-time', nullable: true } },
};
const json = (schema: object): object => ({ content: { 'application/json': { schema } } });
const contract = new Contract({
  paths: {
    '/v1/people/{id}': {
      get: {
        responses: {
          200: json({ $ref: '#/components/schemas/Person' }),
          404: json({}),
          410: { $ref: '#/components/responses/Gone' },
        },
      },
    },
    '/v1/people/me': { get: { responses: { 204: { description: 'nothing' } } } },
  },
  components: { schemas: { Person: person }, responses: { Gone: json({ type: 'string' }) } },
});

function exchange(path: string, status: number, body?: unknown, type = 'application/json; charset=utf-8'): Exchange {
  const bytes = Buffer.from(body === undefined ? '' : JSON.stringify(body));
  return {
    method: 'GET',
    path,
    status,
    headers: new Headers(body === undefined ? {} : { 'content-type': type }),
    bytes,
  };
}

describe('Contract', () => {
  it.each([
    ['a documented body', exchange('/v1/people/7?full=1', 200, { name: 'Ada', left: null })],
    ['a date where one is promised', exchange('/v1/people/7', 200, { name: 'Ada', left: '2026-01-01T00:00:00Z' })],
    ['an answer that several operations share', exchange('/v1/people/7', 410, 'gone')],
    ['no body where none is promised, on the exact path', exchange('/v1/people/me', 204)],
    ['anything outside of /v1', exchange('/flow', 500, 'whatever')],
  ])('accepts %s', (_name, given) => {
    expect(() => contract.check(given)).not.toThrow();
  });

  it.each([
    ['an undocumented path', exchange('/v1/persons', 200, {}), /not documented/],
    ['an undocumented status', exchange('/v1/people/7', 409, {}), /409 is not documented/],
    ['another body than the shared one', exchange('/v1/people/7', 410, 7), /410 has another body/],
    ['another type', exchange('/v1/people/7', 200, {}, 'text/html'), /is text\/html/],
    ['a body where none is promised', exchange('/v1/people/me', 204, {}), /has a body/],
    ['a missing member', exchange('/v1/people/7', 200, { name: 'Ada' }), /left/],
    ['a member of another type', exchange('/v1/people/7', 200, { name: 7, left: null }), /\/name/],
    ['a malformed date', exchange('/v1/people/7', 200, { name: 'Ada', left: 'yesterday' }), /date-time/],
    ['a member nobody promised', exchange('/v1/people/7', 200, { name: 'Ada', left: null, token: 'x' }), /token/],
  ])('refuses %s', (_name, given, message) => {
    expect(() => contract.check(given)).toThrow(message);
  });
});
