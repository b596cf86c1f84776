import type { IncomingMessage } from 'node:http';
import { errorCodes, type FastifyInstance, type FastifyRequest } from 'fastify';
import { Problem } from '../errors/problem.js';
import { MAX_PICTURE_BYTES, PICTURE_TYPES } from '../pictures/image-limits.js';
import { parseStrictJson } from './strict-json.js';

/** Bytes as received, for signatures that cover them. */
declare module 'fastify' {
  interface FastifyRequest {
    rawBody?: Buffer;
  }
}

/** Where partners deliver. What they sign, or what is believed of them, is bytes, whatever type they call it by. */
const PUSHES = '/v1/webhooks/';
/** A wallet's callback may carry the credential's photo, up to a megabyte of it, in base64. */
const MAX_PUSH_BYTES = 2 * 1024 * 1024;
const MAX_FORM_BYTES = 16_384;

/** What a body may be, and how large. Call before any route is registered. */
export function addBodyParsers(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    if (route.url.startsWith(PUSHES)) route.bodyLimit = MAX_PUSH_BYTES;
  });
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    request.rawBody = body as Buffer;
    // A client that names the type and sends nothing means "no members".
    if (body.length === 0) return done(null, undefined);
    try {
      done(null, parseStrictJson(body as Buffer));
    } catch (error) {
      done(new Problem('malformed_body', { cause: error }));
    }
  });
  fastify.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'buffer', bodyLimit: MAX_FORM_BYTES },
    (request, body, done) => {
      if (isPush(request)) request.rawBody = body as Buffer;
      done(null, isPush(request) ? undefined : Object.fromEntries(new URLSearchParams(body.toString('utf8'))));
    },
  );
  fastify.addContentTypeParser(
    [...PICTURE_TYPES],
    { parseAs: 'buffer', bodyLimit: MAX_PICTURE_BYTES },
    (_request, body, done) => done(null, body),
  );
  fastify.addContentTypeParser('*', anyOtherBody);
}

const isPush = (request: FastifyRequest): boolean => request.routeOptions.url?.startsWith(PUSHES) === true;

/** Any other type, or none: taken from partners, refused unread to everybody else. */
async function anyOtherBody(request: FastifyRequest, stream: IncomingMessage): Promise<undefined> {
  if (isPush(request)) request.rawBody = await bytesOf(stream);
  else if (!request.is404) throw new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE();
}

/** @throws Problem body_too_large, malformed_body when it breaks off */
async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  if (Number(stream.headers['content-length']) > MAX_PUSH_BYTES) throw new Problem('body_too_large');
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // The connection is left whole, so that the refusal can be answered on it.
    for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_PUSH_BYTES) throw new Problem('body_too_large');
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof Problem ? error : new Problem('malformed_body', { cause: error });
  }
  return Buffer.concat(chunks, size);
}
