import type { FastifyInstance } from 'fastify';
import { Problem } from '../errors/problem.js';

/** Where machines call. Pages are for people, who are told that a page does not exist. */
const API = '/v1/';

/**
 * Answers a method that a path of the API does not have with 405 and those that it has (RFC 9110, sections 15.5.6 and
 * 10.2.1). Looks at the form of the path alone, so it tells nothing about what is behind an id. Call before any route is
 * registered.
 */
export function refuseOtherMethods(fastify: FastifyInstance): void {
  const methodsOf = new Map<string, Set<string>>();
  fastify.addHook('onRoute', ({ url, method }) => {
    if (!url.startsWith(API)) return;
    const methods = methodsOf.get(url) ?? new Set();
    for (const one of [method].flat()) methods.add(one);
    methodsOf.set(url, methods);
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    const allowed = request.is404 ? methodsAt(request.url, methodsOf) : [];
    if (allowed.length === 0) return done();
    void reply.header('allow', allowed.join(', '));
    done(new Problem('method_not_allowed'));
  });
}

/** The methods of every route that a path fits. */
function methodsAt(url: string, methodsOf: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const parts = (url.split('?')[0] ?? '').split('/');
  const fitting = [...methodsOf].filter(([route]) => {
    const wanted = route.split('/');
    return (
      wanted.length === parts.length &&
      wanted.every((part, at) => (part.startsWith(':') ? parts[at] !== '' : part === parts[at]))
    );
  });
  return [...new Set(fitting.flatMap(([, methods]) => [...methods]))].sort();
}
