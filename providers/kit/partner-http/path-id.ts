import { z } from 'zod';
import { ProviderError } from '../errors.js';

/** An id that a partner gave out. It may stand in a path and can never address anything but what it names (T41). */
export const pathId = z.string().regex(/^[A-Za-z0-9_-]{1,128}$/);

/**
 * The id, for the path of a request. Nobody is asked about anything else: whoever could choose it would choose what our
 * key is sent to.
 * @throws ProviderError session_unknown for a text that is no such id
 */
export function checkedPathId(id: string, partner: string): string {
  if (pathId.safeParse(id).success) return id;
  throw new ProviderError('session_unknown', `not an id that ${partner} gives out`);
}
