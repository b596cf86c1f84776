import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { Problem } from '../errors/problem.js';

/** For `createServer`: a request without `Host` is not refused by Node.js, whose answer has no body. */
export const LETS_HEADS_THROUGH = { requireHostHeader: false } as const;

/**
 * Refuses the two heads that Node.js refuses by itself with an empty answer, so that they get a problem document like
 * everything else: HTTP/1.1 without `Host` (RFC 9112, section 3.2), and an `Expect` other than `100-continue`, which Node.js
 * answers itself (RFC 9110, section 10.1.1).
 */
export function refuseIncompleteHeads(fastify: FastifyInstance): void {
  // Node.js asks what to do about an expectation that it does not know instead of announcing a request.
  fastify.server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) =>
    fastify.server.emit('request', request, response),
  );
  fastify.addHook('onRequest', ({ raw }, _reply, done) => done(faultOf(raw)));
}

function faultOf({ httpVersion, headers }: IncomingMessage): Problem | undefined {
  if (headers.host === undefined && httpVersion === '1.1')
    return new Problem('invalid_request', { detail: 'The header Host is missing.' });
  const expects = headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue';
  return expects ? new Problem('expectation_failed') : undefined;
}
