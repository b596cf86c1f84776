import { errorForStatus, joinUrl, readJson } from '../kit/index.js';
import type { ClockPort, HttpPort } from '../kit/index.js';
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
  constructor(private readonly options: RequestServiceOptions) {}

  async createPresentationRequest(body: Record<string, unknown>): Promise<CreatedRequest> {
    const { apiUrl, tokens, http, clock } = this.options;
    const token = await tokens.get();
    const response = await http.send({
      method: 'POST',
      url: joinUrl(apiUrl, 'v1.0/verifiableCredentials/createPresentationRequest'),
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${token.reveal()}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
      timeoutMs: TIMEOUT_MS,
      maxResponseBytes: MAX_RESPONSE_BYTES,
    });
    if (response.status === 201) return readJson(response, createdRequest);
    if (response.status === 401) tokens.drop(token);
    throw errorForStatus(response, { clock, namesSession: false });
  }
}
