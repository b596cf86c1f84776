import type { FastifyInstance } from 'fastify';

/** Where machines call: they get exactly what the contract names. */
const API = '/v1/';

/** Of a query nothing is said back but this: any other member may be a secret, as that of a sign-in's return is. */
const LANGUAGE = /[?&](lang=[a-z]{2})(?:&|$)/;

/**
 * Leads from the address of a page with a slash behind it to the page, for readers who type addresses. It leads to
 * addresses that were registered, in the language that was asked for, and repeats nothing else that was sent: so it leads
 * to no other site (T7) and never with an id or a secret in the address. Call before any route is registered.
 */
export function leadToPages(fastify: FastifyInstance): void {
  const pages = new Set<string>();
  fastify.addHook('onRoute', ({ url, method }) => {
    if ([method].flat().includes('GET') && !url.startsWith(API) && !/[:*]/.test(url)) pages.add(url);
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    const page = ['GET', 'HEAD'].includes(request.method) ? pageBefore(request.url) : undefined;
    if (page === undefined || !pages.has(page)) return done();
    const [, language] = LANGUAGE.exec(request.url) ?? [];
    void reply.redirect(language === undefined ? page : `${page}?${language}`, 308);
  });
}

/** The path without the slash at its end; undefined where it ends in none. */
function pageBefore(url: string): string | undefined {
  const [path = ''] = url.split('?');
  return path.endsWith('/') ? path.slice(0, -1) : undefined;
}
