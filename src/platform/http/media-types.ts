import type { FastifyRequest } from 'fastify';
import { Problem } from '../errors/problem.js';
import { PICTURE_TYPES } from '../pictures/image-limits.js';

/** What a route of the API declares about bodies; put there by `Operation`. */
declare module 'fastify' {
  interface FastifyContextConfig {
    mediaTypes?: readonly string[];
    /** Called by partners' servers alone. */
    ofPartners?: boolean;
  }
}

export const JSON_TYPES: readonly string[] = ['application/json'];
/** What a browser's form on a page of ours sends. */
const FORM_TYPES: readonly string[] = ['application/x-www-form-urlencoded', 'multipart/form-data'];

/** Types in any spelling of case, without their parameters (RFC 9110, section 8.3.1). */
const essence = (contentType: string): string => (contentType.split(';')[0] ?? '').trim().toLowerCase();

/** Whether a body of this type may be, or have, a photo: a picture, or a form with files. */
export const isPhotoType = (contentType: string): boolean =>
  [...PICTURE_TYPES, 'multipart/form-data'].includes(essence(contentType));

/**
 * Refuses a body of a type that the route does not take, before a byte of it is read: the parser of pictures lets through
 * forty times what a JSON document may be, and no validator of documents is to look at that (T87).
 * @throws Problem unsupported_media_type
 */
export function refuseOtherMediaTypes({ headers, is404, routeOptions }: FastifyRequest): void {
  const given = headers['content-type'];
  if (given === undefined || is404) return;
  const taken = routeOptions.config.mediaTypes ?? FORM_TYPES;
  if (!taken.includes('*/*') && !taken.includes(essence(given))) throw new Problem('unsupported_media_type');
}
