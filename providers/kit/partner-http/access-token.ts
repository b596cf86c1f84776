import type { ZodType } from 'zod';
import type { ClockPort, HttpPort } from '../ports.js';
import { errorForStatus, readJson } from './partner-answer.js';

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
  { http, clock }: { http: HttpPort; clock: ClockPort },
  { url, headers, form, timeoutMs }: TokenRequest,
  shape: ZodType<Answer>,
): Promise<Answer> {
  const response = await http.send({
    method: 'POST',
    url,
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded', ...headers },
    ...(form && { body: new URLSearchParams(form).toString() }),
    timeoutMs,
    maxResponseBytes: MAX_RESPONSE_BYTES,
  });
  if (response.status !== 200) throw errorForStatus(response, { clock, namesSession: false });
  return readJson(response, shape);
}

/** Until when a token may be used that lives this long from now, for {@link Kept}. */
export const tokenUsableUntilMs = (clock: ClockPort, lifeSeconds: number): number =>
  clock.now().getTime() + (Math.min(lifeSeconds, LONGEST_SECONDS) - SPARE_SECONDS) * 1000;
