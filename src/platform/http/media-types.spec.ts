import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fastifyFactory, { type FastifyInstance } from 'fastify';
import { Problem } from '../errors/problem.js';
import { JSON_TYPES, refuseOtherMediaTypes } from './media-types.js';

let server: FastifyInstance;
const read: string[] = [];

beforeAll(() => {
  server = fastifyFactory();
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (request, _body, done) => {
    read.push(request.url);
    done(null, {});
  });
  server.addHook('onRequest', async (request) => refuseOtherMediaTypes(request));
  server.setErrorHandler((error, _request, reply) =>
    reply.status(error instanceof Problem ? error.status : 500).send(),
  );
  const answer = async (): Promise<object> => ({});
  server.post('/json', { config: { mediaTypes: JSON_TYPES } }, answer);
  server.post('/picture', { config: { mediaTypes: ['image/jpeg'] } }, answer);
  server.post('/any', { config: { mediaTypes: ['*/*'] } }, answer);
  server.post('/page', answer);
});
afterAll(() => server.close());

async function statusOf(url: string, type: string): Promise<number> {
  read.length = 0;
  const { statusCode } = await server.inject({ method: 'POST', url, headers: { 'content-type': type }, payload: 'x' });
  expect(read).toEqual(statusCode === 200 ? [url] : []);
  return statusCode;
}

describe('the type of a body (T87)', () => {
  it.each([
    ['/json', 'application/json'],
    ['/json', 'Application/JSON; charset=utf-8'],
    ['/picture', 'image/jpeg'],
    ['/any', 'text/plain'],
    ['/page', 'application/x-www-form-urlencoded'],
    ['/page', 'multipart/form-data; boundary=x'],
  ])('%s takes %s', async (url, type) => {
    expect(await statusOf(url, type)).toBe(200);
  });

  it.each([
    ['/json', 'image/jpeg'],
    ['/json', 'application/x-www-form-urlencoded'],
    ['/json', 'application/jsonp'],
    ['/json', 'text/plain; application/json'],
    ['/picture', 'application/json'],
    ['/page', 'image/jpeg'],
    ['/page', 'application/json'],
  ])('%s refuses %s before a byte of it is read', async (url, type) => {
    expect(await statusOf(url, type)).toBe(415);
  });

  it('of what is not there does not matter', async () => {
    expect(
      (
        await server.inject({
          method: 'POST',
          url: '/nothing',
          headers: { 'content-type': 'image/jpeg' },
          payload: 'x',
        })
      ).statusCode,
    ).toBe(404);
  });
});
