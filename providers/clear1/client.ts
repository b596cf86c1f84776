import { checkedPathId, errorForStatus, joinUrl, readJson } from '../kit/index.js';
import type { ClockPort, CreateSessionContext, HttpPort, HttpRequest, HttpResponse, Sensitive } from '../kit/index.js';
import { toLocale } from './locale.js';
import { clearSession, foundSessions, openedSession, type ClearSession, type OpenedSession } from './types.js';

/** A result with pictures in it is larger, and is refused: an account is not to send them. */
const MAX_RESPONSE_BYTES = 1024 * 1024;
/** A person waits for the session; nobody waits for the rest. */
const CREATE_TIMEOUT_MS = 3000;
const TIMEOUT_MS = 8000;

export interface Clear1ClientOptions {
  apiUrl: string;
  apiKey: Sensitive<string>;
  projectId: string;
  http: HttpPort;
  clock: ClockPort;
}

/** CLEAR's calls, one method each: wire shapes in, wire shapes out, every fault a `ProviderError`. */
export class Clear1Client {
  constructor(private readonly options: Clear1ClientOptions) {}

  /** CLEAR has no idempotency key: each call makes a session. */
  async createSession({ reference, nonce, returnUrl, language }: CreateSessionContext): Promise<OpenedSession> {
    const locale = toLocale(language);
    const body = {
      project_id: this.options.projectId,
      redirect_url: returnUrl,
      custom_fields: { regain_reference: reference, regain_nonce: nonce },
      ...(locale && { locale }),
    };
    const response = await this.call('POST', 'verification_sessions', { body, timeoutMs: CREATE_TIMEOUT_MS });
    return readJson(response, openedSession);
  }

  /** The oldest session with our reference and nonce. CLEAR's index is filled with a delay: a new one may be missing. */
  async findSession({ reference, nonce }: CreateSessionContext): Promise<OpenedSession | undefined> {
    const query = new URLSearchParams({
      custom_regain_reference: reference,
      sortField: 'created_at',
      sortDirection: 'asc',
      pageSize: '10',
    });
    const response = await this.call('GET', `verification_sessions/search?${query}`);
    const { verifications } = readJson(response, foundSessions);
    return verifications.find(
      ({ custom_fields: fields }) => fields?.regain_reference === reference && fields.regain_nonce === nonce,
    );
  }

  /** Names, birth date and document number come `REDACTED` unless one asks for them. */
  async readSession(id: string): Promise<ClearSession> {
    const path = `verification_sessions/${checkedPathId(id, 'CLEAR')}?reveal_sensitive_data=true`;
    const response = await this.call('GET', path, { namesSession: true });
    return readJson(response, clearSession);
  }

  private async call(
    method: HttpRequest['method'],
    path: string,
    { body, timeoutMs = TIMEOUT_MS, namesSession = false }: CallDetails = {},
  ): Promise<HttpResponse> {
    const { apiUrl, apiKey, http, clock } = this.options;
    const response = await http.send({
      method,
      url: joinUrl(apiUrl, path),
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${apiKey.reveal()}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      timeoutMs,
      maxResponseBytes: MAX_RESPONSE_BYTES,
    });
    if (response.status === 200) return response;
    throw errorForStatus(response, { clock, namesSession });
  }
}

interface CallDetails {
  body?: unknown;
  timeoutMs?: number;
  /** The request is about one session, so that 404 means it is not known. */
  namesSession?: boolean;
}
