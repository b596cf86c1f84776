import {
  bearerHeader,
  CALL_TIMEOUT_MS,
  callPartner,
  checkedPathId,
  joinUrl,
  jsonBody,
  ProviderError,
  readJson,
  withTextAt,
} from '../kit/index.js';
import type { CallOptions, ClockPort, CreateSessionContext, HttpPort, HttpResponse } from '../kit/index.js';
import { z } from 'zod';
import type { Access, AccessTokens, Scope } from './access-tokens.js';
import type { Au10tixSettings, ResultApi } from './config.js';
import { createdWorkflow, type CreatedWorkflow } from './types.js';

/** Results carry pictures as text; they are read past, not kept. */
const MAX_RESPONSE_BYTES = 4 * 1024 * 1024;

/** 404: a result that is not there yet. AU10TIX has no other word for it. */
const NOT_YET = 404;

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
      body: jsonBody(this.workflowRequest(reference)),
      expectedStatuses: [200, 201],
      timeoutMs: CALL_TIMEOUT_MS.personWaits,
    });
    return readJson(response, createdWorkflow);
  }

  /**
   * The result as it came; its shape is judged by whoever reads it.
   * @throws ProviderError not_ready
   */
  async readResult(id: string): Promise<Record<string, unknown>> {
    const asked = checkedPathId(id, 'AU10TIX');
    const { scope, address } = RESULT_CALLS[this.options.settings.AU10TIX_RESULT_API];
    const response = await this.call(scope, {
      method: 'GET',
      address: (access) => address(access, asked),
      expectedStatuses: [200, NOT_YET],
      namesSession: true,
    });
    if (response.status === NOT_YET)
      throw new ProviderError('not_ready', 'there is no result yet', { httpStatus: NOT_YET });
    return readJson(response, z.record(z.string(), z.unknown()));
  }

  private workflowRequest(reference: string): Record<string, unknown> {
    const { AU10TIX_DOCUMENT_SOURCES: sources, AU10TIX_REFERENCE_FIELD: field } = this.options.settings;
    const document = sources === 'camera' ? ['camera'] : ['camera', 'file'];
    const requestTypes = { idFront: document, idBack: document, faceCompare: ['camera'] };
    const request = { workflowOptions: {}, serviceOptions: { secureme: { shortUrl: true, requestTypes } } };
    return field === undefined ? request : withTextAt(request, field, reference);
  }

  /** Where a call goes is in the token that it carries. */
  private async call(scope: Scope, { method, address, ...options }: Call): Promise<HttpResponse> {
    const { tokens } = this.options;
    const access = await tokens.get(scope);
    return callPartner(this.options, {
      timeoutMs: CALL_TIMEOUT_MS.nobodyWaits,
      maxResponseBytes: MAX_RESPONSE_BYTES,
      ...options,
      ...{ method, url: address(access) },
      authorize: () => ({ headers: bearerHeader(access.token), refused: () => tokens.drop(scope, access) }),
    });
  }
}

interface Call extends CallOptions {
  method: 'GET' | 'POST';
  address: (access: Access) => string;
}
