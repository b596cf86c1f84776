import { bearerKey, CALL_TIMEOUT_MS, checkedPathId, jsonBody, partnerApi, readJson } from '../kit/index.js';
import type { ClockPort, CreateSessionContext, HttpPort, PartnerApi, Sensitive } from '../kit/index.js';
import { toLocale } from './locale.js';
import { clearSession, foundSessions, openedSession, type ClearSession, type OpenedSession } from './types.js';

/** A result with pictures in it is larger, and is refused: an account is not to send them. */
const MAX_RESPONSE_BYTES = 1024 * 1024;

export interface Clear1ClientOptions {
  apiUrl: string;
  apiKey: Sensitive<string>;
  projectId: string;
  http: HttpPort;
  clock: ClockPort;
}

/** CLEAR's calls, one method each: wire shapes in, wire shapes out, every fault a `ProviderError`. */
export class Clear1Client {
  readonly #call: PartnerApi;
  readonly #projectId: string;

  constructor({ apiUrl, apiKey, projectId, http, clock }: Clear1ClientOptions) {
    this.#projectId = projectId;
    this.#call = partnerApi({
      ...{ http, clock, baseUrl: apiUrl, authorize: bearerKey(apiKey) },
      timeoutMs: CALL_TIMEOUT_MS.nobodyWaits,
      maxResponseBytes: MAX_RESPONSE_BYTES,
    });
  }

  /** CLEAR has no idempotency key: each call makes a session. */
  async createSession({ reference, nonce, returnUrl, language }: CreateSessionContext): Promise<OpenedSession> {
    const locale = toLocale(language);
    const body = jsonBody({
      project_id: this.#projectId,
      redirect_url: returnUrl,
      custom_fields: { regain_reference: reference, regain_nonce: nonce },
      ...(locale && { locale }),
    });
    const timeoutMs = CALL_TIMEOUT_MS.personWaits;
    const response = await this.#call('POST', 'verification_sessions', { body, timeoutMs });
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
    const response = await this.#call('GET', `verification_sessions/search?${query}`);
    const { verifications } = readJson(response, foundSessions);
    return verifications.find(
      ({ custom_fields: fields }) => fields?.regain_reference === reference && fields.regain_nonce === nonce,
    );
  }

  /** Names, birth date and document number come `REDACTED` unless one asks for them. */
  async readSession(id: string): Promise<ClearSession> {
    const path = `verification_sessions/${checkedPathId(id, 'CLEAR')}?reveal_sensitive_data=true`;
    const response = await this.#call('GET', path, { namesSession: true });
    return readJson(response, clearSession);
  }
}
