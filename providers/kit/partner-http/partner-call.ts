import type { ClockPort, HttpPort, HttpRequest, HttpResponse } from '../ports.js';
import type { Authorize } from './authorization.js';
import type { Content } from './content.js';
import { errorForStatus } from './partner-answer.js';
import { joinUrl } from './settings.js';

/** How long a call may take. */
export const CALL_TIMEOUT_MS = {
  /** A person waits for their session; another partner is asked when it takes longer. */
  personWaits: 3_000,
  nobodyWaits: 8_000,
} as const;

/** What may differ between partners, or between two calls to one. */
export interface CallOptions extends Pick<HttpRequest, 'timeoutMs' | 'maxResponseBytes'> {
  authorize?: Authorize;
  /** Beside `accept: application/json` and the body's type, and stronger than both. */
  headers?: Readonly<Record<string, string>>;
  body?: Content;
  /** The statuses that come back; every other is a `ProviderError`. Default: 200 alone. */
  expectedStatuses?: readonly number[];
  /** The request is about one session, so that 404 and 410 mean that the partner does not know it. */
  namesSession?: boolean;
}

export interface PartnerCall extends CallOptions {
  method: HttpRequest['method'];
  url: string;
}

/**
 * One request to a partner: asked once, never repeated. The body of what comes back is still to be read, with
 * `readJson` as a rule.
 * @throws ProviderError for every other status, and what the port and `authorize` throw
 */
export async function callPartner(
  { http, clock }: { http: HttpPort; clock: ClockPort },
  call: PartnerCall,
): Promise<HttpResponse> {
  const { method, url, authorize, headers, body, expectedStatuses = [200], namesSession = false, ...limits } = call;
  const authorization = await authorize?.();
  const response = await http.send({
    method,
    url,
    headers: {
      accept: 'application/json',
      ...(body && { 'content-type': body.type }),
      ...headers,
      ...authorization?.headers,
    },
    body: body?.bytes,
    ...limits,
  });
  if (expectedStatuses.includes(response.status)) return response;
  if (response.status === 401) authorization?.refused?.();
  throw errorForStatus(response, { clock, namesSession });
}

/** A call to an address below the partner's own; the options stand for this call alone. */
export type PartnerApi = (method: HttpRequest['method'], path: string, options?: CallOptions) => Promise<HttpResponse>;

/**
 * {@link callPartner} for one address, with what all its calls have in common. The key goes nowhere else: the path is
 * the adapter's own text, and an id comes into it through `checkedPathId`.
 */
export function partnerApi(api: CallOptions & { http: HttpPort; clock: ClockPort; baseUrl: string }): PartnerApi {
  const { http, clock, baseUrl, ...common } = api;
  return (method, path, options = {}) => {
    const headers = { ...common.headers, ...options.headers };
    return callPartner({ http, clock }, { ...common, ...options, headers, method, url: joinUrl(baseUrl, path) });
  };
}
