import fc from 'fast-check';
import { REVIEW_REASONS } from '../../../src/adjudication/review-reasons.js';
import type { Answer, HttpClient } from '../../../scripts/harness/http-client.js';
import { operations, type FuzzedOperation } from '../../security/fuzz/operations.js';
import { valid } from '../../security/fuzz/wild-values.js';

/** One person's case, and what staff can name of it. */
export interface Target {
  caseId: string;
  subjectId: string;
  policyId: string;
  login: string;
}

interface Call {
  /** As openapi.yaml names it. */
  operation: string;
  method: string;
  path: string;
  body?: unknown;
  /** Ends the case, stops all of them, or takes away what others would still try. */
  closing: boolean;
}

/** Read once: there is much of it. */
const ALL = operations();
const SAMPLE_SEED = 20_261_126;
const SAMPLES = new Map(
  ALL.flatMap(({ id, body }) =>
    body ? [[id, fc.sample(valid(body), { numRuns: 1, seed: SAMPLE_SEED })] as const] : [],
  ),
);
const KINDS = ['document_front', 'selfie', 'reference_portrait'];
/** 256 bits in base64url: links, flows, tokens. */
const SECRET = /^[\w-]{43}$/;

/** What somebody would send who wants this account; a call that is not named here gets a body made from its schema. */
const BODIES: Readonly<Record<string, (target: Target) => unknown[]>> = {
  'POST /v1/recovery-cases': ({ subjectId: id }) =>
    ['relay', 'email'].map((channel) => ({ subject: { id }, delivery: { channel }, reason: 'He is on the phone' })),
  'POST /v1/recovery-requests': ({ login }) => [{ login }],
  'POST /v1/recovery-cases/{id}/call-code': () => [{ code: '0000' }, { code: '1234' }],
  'POST /v1/reviews/{caseId}/decisions': () =>
    Object.entries(REVIEW_REASONS).map(([outcome, [reasonCode]]) => ({ outcome, reasonCode })),
};

const closes = (operation: FuzzedOperation, body: unknown): boolean =>
  operation.method === 'DELETE' ||
  /\/(cancel|stop|recovery-pause)$/.test(operation.path) ||
  (operation.path.endsWith('/decisions') && (body as { outcome?: string }).outcome === 'deny');

function bodiesFor(operation: FuzzedOperation, target: Target): unknown[] {
  const own = BODIES[`${operation.method} ${operation.path}`];
  if (own) return own(target);
  return SAMPLES.get(operation.id) ?? [undefined];
}

function pathsFor(operation: FuzzedOperation, target: Target): string[] {
  const ofId = operation.path.includes('/policies/')
    ? target.policyId
    : operation.path.includes('/subjects/')
      ? target.subjectId
      : operation.path.includes('/providers/')
        ? 'sandbox'
        : target.caseId;
  const values: Record<string, string> = { id: ofId, caseId: target.caseId, provider: 'sandbox' };
  const kinds = operation.path.includes('{kind}') ? KINDS : [''];
  return kinds.map((kind) =>
    operation.path.replaceAll(/\{([^}]+)\}/g, (_whole, name: string) =>
      name === 'kind' ? kind : (values[name] ?? target.caseId),
    ),
  );
}

/** Every operation of openapi.yaml as somebody would call it who wants this account: a new one is among them by itself. */
function callsOn(target: Target): Call[] {
  return ALL.flatMap((operation) =>
    pathsFor(operation, target).flatMap((path) =>
      bodiesFor(operation, target).map((body) => ({
        operation: `${operation.method} ${operation.path}`,
        method: operation.method,
        path,
        body,
        closing: closes(operation, body),
      })),
    ),
  );
}

/** Every string in an answer, wherever it stands. */
function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}

function secretsIn(answer: Answer): string[] {
  if (!answer.headers.get('content-type')?.includes('json')) return [];
  const parts = stringsIn(answer.json()).flatMap((text) => text.split(/[/?&=]/));
  return parts.filter((part) => SECRET.test(part));
}

const WHICH = {
  open: ({ closing }: Call) => !closing,
  writes: ({ closing, method }: Call) => !closing && method !== 'GET',
  closing: ({ closing }: Call) => closing,
};

/** A colleague with a bearer of their own, who tries everything there is. */
export class Colleague {
  /** Operations that were called at all. */
  readonly tried = new Set<string>();
  /** By operation and status, e.g. `POST /v1/flow/token 401`. */
  readonly outcomes = new Map<string, number>();
  /** What looked like a secret in any answer. */
  readonly secrets = new Set<string>();

  constructor(
    readonly name: string,
    private readonly http: HttpClient,
  ) {}

  /** A call that names none of the cases is made once. */
  async tryEverything(targets: readonly Target[], which: keyof typeof WHICH): Promise<void> {
    const calls = targets.flatMap(callsOn).filter(WHICH[which]);
    const different = new Map(calls.map((call) => [JSON.stringify([call.method, call.path, call.body]), call]));
    for (const call of different.values()) await this.call(call);
  }

  /** Whatever was found, in the places that take a token or a notice's secret. */
  async trySecrets(secrets: Iterable<string>): Promise<void> {
    for (const secret of secrets) {
      await this.call({ method: 'POST', path: '/v1/passkey-registrations/options', body: { token: secret } });
      await this.call({ method: 'POST', path: `/v1/notices/${secret}/confirm`, body: { number: '00' } });
    }
  }

  private async call({ method, path, body, operation }: Omit<Call, 'closing' | 'operation'> & Partial<Call>) {
    const answer = await this.http.send(method, path, { json: body });
    for (const secret of secretsIn(answer)) this.secrets.add(secret);
    const place = `${operation ?? `${method} with a secret`} ${answer.status}`;
    this.outcomes.set(place, (this.outcomes.get(place) ?? 0) + 1);
    if (operation) this.tried.add(operation);
  }
}
