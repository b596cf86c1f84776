import {
  CALL_TIMEOUT_MS,
  checkedPathId,
  jsonBody,
  keyInHeader,
  multipartBody,
  partnerApi,
  ProviderError,
  readJson,
} from '../kit/index.js';
import type { CallOptions, ClockPort, HttpPort, HttpResponse, PartnerApi, Sensitive } from '../kit/index.js';
import {
  createdIdentity,
  detailedIdentity,
  evidenceState,
  givenConsents,
  identityStatus,
  supportedCountries,
  type DetailedIdentity,
  type EvidenceState,
  type IdentityStatus,
} from './types.js';

const HEALTH_TIMEOUT_MS = 2_500;
const MAX_JSON_BYTES = 512 * 1024;
/** A proof holds pictures. It is read to its end and dropped. */
const MAX_PROOF_BYTES = 24 * 1024 * 1024;

export interface GipsClientOptions {
  baseUrl: string;
  apiKey: Sensitive<string>;
  tenantRole: string | undefined;
  portraitUploadPath: string;
  http: HttpPort;
  clock: ClockPort;
}

/** The calls of GIPS v1, one method each: wire shapes in, wire shapes out, every fault a `ProviderError`. */
export class GipsClient {
  readonly #call: PartnerApi;

  constructor(private readonly options: GipsClientOptions) {
    const { baseUrl, apiKey, tenantRole, http, clock } = options;
    this.#call = partnerApi({
      ...{ http, clock, baseUrl, authorize: keyInHeader('apikey', apiKey) },
      headers: {
        accept: 'application/json, multipart/form-data',
        ...(tenantRole !== undefined && { 'tenant-role': tenantRole }),
      },
      expectedStatuses: [200, 201],
      timeoutMs: CALL_TIMEOUT_MS.nobodyWaits,
      maxResponseBytes: MAX_JSON_BYTES,
    });
  }

  /** Opens an identity and gives its id. Nothing about the person leaves and nothing is checked yet. */
  async createIdentity(correlationId: string): Promise<string> {
    const form = new FormData();
    form.append('context', JSON.stringify([{ key: 'CORRELATION_ID', value: correlationId }]));
    const options = { body: await multipartBody(form), timeoutMs: CALL_TIMEOUT_MS.personWaits };
    return readJson(await this.#call('POST', 'identities', options), createdIdentity).id;
  }

  /** @throws ProviderError unintelligible when the answer does not confirm every one of them */
  async giveConsents(id: string, consents: { types: readonly string[]; from: string }): Promise<void> {
    const validityPeriod = { from: consents.from };
    const body = jsonBody(consents.types.map((type) => ({ approved: true, type, validityPeriod })));
    const given = readJson(await this.post(id, '/consents', { body }), givenConsents);
    const approved = given.filter((consent) => consent.approved).map(({ type }) => type);
    if (!consents.types.every((type) => approved.includes(type)))
      throw new ProviderError('unintelligible', 'the answer does not confirm the consents');
  }

  uploadDocument(id: string, form: FormData): Promise<EvidenceState> {
    return this.upload(id, '/id-documents/capture', form);
  }

  uploadPortrait(id: string, form: FormData): Promise<EvidenceState> {
    return this.upload(id, `/${this.options.portraitUploadPath}`, form);
  }

  async readStatus(id: string): Promise<IdentityStatus> {
    return readJson(await this.get(id, '/status'), identityStatus);
  }

  /** @throws ProviderError not_authentic when the answer is about another evidence */
  async readEvidenceState(id: string, evidenceId: string): Promise<EvidenceState> {
    const state = readJson(await this.get(id, `/status/${evidenceId}`), evidenceState);
    if (state.id !== evidenceId) throw new ProviderError('not_authentic', 'the answer is about another evidence');
    return state;
  }

  async readIdentity(id: string): Promise<DetailedIdentity> {
    return readJson(await this.get(id, '?detailed=true'), detailedIdentity);
  }

  /** Fetching the proof is how GIPS ends a transaction: afterwards the partner has nothing of it any more. */
  async discard(id: string): Promise<void> {
    await this.get(id, '/proof', { maxResponseBytes: MAX_PROOF_BYTES });
  }

  async readSupportedCountries(): Promise<void> {
    const path = 'supported-evidence/countries';
    readJson(await this.#call('GET', path, { timeoutMs: HEALTH_TIMEOUT_MS }), supportedCountries);
  }

  private async upload(id: string, below: string, form: FormData): Promise<EvidenceState> {
    return readJson(await this.post(id, below, { body: await multipartBody(form) }), evidenceState);
  }

  private get(id: string, below: string, options?: CallOptions): Promise<HttpResponse> {
    return this.#call('GET', identityPath(id, below), { ...options, namesSession: true });
  }

  private post(id: string, below: string, options: CallOptions): Promise<HttpResponse> {
    return this.#call('POST', identityPath(id, below), { ...options, namesSession: true });
  }
}

const identityPath = (id: string, below: string): string => `identities/${checkedPathId(id, 'this partner')}${below}`;
