import type { CustomFetch } from 'openid-client';
import type { ZodType } from 'zod';
import { callPartner, formBody, ProviderError, readJson, type ClockPort, type HttpPort } from '../kit/index.js';

const MAX_RESPONSE_BYTES = 256 * 1024;

export interface LibraryCall<Answer> {
  http: HttpPort;
  clock: ClockPort;
  timeoutMs: number;
  /** The only status that is a success. */
  status: number;
  shape: ZodType<Answer>;
  /** What the library is given to judge; default: the answer as it was read. */
  forLibrary?: (answer: Answer) => unknown;
}

/**
 * The library's way to the network is ours: limits, address guard, no redirects, strict JSON. Faults leave as
 * `ProviderError` and come out again through {@link asProviderError}.
 */
export function partnerFetch<Answer>(call: LibraryCall<Answer>): CustomFetch {
  const { timeoutMs, status, shape, forLibrary = (answer: Answer) => answer } = call;
  return async (url, { method, headers, body }) => {
    const response = await callPartner(call, {
      method: method === 'GET' ? 'GET' : 'POST',
      ...{ url, headers },
      body: body instanceof URLSearchParams ? formBody(body) : undefined,
      expectedStatuses: [status],
      timeoutMs,
      maxResponseBytes: MAX_RESPONSE_BYTES,
    });
    return Response.json(forLibrary(readJson(response, shape)), { status });
  };
}

/** What the library threw, in the contract's words. Its own errors can hold a body or claims, so none is a cause. */
export function asProviderError(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  if (error instanceof Error && error.cause instanceof ProviderError) return error.cause;
  return new ProviderError('unintelligible', 'the answer is not what OpenID Connect says it should be');
}
