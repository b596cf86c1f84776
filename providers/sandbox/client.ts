import { checkedPathId, errorForStatus, joinUrl, readJson } from '../kit/index.js';
import type { ClockPort, CreateSessionContext, HttpPort, HttpRequest, HttpResponse, Sensitive } from '../kit/index.js';
import { createdSession, partnerSession, type CreatedPartnerSession, type PartnerSession } from './types.js';

const MAX_RESPONSE_BYTES = 64 * 1024;
const SUCCESS_STATUSES = [200, 201, 204];

export interface SandboxClientOptions {
  baseUrl: string;
  apiKey: Sensitive<string>;
  http: HttpPort;
  clock: ClockPort;
}

/** The partner's calls, one method each: wire shapes in, wire shapes out, every fault a `ProviderError`. */
export class SandboxClient {
  constructor(private readonly options: SandboxClientOptions) {}

  /** Our reference is the idempotency key: a repeated call gets the first session again. */
  async createSession(context: CreateSessionContext): Promise<CreatedPartnerSession> {
    const { reference, nonce, returnUrl, webhookUrl, language } = context;
    const response = await this.call('POST', 'v1/sessions', { reference, nonce, returnUrl, webhookUrl, language });
    return readJson(response, createdSession);
  }

  async readSession(id: string): Promise<PartnerSession> {
    return readJson(await this.call('GET', sessionPath(id)), partnerSession);
  }

  async cancelSession(id: string): Promise<void> {
    await this.call('POST', `${sessionPath(id)}/cancel`);
  }

  async deleteSession(id: string): Promise<void> {
    await this.call('DELETE', sessionPath(id));
  }

  async readHealth(): Promise<void> {
    await this.call('GET', 'v1/health');
  }

  private async call(method: HttpRequest['method'], path: string, body?: unknown): Promise<HttpResponse> {
    const { baseUrl, apiKey, http, clock } = this.options;
    const response = await http.send({
      method,
      url: joinUrl(baseUrl, path),
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${apiKey.reveal()}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      maxResponseBytes: MAX_RESPONSE_BYTES,
    });
    if (SUCCESS_STATUSES.includes(response.status)) return response;
    throw errorForStatus(response, { clock, namesSession: path !== 'v1/sessions' && path !== 'v1/health' });
  }
}

const sessionPath = (id: string): string => `v1/sessions/${checkedPathId(id, 'this partner')}`;
