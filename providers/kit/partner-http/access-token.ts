import type { ZodType } from 'zod';
import type { ClockPort, HttpPort } from '../ports.js';
import { FORM_TYPE, formBody } from './content.js';
import { readJson } from './partner-answer.js';
import { callPartner } from './partner-call.js';

/** A token is left alone for its last minute, so that none ends on its way. */
const SPARE_SECONDS = 60;
/** However long a partner says that it is good. */
const LONGEST_SECONDS = 3600;
const MAX_RESPONSE_BYTES = 64 * 1024;

export interface TokenRequest {
  url: string;
  headers?: Record<string, string>;
  form?: Record<string, string>;
  /** A token comes before a call that a person may wait for. */
  timeoutMs: number;
}

/**
 * Asks a token endpoint (RFC 6749 section 4.4) once; `shape` is what its answer has to be.
 * @throws ProviderError
 */
export async function askForToken<Answer>(
  ports: { http: HttpPort; clock: ClockPort },
  { url, headers, form, timeoutMs }: TokenRequest,
  shape: ZodType<Answer>,
): Promise<Answer> {
  const response = await callPartner(ports, {
    method: 'POST',
    url,
    headers: { 'content-type': FORM_TYPE, ...headers },
    body: form && formBody(form),
    timeoutMs,
    maxResponseBytes: MAX_RESPONSE_BYTES,
  });
  return readJson(response, shape);
}

/** Until when a token may be used that lives this long from now, for `Kept`. */
export const tokenUsableUntilMs = (clock: ClockPort, lifeSeconds: number): number =>
  clock.now().getTime() + (Math.min(lifeSeconds, LONGEST_SECONDS) - SPARE_SECONDS) * 1000;
