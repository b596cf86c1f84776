import { bearerToken, CALL_TIMEOUT_MS, checkedPathId, jsonBody, partnerApi, readJson } from '../kit/index.js';
import type { ClockPort, CreateSessionContext, HttpPort, PartnerApi, Sensitive } from '../kit/index.js';
import { accessTokens } from './access-tokens.js';
import { exitUrl } from './browser-return.js';
import { carry } from './carried-reference.js';
import { createdTransaction, transactionResult, type CreatedTransaction, type TransactionResult } from './types.js';

const MAX_RESPONSE_BYTES = 1024 * 1024;

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
  readonly #call: PartnerApi;

  constructor(private readonly options: IdverseClientOptions) {
    const { http, clock, apiUrl } = options;
    this.#call = partnerApi({
      ...{ http, clock, baseUrl: apiUrl, authorize: bearerToken(accessTokens(options)) },
      timeoutMs: CALL_TIMEOUT_MS.nobodyWaits,
      maxResponseBytes: MAX_RESPONSE_BYTES,
    });
  }

  /** IDKit has no idempotency key: each call makes a transaction. Without a phone number no message goes to anybody. */
  async createTransaction(context: CreateSessionContext): Promise<CreatedTransaction> {
    const { flowType, transactionName, notification } = this.options;
    const body = jsonBody({
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
    });
    const response = await this.#call('POST', 'transactions', { body, timeoutMs: CALL_TIMEOUT_MS.personWaits });
    return readJson(response, createdTransaction);
  }

  async readTransaction(id: string): Promise<TransactionResult> {
    const path = `transactions/${checkedPathId(id, 'IDVerse')}/json`;
    const response = await this.#call('GET', path, { namesSession: true });
    return readJson(response, transactionResult);
  }
}
