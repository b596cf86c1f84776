import type { Socket } from 'node:net';
import type { NestInterceptor } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { finalize, type Observable } from 'rxjs';
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
  interface FastifyRequest {
    /** What its body has of the process's room; without a body, none. */
    bodyShare?: BodyShare;
  }
}

/** How many bytes of bodies a process takes in at a time, of each kind; what is beyond is asked to come again. */
export class BodyRoom {
  readonly #left: Record<BodyKind, number> = { ...BODY_ROOM };

  /** @throws Problem dependency_unavailable */
  take(kind: BodyKind, bytes: number): void {
    if (this.#left[kind] < bytes)
      throw new Problem('dependency_unavailable', { cause: new NoRoomForBodyError(kind), retryAfterSeconds: 5 });
    this.#left[kind] -= bytes;
  }

  giveBack(kind: BodyKind, bytes: number): void {
    this.#left[kind] += bytes;
  }
}

class NoRoomForBodyError extends Error {
  override readonly name = 'NoRoomForBodyError';

  constructor(kind: BodyKind) {
    super(`bodies of the kind "${kind}" fill their room`);
  }
}

/**
 * The room of one body: as much as came of it, not as much as was announced, which costs its sender nothing. It is free again
 * once nobody is there to be answered and nobody works with the bytes.
 */
export class BodyShare {
  readonly #taken = new Map<BodyKind, number>();
  #closed = false;
  #held = false;

  constructor(private readonly room: BodyRoom) {}

  /** @throws Problem dependency_unavailable; malformed_body when its sender is gone: nobody would give this room back */
  charge(kind: BodyKind, bytes: number): void {
    if (this.#closed) throw new Problem('malformed_body');
    this.room.take(kind, bytes);
    this.#taken.set(kind, (this.#taken.get(kind) ?? 0) + bytes);
  }

  /** The bytes are in memory until the work is done, also when their sender is gone by then. */
  holdDuring<T>(work: Observable<T>): Observable<T> {
    this.#held = true;
    return work.pipe(
      finalize(() => {
        this.#held = false;
        this.#release();
      }),
    );
  }

  /** Answered, or broken off. */
  close(): void {
    this.#closed = true;
    this.#release();
  }

  #release(): void {
    if (!this.#closed || this.#held) return;
    for (const [kind, bytes] of this.#taken) this.room.giveBack(kind, bytes);
    this.#taken.clear();
  }
}

/** Call before any route is registered. */
export function makeBodyRoom(fastify: FastifyInstance): void {
  const room = new BodyRoom();
  const sharesOf = new WeakMap<Socket, Set<BodyShare>>();
  fastify.addHook('onRequest', (request, reply, done) => {
    if (hasBody(request)) {
      const share = (request.bodyShare = new BodyShare(room));
      const ofSocket = sharesOf.get(request.raw.socket) ?? sharesOfSocket(request.raw.socket);
      sharesOf.set(request.raw.socket, ofSocket.add(share));
      reply.raw.once('close', () => {
        ofSocket.delete(share);
        share.close();
      });
    }
    done();
  });
}

/** An answer that waits behind another one (pipelining) has no socket yet, and is not told when that is closed. */
function sharesOfSocket(socket: Socket): Set<BodyShare> {
  const shares = new Set<BodyShare>();
  socket.once('close', () => shares.forEach((share) => share.close()));
  return shares;
}

export const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** Refuses unread what says that it is too large. @throws Problem body_too_large */
export function assertMayBeTaken({ headers }: FastifyRequest, maxBytes: number): void {
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw new Problem('body_too_large');
}

/** Every handler works with the body of its request. */
export const HOLDS_BODIES: NestInterceptor = {
  intercept: (context, next) => {
    const { bodyShare } = context.switchToHttp().getRequest<FastifyRequest>();
    return bodyShare ? bodyShare.holdDuring(next.handle()) : next.handle();
  },
};

/**
 * Reads a body into memory. Whatever may be large is read by its handler, after the guards: nobody sends megabytes whom they
 * do not let in.
 * @throws Problem body_too_large, dependency_unavailable when the process holds too much, malformed_body when it breaks off
 */
export async function readBody(request: FastifyRequest, body: { kind: BodyKind; maxBytes: number }): Promise<Buffer> {
  assertMayBeTaken(request, body.maxBytes);
  try {
    // The connection is left whole, so that the refusal can be answered on it.
    const chunks = request.raw.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    return await bytesOf(chunks, { ...body, share: request.bodyShare });
  } catch (error) {
    passOver(request);
    throw error instanceof Problem ? error : new Problem('malformed_body', { cause: error });
  }
}

/** @throws Problem body_too_large, dependency_unavailable */
export async function bytesOf(
  stream: AsyncIterable<Buffer>,
  { kind, maxBytes, share }: { kind: BodyKind; maxBytes: number; share: BodyShare | undefined },
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > maxBytes) throw new Problem('body_too_large');
    share?.charge(kind, chunk.length);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/** What is left of a refused body comes and is dropped: the next request of its connection is behind it. */
export function passOver({ raw }: FastifyRequest): void {
  raw.unpipe();
  raw.resume();
}
