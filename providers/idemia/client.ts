import type { ZodType } from 'zod';
import { checkedPathId, errorForStatus, joinUrl, ProviderError, readJson } from '../kit/index.js';
import type { ClockPort, HttpPort, HttpRequest, HttpResponse, Sensitive } from '../kit/index.js';
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

const CREATE_TIMEOUT_MS = 3_000;
const HEALTH_TIMEOUT_MS = 2_500;
const CALL_TIMEOUT_MS = 8_000;
const MAX_JSON_BYTES = 512 * 1024;
/** A proof holds pictures. It is read to its end and dropped. */
const MAX_PROOF_BYTES = 24 * 1024 * 1024;
const SUCCESS_STATUSES = [200, 201];

export interface GipsClientOptions {
  baseUrl: string;
  apiKey: Sensitive<string>;
  tenantRole: string | undefined;
  portraitUploadPath: string;
  http: HttpPort;
  clock: ClockPort;
}

interface GipsCall extends Pick<HttpRequest, 'body' | 'timeoutMs' | 'maxResponseBytes'> {
  method: 'GET' | 'POST';
  path: string;
  contentType?: string;
}

/** The calls of GIPS v1, one method each: wire shapes in, wire shapes out, every fault a `ProviderError`. */
export class GipsClient {
  constructor(private readonly options: GipsClientOptions) {}

  /** Opens an identity and gives its id. Nothing about the person leaves and nothing is checked yet. */
  async createIdentity(correlationId: string): Promise<string> {
    const form = new FormData();
    form.append('context', JSON.stringify([{ key: 'CORRELATION_ID', value: correlationId }]));
    const call = {
      method: 'POST',
      path: 'identities',
      timeoutMs: CREATE_TIMEOUT_MS,
      ...(await encoded(form)),
    } as const;
    const { id } = await this.json(call, createdIdentity);
    return id;
  }

  /** @throws ProviderError unintelligible when the answer does not confirm every one of them */
  async giveConsents(id: string, consents: { types: readonly string[]; from: string }): Promise<void> {
    const validityPeriod = { from: consents.from };
    const body = JSON.stringify(consents.types.map((type) => ({ approved: true, type, validityPeriod })));
    const path = `${identityPath(id)}/consents`;
    const given = await this.json({ method: 'POST', path, body, contentType: 'application/json' }, givenConsents);
    const approved = given.filter((consent) => consent.approved).map(({ type }) => type);
    if (!consents.types.every((type) => approved.includes(type)))
      throw new ProviderError('unintelligible', 'the answer does not confirm the consents');
  }

  async uploadDocument(id: string, form: FormData): Promise<EvidenceState> {
    const path = `${identityPath(id)}/id-documents/capture`;
    return this.json({ method: 'POST', path, ...(await encoded(form)) }, evidenceState);
  }

  async uploadPortrait(id: string, form: FormData): Promise<EvidenceState> {
    const path = `${identityPath(id)}/${this.options.portraitUploadPath}`;
    return this.json({ method: 'POST', path, ...(await encoded(form)) }, evidenceState);
  }

  readStatus(id: string): Promise<IdentityStatus> {
    return this.json({ method: 'GET', path: `${identityPath(id)}/status` }, identityStatus);
  }

  /** @throws ProviderError not_authentic when the answer is about another evidence */
  async readEvidenceState(id: string, evidenceId: string): Promise<EvidenceState> {
    const state = await this.json({ method: 'GET', path: `${identityPath(id)}/status/${evidenceId}` }, evidenceState);
    if (state.id !== evidenceId) throw new ProviderError('not_authentic', 'the answer is about another evidence');
    return state;
  }

  readIdentity(id: string): Promise<DetailedIdentity> {
    return this.json({ method: 'GET', path: `${identityPath(id)}?detailed=true` }, detailedIdentity);
  }

  /** Fetching the proof is how GIPS ends a transaction: afterwards the partner has nothing of it any more. */
  async discard(id: string): Promise<void> {
    await this.call({ method: 'GET', path: `${identityPath(id)}/proof`, maxResponseBytes: MAX_PROOF_BYTES });
  }

  async readSupportedCountries(): Promise<void> {
    const path = 'supported-evidence/countries';
    await this.json({ method: 'GET', path, timeoutMs: HEALTH_TIMEOUT_MS }, supportedCountries);
  }

  private async json<Shape>(call: GipsCall, shape: ZodType<Shape>): Promise<Shape> {
    return readJson(await this.call(call), shape);
  }

  private async call({ method, path, contentType, ...limits }: GipsCall): Promise<HttpResponse> {
    const { baseUrl, apiKey, tenantRole, http, clock } = this.options;
    const response = await http.send({
      timeoutMs: CALL_TIMEOUT_MS,
      maxResponseBytes: MAX_JSON_BYTES,
      ...limits,
      method,
      url: joinUrl(baseUrl, path),
      headers: {
        accept: 'application/json, multipart/form-data',
        apikey: apiKey.reveal(),
        ...(tenantRole !== undefined && { 'tenant-role': tenantRole }),
        ...(contentType !== undefined && { 'content-type': contentType }),
      },
    });
    if (SUCCESS_STATUSES.includes(response.status)) return response;
    throw errorForStatus(response, { clock, namesSession: path.startsWith('identities/') });
  }
}

const identityPath = (id: string): string => `identities/${checkedPathId(id, 'this partner')}`;

/** The bytes of a form and the content type that names their boundary. */
async function encoded(form: FormData): Promise<{ body: Uint8Array; contentType: string }> {
  const message = new Response(form);
  const contentType = message.headers.get('content-type') ?? '';
  return { body: new Uint8Array(await message.arrayBuffer()), contentType };
}
