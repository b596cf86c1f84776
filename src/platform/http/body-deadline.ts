import type { FastifyInstance, FastifyRequest } from 'fastify';
import { hasBody } from './body-room.js';
import { isPhotoType } from './media-types.js';

/** A photo from a telephone on a slow line takes minutes. What goes on is cut off by silence alone, long before this. */
export const LONGEST_REQUEST_MS = 600_000;
/** A client that never ends a header is not a person; the proxy has the same limit. */
const LONGEST_HEAD_MS = 15_000;

/** What Node.js says of a request that takes too long; whoever answers its own answers ours (`answerNoRequest`). */
const TOO_LATE = Object.assign(new Error('the body did not come in time'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });

/**
 * Whatever is no photo is small, and has to be there soon (T87): Node.js knows one limit for all requests, which has to be
 * that of photos.
 */
export function limitWaitingForBodies(fastify: FastifyInstance, withinMs: number): void {
  fastify.server.headersTimeout = LONGEST_HEAD_MS;
  fastify.addHook('onRequest', (request, reply, done) => {
    if (hasBody(request)) {
      const { raw } = request;
      const tooLate = (): boolean => fastify.server.emit('clientError', TOO_LATE, raw.socket);
      let timer = mayBePhoto(request) ? undefined : setTimeout(tooLate, withinMs);
      for (const event of ['end', 'close']) raw.once(event, () => clearTimeout(timer));
      // Answered without it, as refusals are: what still comes of it is dropped, and nobody waits for its end for long.
      reply.raw.once('close', () => {
        clearTimeout(timer);
        if (!raw.complete && !raw.destroyed) timer = setTimeout(() => raw.destroy(), withinMs).unref();
      });
    }
    done();
  });
}

/** A type that its route does not take was refused already; partners may give theirs any. */
const mayBePhoto = ({ headers, routeOptions }: FastifyRequest): boolean =>
  !routeOptions.config.ofPartners && isPhotoType(headers['content-type'] ?? '');
