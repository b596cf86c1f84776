import { describe, expect, it } from '@jest/globals';
import fastifyFactory from 'fastify';
import { leadToPages } from './trailing-slash.js';

const server = fastifyFactory();
leadToPages(server);
const PAGES = [
  '/',
  '/recover',
  '/console',
  '/console/cases',
  '/console/cases/:id',
  '/console/sign-in/return',
  '/r/:linkToken',
  '/v1/cases',
];
for (const page of PAGES) server.get(page, async () => 'a page');
server.post('/flow/start', async () => 'started');

const ask = async (url: string, method: 'GET' | 'HEAD' | 'POST' = 'GET') => {
  const { statusCode, headers } = await server.inject({ method, url });
  return [statusCode, headers.location];
};

describe('a slash behind the address of a page (T7)', () => {
  it.each([
    ['/console/', '/console'],
    ['/console/cases/', '/console/cases'],
    ['/recover/?lang=de', '/recover?lang=de'],
    ['/recover/?a=b&lang=ar&c=d', '/recover?lang=ar'],
    // Nothing else of a query is said back: it may lead elsewhere, or be a secret.
    ['/recover/?next=//evil.example/', '/recover'],
    ['/recover/?lang=de%0d%0aX:y', '/recover'],
    ['/recover/?lang=//evil.example', '/recover'],
    ['/console/sign-in/return/?code=secret&state=secret', '/console/sign-in/return'],
    ['/console/sign-in/return/?code=secret&lang=de&state=secret', '/console/sign-in/return?lang=de'],
  ])('leads to the page: %s', async (url, page) => {
    expect([await ask(url), await ask(url, 'HEAD')]).toEqual([
      [308, page],
      [308, page],
    ]);
  });

  it.each([
    '//evil.example/',
    '//evil.example/console/',
    '//console/',
    '/console//',
    '/%2Fevil.example/',
    '/nothing/',
    // An id or a secret is not said back.
    '/console/cases/rc_1/',
    '/r/secret/',
    '/v1/cases/',
    '/flow/start/',
  ])('leads nowhere else: %s', async (url) => {
    expect(await ask(url)).toEqual([404, undefined]);
  });

  it('sends no form on', async () => {
    expect(await ask('/recover/', 'POST')).toEqual([404, undefined]);
  });

  it('is none of the first page’s', async () => {
    expect(await ask('/')).toEqual([200, undefined]);
  });
});
