import { bearerKey, checkedPathId, jsonBody, partnerApi, readJson } from '../kit/index.js';
import type { ClockPort, CreateSessionContext, HttpPort, PartnerApi, Sensitive } from '../kit/index.js';
import { createdSession, partnerSession, type CreatedPartnerSession, type PartnerSession } from './types.js';

const MAX_RESPONSE_BYTES = 64 * 1024;
/** A call about one session. */
const ONE = { namesSession: true };

export interface SandboxClientOptions {
  baseUrl: string;
  apiKey: Sensitive<string>;
  http: HttpPort;
  clock: ClockPort;
}

/** The partner's calls, one method each: wire shapes in, wire shapes out, every fault a `ProviderError`. */
export class SandboxClient {
  readonly #call: PartnerApi;

  constructor({ baseUrl, apiKey, http, clock }: SandboxClientOptions) {
    this.#call = partnerApi({
      ...{ http, clock, baseUrl, authorize: bearerKey(apiKey) },
      expectedStatuses: [200, 201, 204],
      maxResponseBytes: MAX_RESPONSE_BYTES,
    });
  }

  /** Our reference is the idempotency key: a repeated call gets the first session again. */
  async createSession(context: CreateSessionContext): Promise<CreatedPartnerSession> {
    const { reference, nonce, returnUrl, webhookUrl, language } = context;
    const body = jsonBody({ reference, nonce, returnUrl, webhookUrl, language });
    return readJson(await this.#call('POST', 'v1/sessions', { body }), createdSession);
  }

  async readSession(id: string): Promise<PartnerSession> {
    return readJson(await this.#call('GET', sessionPath(id), ONE), partnerSession);
  }

  async cancelSession(id: string): Promise<void> {
    await this.#call('POST', `${sessionPath(id)}/cancel`, ONE);
  }

  async deleteSession(id: string): Promise<void> {
    await this.#call('DELETE', sessionPath(id), ONE);
  }

  async readHealth(): Promise<void> {
    await this.#call('GET', 'v1/health');
  }
}

const sessionPath = (id: string): string => `v1/sessions/${checkedPathId(id, 'this partner')}`;
