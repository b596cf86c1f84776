import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { packagePath } from '../../src/platform/package-root/package-root.js';

interface Response {
  $ref?: string;
  description?: string;
  headers?: Record<string, { $ref: string }>;
}
interface Operation {
  operationId: string;
  tags: string[];
  parameters?: { name: string }[];
  responses: Record<string, Response>;
}

const { paths, components } = parse(readFileSync(packagePath('openapi.yaml'), 'utf8')) as {
  paths: Record<string, Record<string, Operation>>;
  components: { headers?: Record<string, unknown>; responses: Record<string, Response> };
};
const operations = Object.values(paths).flatMap((item) => Object.values(item));
/** An answer that several operations share is looked at where it stands. */
const settled = (response: Response | undefined): Response | undefined =>
  response?.$ref === undefined ? response : components.responses[response.$ref.split('/').at(-1) ?? ''];
const headersAt = ({ responses }: Operation, status: string): string[] =>
  Object.keys(settled(responses[status])?.headers ?? {});

const describedAt = ({ responses }: Operation, status: string): string => settled(responses[status])?.description ?? '';

/** What the database refuses while recoveries are paused (`refuse_while_paused`), by the calls that do it. */
const PAUSABLE = [
  'post /v1/flow/recovery-codes',
  'post /v1/flow/recovery-codes/send',
  'post /v1/flow/recovery-codes/submit',
  'post /v1/flow/start',
  'post /v1/flow/submit',
  'post /v1/flow/token',
  'post /v1/flow/verification',
  'post /v1/passkey-registrations',
  'post /v1/recovery-cases',
  'post /v1/recovery-cases/{id}/resend-link',
  'post /v1/recovery-requests',
  'put /v1/flow/evidence/{kind}',
];

/** A client that is generated from the contract reads the headers that the contract names, and no others. */
describe('the contract', () => {
  it('says when to come back after 429 and 503, and which limit it was', () => {
    for (const operation of operations) {
      expect([operation.operationId, headersAt(operation, '429')]).toEqual([
        operation.operationId,
        ['Retry-After', 'RateLimit', 'RateLimit-Policy'],
      ]);
      expect(headersAt(operation, '503')).toEqual(['Retry-After']);
    }
  });

  it('says the same of a conflict that waiting ends, and what a 401 wanted', () => {
    const conflicts = operations.filter((operation) => describedAt(operation, '409').includes('request_in_progress'));
    expect(conflicts.length).toBeGreaterThan(5);
    for (const operation of conflicts) expect(headersAt(operation, '409')).toEqual(['Retry-After']);
    const refusing = operations.filter(({ responses }) => '401' in responses);
    expect(refusing.length).toBeGreaterThan(50);
    for (const operation of refusing) expect(headersAt(operation, '401')).toEqual(['WWW-Authenticate']);
  });

  it('says of the calls that lead into a recovery, and of no other, that recoveries may be paused', () => {
    const paused = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).flatMap(([method, operation]) =>
        describedAt(operation, '503').includes('`recoveries_paused`') ? [`${method} ${path}`] : [],
      ),
    );
    expect(paused.sort()).toEqual(PAUSABLE);
  });

  it('says how an answer that is given again is known, where a key is taken and nowhere else', () => {
    for (const operation of operations) {
      const keyed = operation.parameters?.some(({ name }) => name === 'Idempotency-Key') === true;
      const done = Object.keys(operation.responses).filter((status) => status.startsWith('2'));
      for (const status of done)
        expect([operation.operationId, headersAt(operation, status)]).toEqual([
          operation.operationId,
          keyed ? ['Idempotency-Replayed'] : [],
        ]);
    }
  });

  it('describes every header that it names', () => {
    const named = operations
      .flatMap(({ responses }) => Object.values(responses))
      .flatMap((response) => Object.values(settled(response)?.headers ?? {}));
    expect(new Set(named.map(({ $ref }) => $ref))).toEqual(
      new Set(Object.keys(components.headers ?? {}).map((name) => `#/components/headers/${name}`)),
    );
    expect(named.length).toBeGreaterThan(0);
  });

  it('puts an operation under a heading once', () => {
    for (const { operationId, tags } of operations) expect([operationId, tags.length]).toEqual([operationId, 1]);
  });
});
