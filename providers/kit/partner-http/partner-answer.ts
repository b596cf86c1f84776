import type { ZodType } from 'zod';
import { ProviderError } from '../errors.js';
import type { ClockPort, HttpResponse } from '../ports.js';

/**
 * The error that an HTTP status stands for, in the contract's words. `namesSession`: the request was about one session,
 * so 404 and 410 mean that the partner does not know it.
 */
export function errorForStatus(
  response: HttpResponse,
  call: { clock: ClockPort; namesSession: boolean },
): ProviderError {
  const { status } = response;
  const retryAfterSeconds = readRetryAfter(response.headers['retry-after'], call.clock);
  const details = { httpStatus: status, retryAfterSeconds };
  if (status === 401 || status === 403)
    return new ProviderError('unauthorized', 'the partner refused our key', details);
  if (status === 429) return new ProviderError('rate_limited', 'the partner asks us to slow down', details);
  if (status >= 500) return new ProviderError('unavailable', 'the partner cannot answer now', details);
  if (call.namesSession && (status === 404 || status === 410))
    return new ProviderError('session_unknown', 'the partner does not know this session', details);
  if (status >= 400) return new ProviderError('rejected', 'the partner refused the request', details);
  return new ProviderError('unintelligible', 'the partner answered with an undocumented status', details);
}

/** Seconds to wait, from either form of the header (RFC 9110 section 10.2.3); anything else is no hint at all. */
function readRetryAfter(value: string | undefined, clock: ClockPort): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  const at = /GMT$/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - clock.now().getTime()) / 1000));
}

/**
 * The body of a successful answer in its documented shape. Faults of a body never carry the body, nor an error that
 * quotes it.
 * @throws ProviderError unintelligible
 */
export function readJson<Shape>(response: HttpResponse, shape: ZodType<Shape>): Shape {
  const details = { httpStatus: response.status };
  const mediaType = response.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (mediaType !== 'application/json' && !/^application\/[\w.-]+\+json$/.test(mediaType))
    throw new ProviderError('unintelligible', 'the answer is not JSON', details);
  const parsed = shape.safeParse(parseJson(response.body));
  if (!parsed.success)
    throw new ProviderError('unintelligible', 'the answer does not have the documented shape', details);
  return parsed.data;
}

/** The value, or undefined for bytes that are not UTF-8 JSON. */
export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}
