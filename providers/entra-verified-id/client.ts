import { bearerToken, jsonBody, partnerApi, readJson } from '../kit/index.js';
import type { ClockPort, HttpPort, PartnerApi } from '../kit/index.js';
import type { AccessTokens } from './access-token.js';
import { createdRequest, type CreatedRequest } from './types.js';

const MAX_RESPONSE_BYTES = 64 * 1024;
/** With the token's two seconds, less than a person waits before another partner is tried. */
const TIMEOUT_MS = 2500;

export interface RequestServiceOptions {
  apiUrl: string;
  tokens: AccessTokens;
  http: HttpPort;
  clock: ClockPort;
}

/** The Request Service's one call. Nothing can be asked of it afterwards: the rest comes by callback. */
export class RequestService {
  readonly #call: PartnerApi;

  constructor({ apiUrl, tokens, http, clock }: RequestServiceOptions) {
    this.#call = partnerApi({
      ...{ http, clock, baseUrl: apiUrl, authorize: bearerToken(tokens) },
      expectedStatuses: [201],
      timeoutMs: TIMEOUT_MS,
      maxResponseBytes: MAX_RESPONSE_BYTES,
    });
  }

  async createPresentationRequest(body: Record<string, unknown>): Promise<CreatedRequest> {
    const path = 'v1.0/verifiableCredentials/createPresentationRequest';
    return readJson(await this.#call('POST', path, { body: jsonBody(body) }), createdRequest);
  }
}
