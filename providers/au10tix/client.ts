import { checkedPathId, errorForStatus, joinUrl, ProviderError, readJson } from '../kit/index.js';
import type { ClockPort, CreateSessionContext, HttpPort, HttpResponse } from '../kit/index.js';
import { z } from 'zod';
import type { Access, AccessTokens, Scope } from './access-tokens.js';
import type { Au10tixSettings, ResultApi } from './config.js';
import { withMember } from './member-path.js';
import { createdWorkflow, type CreatedWorkflow } from './types.js';

/** Results carry pictures as text; they are read past, not kept. */
const MAX_RESPONSE_BYTES = 4 * 1024 * 1024;
/** A person waits for the session; nobody waits for the rest. */
const CREATE_TIMEOUT_MS = 3000;
const TIMEOUT_MS = 8000;
const SUCCESS_STATUSES = [200, 201];

interface ResultCall {
  scope: Scope;
  address: (access: Access, id: string) => string;
}

const RESULT_CALLS: Readonly<Record<ResultApi, ResultCall>> = {
  workflow: {
    scope: 'workflow:api',
    address: ({ apiUrl }, id) => joinUrl(apiUrl, `result/v2/results/person/${id}?includeDetailed=true`),
  },
  secureme: {
    scope: 'secure.me:request',
    address: ({ apiUrl }, id) => joinUrl(apiUrl, `cm/v2/documentprocessingrequests/${id}`),
  },
  // Without the parameters that ask for pictures.
  bos: {
    scope: 'bos',
    address: ({ bosUrl = '' }, id) => joinUrl(bosUrl, `Au10tixBos4/IdentityDocuments/Results/${id}`),
  },
};

export interface Au10tixClientOptions {
  settings: Pick<
    Au10tixSettings,
    'AU10TIX_WORKFLOW' | 'AU10TIX_DOCUMENT_SOURCES' | 'AU10TIX_REFERENCE_FIELD' | 'AU10TIX_RESULT_API'
  >;
  tokens: AccessTokens;
  http: HttpPort;
  clock: ClockPort;
}

/** AU10TIX's calls, one method each: wire shapes in, wire shapes out, every fault a `ProviderError`. */
export class Au10tixClient {
  constructor(private readonly options: Au10tixClientOptions) {}

  /** No idempotency key is known: each call starts a workflow. */
  async startWorkflow({ reference }: CreateSessionContext): Promise<CreatedWorkflow> {
    const { AU10TIX_WORKFLOW: workflow } = this.options.settings;
    const response = await this.call('workflow:api', {
      method: 'POST',
      address: ({ apiUrl }) => joinUrl(apiUrl, `workflow/v1/workflows/person/${workflow}`),
      body: JSON.stringify(this.workflowRequest(reference)),
      timeoutMs: CREATE_TIMEOUT_MS,
    });
    if (SUCCESS_STATUSES.includes(response.status)) return readJson(response, createdWorkflow);
    throw errorForStatus(response, { clock: this.options.clock, namesSession: false });
  }

  /**
   * The result as it came; its shape is judged by whoever reads it.
   * @throws ProviderError not_ready for 404: AU10TIX has no other word for a result that is not there yet
   */
  async readResult(id: string): Promise<Record<string, unknown>> {
    const asked = checkedPathId(id, 'AU10TIX');
    const { scope, address } = RESULT_CALLS[this.options.settings.AU10TIX_RESULT_API];
    const response = await this.call(scope, { method: 'GET', address: (access) => address(access, asked) });
    if (response.status === 200) return readJson(response, z.record(z.string(), z.unknown()));
    if (response.status === 404) throw new ProviderError('not_ready', 'there is no result yet', { httpStatus: 404 });
    throw errorForStatus(response, { clock: this.options.clock, namesSession: true });
  }

  private workflowRequest(reference: string): Record<string, unknown> {
    const { AU10TIX_DOCUMENT_SOURCES: sources, AU10TIX_REFERENCE_FIELD: field } = this.options.settings;
    const document = sources === 'camera' ? ['camera'] : ['camera', 'file'];
    const requestTypes = { idFront: document, idBack: document, faceCompare: ['camera'] };
    const request = { workflowOptions: {}, serviceOptions: { secureme: { shortUrl: true, requestTypes } } };
    return field === undefined ? request : withMember(request, field, reference);
  }

  private async call(scope: Scope, { method, address, body, timeoutMs = TIMEOUT_MS }: Call): Promise<HttpResponse> {
    const { tokens, http } = this.options;
    const access = await tokens.get(scope);
    const response = await http.send({
      method,
      url: address(access),
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${access.token.reveal()}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body,
      timeoutMs,
      maxResponseBytes: MAX_RESPONSE_BYTES,
    });
    if (response.status === 401) tokens.drop(scope, access);
    return response;
  }
}

interface Call {
  method: 'GET' | 'POST';
  address: (access: Access) => string;
  body?: string;
  timeoutMs?: number;
}
