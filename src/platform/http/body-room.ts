import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../errors/problem.js';

const MEBIBYTE = 1024 * 1024;

/**
 * How many bytes of bodies one process takes in at a time (T87, I11). Each kind has room of its own: anybody can send a
 * document, a form or what looks like a partner's delivery, and what fills their room takes none from the pictures, which come
 * only from those whom the guards let in.
 */
export const BODY_ROOM = { document: 64 * MEBIBYTE, push: 32 * MEBIBYTE, picture: 256 * MEBIBYTE } as const;

export type BodyKind = keyof typeof BODY_ROOM;

declare module 'fastify' {
  interface FastifyInstance {
    bodyRoom: BodyRoom;
  }
  interface FastifyRequest {
    /** What its body has of the process's room, until it is answered. */
    bodyShare?: { kind: BodyKind; bytes: number };
  }
}

/** How many bytes of bodies a process takes in at a time, of each kind; what is beyond is asked to come again. */
export class BodyRoom {
  readonly #left: Record<BodyKind, number> = { ...BODY_ROOM };

  /** @throws Problem dependency_unavailable */
  take(request: FastifyRequest, kind: BodyKind, bytes: number): void {
    if (this.#left[kind] < bytes)
      throw new Problem('dependency_unavailable', { cause: new NoRoomForBodyError(kind), retryAfterSeconds: 5 });
    this.#left[kind] -= bytes;
    request.bodyShare = { kind, bytes };
  }

  giveBack({ bodyShare }: FastifyRequest): void {
    if (bodyShare) this.#left[bodyShare.kind] += bodyShare.bytes;
  }
}

class NoRoomForBodyError extends Error {
  override readonly name = 'NoRoomForBodyError';

  constructor(kind: BodyKind) {
    super(`bodies of the kind "${kind}" fill their room`);
  }
}

/** Call before any route is registered. */
export function makeBodyRoom(fastify: FastifyInstance): void {
  const room = new BodyRoom();
  fastify.decorate('bodyRoom', room);
  // Answered or broken off: either way the response is closed, once.
  fastify.addHook('onRequest', (request, reply, done) => {
    if (hasBody(request)) reply.raw.once('close', () => room.giveBack(request));
    done();
  });
}

export const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** As many bytes as a body says that it has; as many as it may have when it does not say. */
export function takeBodyRoom(request: FastifyRequest, body: { kind: BodyKind; maxBytes: number }): void {
  const declared = Number(request.headers['content-length'] ?? body.maxBytes);
  if (declared > body.maxBytes) throw new Problem('body_too_large');
  request.server.bodyRoom.take(request, body.kind, declared);
}

/**
 * Reads a body into memory. Whatever may be large is read by its handler, after the guards: nobody sends megabytes whom they
 * do not let in.
 * @throws Problem body_too_large, dependency_unavailable when the process holds too much, malformed_body when it breaks off
 */
export async function readBody(request: FastifyRequest, body: { kind: BodyKind; maxBytes: number }): Promise<Buffer> {
  takeBodyRoom(request, body);
  return bytesOf(request.raw, body.maxBytes);
}

async function bytesOf(stream: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // The connection is left whole, so that the refusal can be answered on it.
    for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw new Problem('body_too_large');
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof Problem ? error : new Problem('malformed_body', { cause: error });
  }
  return Buffer.concat(chunks, size);
}
