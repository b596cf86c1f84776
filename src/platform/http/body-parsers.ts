import { errorCodes, type FastifyInstance, type FastifyRequest } from 'fastify';
import { Problem } from '../errors/problem.js';
import { PICTURE_TYPES } from '../pictures/image-limits.js';
import { makeBodyRoom, readBody } from './body-room.js';
import { parseStrictJson } from './strict-json.js';

const MAX_FORM_BYTES = 16_384;

/**
 * What a body may be, and how large. Documents and forms are small and are read before the guards. Pictures, forms with files
 * and partners' deliveries are left unread for their handlers. Call before any route is registered.
 */
export function addBodyParsers(fastify: FastifyInstance): void {
  makeBodyRoom(fastify);
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', async (request: FastifyRequest) =>
    isPush(request) ? undefined : documentOf(request),
  );
  fastify.addContentTypeParser('application/x-www-form-urlencoded', async (request: FastifyRequest) =>
    isPush(request) ? undefined : formOf(request),
  );
  fastify.addContentTypeParser([...PICTURE_TYPES], async () => undefined);
  fastify.addContentTypeParser('*', async (request: FastifyRequest) => {
    if (!isPush(request) && !request.is404) throw new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE();
  });
}

/** What partners sign, or what is believed of them, is bytes, whatever type they call it by. */
const isPush = (request: FastifyRequest): boolean => request.routeOptions.config.ofPartners === true;

async function documentOf(request: FastifyRequest): Promise<unknown> {
  const body = await readBody(request, { kind: 'document', maxBytes: request.routeOptions.bodyLimit });
  // A client that names the type and sends nothing means "no members".
  if (body.length === 0) return undefined;
  try {
    return parseStrictJson(body);
  } catch (error) {
    throw new Problem('malformed_body', { cause: error });
  }
}

async function formOf(request: FastifyRequest): Promise<Record<string, string>> {
  const body = await readBody(request, { kind: 'document', maxBytes: MAX_FORM_BYTES });
  return Object.fromEntries(new URLSearchParams(body.toString('utf8')));
}
