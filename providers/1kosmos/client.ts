import { randomUUID } from 'node:crypto';
import {
  CALL_TIMEOUT_MS,
  callPartner,
  checkedPathId,
  joinUrl,
  jsonBody,
  parseJson,
  ProviderError,
  readJson,
  type HttpResponse,
  type Sensitive,
} from '../kit/index.js';
import { Discovery, type DiscoveryOptions } from './discovery.js';
import { keyPair, open, seal } from './message-crypto.js';
import { trustedUrl } from './service-hosts.js';
import {
  createdSession,
  openedAnswer,
  sealedAnswer,
  type CreatedPartnerSession,
  type DocumentType,
  type OpenedAnswer,
} from './types.js';

const CREATE_PATH = 'document_share_session/create';
const CREATE_LIMITS = { timeoutMs: CALL_TIMEOUT_MS.personWaits, maxResponseBytes: 64 * 1024 };
/** A result carries up to four pictures, in base64 within base64. */
const RESULT_LIMITS = { timeoutMs: CALL_TIMEOUT_MS.nobodyWaits, maxResponseBytes: 16 * 1024 * 1024 };
/** Who calls, for the partner's logs. */
const APP_ID = 'regain';

export interface OneKosmosClientOptions extends DiscoveryOptions {
  licenseKey: Sensitive<string>;
  workflowKey: string;
  resultPath: string;
  /** Left out, each call has a key of its own. */
  privateKey: Sensitive<string> | undefined;
}

interface SealedCall {
  path: string;
  message: unknown;
  limits: { timeoutMs: number; maxResponseBytes: number };
  namesSession: boolean;
}

/** The partner's calls, one method each: what is sealed goes in and comes out in clear, every fault a `ProviderError`. */
export class OneKosmosClient {
  readonly #discovery: Discovery;

  constructor(private readonly options: OneKosmosClientOptions) {
    this.#discovery = new Discovery(options);
  }

  /** Not idempotent: asked again, the partner opens another session. */
  async createSession(reference: string, documentType: DocumentType): Promise<CreatedPartnerSession> {
    const { workflowKey: dvcID, dns: tenantDNS, community: communityName } = this.options;
    const sessionRequest = { tenantDNS, communityName, documentType, userUID: reference, did: reference };
    const message = { dvcID, sessionRequest };
    const call = { path: CREATE_PATH, message, limits: CREATE_LIMITS, namesSession: false };
    const { response } = await this.call(call);
    const created = readJson(response, createdSession);
    const url = trustedUrl(created.url, this.options);
    if (!url) throw new ProviderError('unintelligible', 'the hand-off is on no host of ONEKOSMOS_ALLOWED_HOSTS');
    return { ...created, url: url.href };
  }

  async readResult(externalId: string): Promise<OpenedAnswer> {
    const sessionId = checkedPathId(externalId, 'this partner');
    const { workflowKey: dvcID, resultPath: path } = this.options;
    const message = { dvcID, sessionId };
    const { response, sharedKey } = await this.call({ path, message, limits: RESULT_LIMITS, namesSession: true });
    const { data } = readJson(response, sealedAnswer);
    const answer = openedAnswer.safeParse(parseJson(this.openAnswer(data, sharedKey)));
    if (!answer.success) throw new ProviderError('unintelligible', 'the sealed answer is not a JSON object');
    return answer.data;
  }

  checkHealth(): Promise<void> {
    return this.#discovery.check();
  }

  private async call(call: SealedCall): Promise<{ response: HttpResponse; sharedKey: Buffer }> {
    const { clock, licenseKey, privateKey } = this.options;
    const service = await this.#discovery.service();
    const own = keyPair(privateKey);
    const sharedKey = this.forgettingOnFault(() => own.sharedKeyWith(service.publicKey));
    const requestId = { ts: Math.round(clock.now().getTime() / 1000), appid: APP_ID, uuid: randomUUID() };
    const request = {
      method: 'POST' as const,
      url: joinUrl(service.url, call.path),
      headers: {
        publickey: own.publicKey,
        licensekey: seal(licenseKey.reveal(), sharedKey),
        requestid: seal(JSON.stringify(requestId), sharedKey),
      },
      body: jsonBody({ data: seal(JSON.stringify(call.message), sharedKey) }),
      ...call.limits,
      namesSession: call.namesSession,
    };
    try {
      return { response: await callPartner(this.options, request), sharedKey };
    } catch (error) {
      // A service that has a new key can read nothing of ours and refuses it, in words that are not documented.
      if (error instanceof ProviderError && ['unauthorized', 'rejected'].includes(error.code)) this.#discovery.forget();
      throw error;
    }
  }

  private openAnswer(data: string, sharedKey: Buffer): Buffer {
    return this.forgettingOnFault(() => open(data, sharedKey));
  }

  /** What does not fit the key we know may fit a newer one. */
  private forgettingOnFault<Value>(run: () => Value): Value {
    try {
      return run();
    } catch (error) {
      this.#discovery.forget();
      throw error;
    }
  }
}
