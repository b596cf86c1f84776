import type { FastifyInstance } from 'fastify';

/** Where machines call: they get exactly what the contract names. */
const API = '/v1/';

/**
 * Leads from the address of a page with a slash behind it to the page, for readers who type addresses. It leads to
 * addresses that were registered and to nothing that was sent, so to no other site (T7) and never with an id or a secret
 * in it. Call before any route is registered.
 */
export function leadToPages(fastify: FastifyInstance): void {
  const pages = new Set<string>();
  fastify.addHook('onRoute', ({ url, method }) => {
    if ([method].flat().includes('GET') && !url.startsWith(API) && !/[:*]/.test(url)) pages.add(url);
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    const page = ['GET', 'HEAD'].includes(request.method) ? pageBefore(request.url) : undefined;
    if (page === undefined || !pages.has(page)) return done();
    const query = request.url.slice(page.length + 1);
    void reply.redirect(`${page}${query}`, 308);
  });
}

/** The path without the slash at its end; undefined where it ends in none. */
function pageBefore(url: string): string | undefined {
  const [path = ''] = url.split('?');
  return path.endsWith('/') ? path.slice(0, -1) : undefined;
}
