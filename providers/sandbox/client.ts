import type { ZodType } from 'zod';
import {
  ProviderError,
  type ClockPort,
  type CreateSessionContext,
  type HttpPort,
  type HttpRequest,
} from '../kit/index.js';
import type { HttpResponse, Sensitive } from '../kit/index.js';
import { createdSession, partnerSession, sessionId, type CreatedPartnerSession, type PartnerSession } from './types.js';

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
      url: `${baseUrl.replace(/\/+$/, '')}/${path}`,
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

function sessionPath(id: string): string {
  if (!sessionId.safeParse(id).success) throw new ProviderError('session_unknown', 'not an id this partner gives out');
  return `v1/sessions/${id}`;
}

function errorForStatus(response: HttpResponse, call: { clock: ClockPort; namesSession: boolean }): ProviderError {
  const { status } = response;
  const retryAfterSeconds = readRetryAfter(response.headers['retry-after'], call.clock);
  const details = { httpStatus: status, retryAfterSeconds };
  if (status === 401 || status === 403)
    return new ProviderError('unauthorized', 'the partner refused our key', details);
  if (status === 429) return new ProviderError('rate_limited', 'the partner asks us to slow down', details);
  if (status >= 500) return new ProviderError('unavailable', 'the partner cannot answer now', details);
  if (call.namesSession && (status === 404 || status === 410)) {
    return new ProviderError('session_unknown', 'the partner does not know this session', details);
  }
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

/** Faults of a body never carry the body, nor an error that quotes it. */
function readJson<Shape>(response: HttpResponse, shape: ZodType<Shape>): Shape {
  const details = { httpStatus: response.status };
  const mediaType = response.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') throw new ProviderError('unintelligible', 'the answer is not JSON', details);
  const parsed = shape.safeParse(parseJson(response.body));
  if (!parsed.success) throw new ProviderError('unintelligible', 'the answer has not the documented shape', details);
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
