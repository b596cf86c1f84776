import type { FastifyInstance, FastifyRequest } from 'fastify';
import { hasBody } from './body-room.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** When the last byte of its body was read, by `performance.now()`. */
    bodyEndedAt?: number;
  }
}

/** Call before any route is registered. */
export function noteEndsOfBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (hasBody(request)) request.raw.once('end', () => (request.bodyEndedAt = performance.now()));
    done();
  });
}

/** How long an answer took, in milliseconds, without the time in which its sender sent the body. */
export const answerTime = ({ bodyEndedAt }: FastifyRequest, sinceHeadMs: number): number =>
  bodyEndedAt === undefined ? sinceHeadMs : Math.min(sinceHeadMs, performance.now() - bodyEndedAt);
