import { describe, expect, it } from '@jest/globals';
import fastifyFactory from 'fastify';
import { toProblem } from './problem.filter.js';
import { refuseOtherMethods } from './other-methods.js';

const server = fastifyFactory();
server.setErrorHandler((error, _request, reply) => reply.status(toProblem(error).status).send());
refuseOtherMethods(server);
server.get('/v1/cases', async () => 'cases');
server.post('/v1/cases', async () => 'opened');
server.get('/v1/cases/:id', async () => 'a case');
server.post('/v1/cases/:id/cancel', async () => 'cancelled');
server.post('/start', async () => 'a page');

const ask = async (method: 'GET' | 'PUT' | 'DELETE' | 'OPTIONS' | 'POST', url: string) => {
  const { statusCode, headers } = await server.inject({ method, url });
  return [statusCode, headers.allow];
};

describe('a method that a path does not have', () => {
  it.each([
    ['DELETE', '/v1/cases', 'GET, HEAD, POST'],
    ['PUT', '/v1/cases?limit=1', 'GET, HEAD, POST'],
    ['DELETE', '/v1/cases/rc_1', 'GET, HEAD'],
    ['GET', '/v1/cases/rc_1/cancel', 'POST'],
    ['OPTIONS', '/v1/cases/rc_2/cancel', 'POST'],
  ] as const)('is refused with those that it has: %s %s', async (method, url, allow) => {
    expect(await ask(method, url)).toEqual([405, allow]);
  });

  it.each([
    ['GET', '/v1/nothing'],
    ['GET', '/v1/cases/rc_1/'],
    ['DELETE', '/v1/cases/'],
    ['GET', '/v1/cases/rc_1/cancel/now'],
    ['GET', '/start'],
  ] as const)('is no matter where there is no such path of the API: %s %s', async (method, url) => {
    expect(await ask(method, url)).toEqual([404, undefined]);
  });

  it('leaves those that there are', async () => {
    expect(await ask('POST', '/v1/cases')).toEqual([200, undefined]);
  });
});
