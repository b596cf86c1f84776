import { checkedPathId, errorForStatus, joinUrl, readJson } from '../kit/index.js';
import type { ClockPort, CreateSessionContext, HttpPort, HttpRequest, HttpResponse, Sensitive } from '../kit/index.js';
import { accessTokens, type AccessTokens } from './access-tokens.js';
import { exitUrl } from './browser-return.js';
import { carry } from './carried-reference.js';
import { createdTransaction, transactionResult, type CreatedTransaction, type TransactionResult } from './types.js';

const MAX_RESPONSE_BYTES = 1024 * 1024;
/** A person waits for the transaction; nobody waits for the rest. */
const CREATE_TIMEOUT_MS = 3000;
const TIMEOUT_MS = 8000;

export interface IdverseClientOptions {
  apiUrl: string;
  oauthUrl: string;
  apiKey: Sensitive<string>;
  scope: string;
  flowType: string;
  transactionName: string;
  notification: { header: string; secret: Sensitive<string> };
  http: HttpPort;
  clock: ClockPort;
}

/** IDKit's calls, one method each: wire shapes in, wire shapes out, every fault a `ProviderError`. */
export class IdverseClient {
  readonly #tokens: AccessTokens;

  constructor(private readonly options: IdverseClientOptions) {
    this.#tokens = accessTokens(options);
  }

  /** IDKit has no idempotency key: each call makes a transaction. Without a phone number no message goes to anybody. */
  async createTransaction(context: CreateSessionContext): Promise<CreatedTransaction> {
    const { flowType, transactionName, notification } = this.options;
    const body = {
      name: transactionName,
      reference: carry(context),
      flow_type: flowType,
      redirect_url_success: context.returnUrl,
      redirect_url_exit: exitUrl(context.returnUrl),
      notifications: {
        complete: [
          {
            type: 'https',
            url: context.webhookUrl,
            auth_header_name: notification.header,
            auth_header_value: notification.secret.reveal(),
          },
        ],
      },
    };
    const response = await this.call('POST', 'transactions', { body, timeoutMs: CREATE_TIMEOUT_MS });
    return readJson(response, createdTransaction);
  }

  async readTransaction(id: string): Promise<TransactionResult> {
    const path = `transactions/${checkedPathId(id, 'IDVerse')}/json`;
    const response = await this.call('GET', path, { namesSession: true });
    return readJson(response, transactionResult);
  }

  private async call(
    method: HttpRequest['method'],
    path: string,
    { body, timeoutMs = TIMEOUT_MS, namesSession = false }: CallDetails,
  ): Promise<HttpResponse> {
    const { apiUrl, http, clock } = this.options;
    const token = await this.#tokens.get();
    const response = await http.send({
      method,
      url: joinUrl(apiUrl, path),
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${token.reveal()}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      timeoutMs,
      maxResponseBytes: MAX_RESPONSE_BYTES,
    });
    if (response.status === 200) return response;
    if (response.status === 401) this.#tokens.drop(token);
    throw errorForStatus(response, { clock, namesSession });
  }
}

interface CallDetails {
  body?: unknown;
  timeoutMs?: number;
  /** The request is about one transaction, so that 404 means it is not known. */
  namesSession?: boolean;
}
