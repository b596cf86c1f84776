import { z } from 'zod';
import { PROBLEM_ADVICE, RETRIES } from '../../../src/platform/errors/problem-advice.js';
import { PROBLEM_CODES, PROBLEMS, type ProblemCode } from '../../../src/platform/errors/problem-catalogue.js';
import type { OperationOptions } from '../../../src/platform/http/operation.js';
import type { NamedSchemas } from './named-schemas.js';
import { headersOfProblem, referencesTo } from './response-headers.js';

/** Every response may be one of these, whatever the operation. */
const ALWAYS: readonly ProblemCode[] = [
  'invalid_request',
  'too_many_requests',
  'internal_error',
  'dependency_unavailable',
];

/** And an operation with a body, one of these. */
const WITH_BODY: readonly ProblemCode[] = ['malformed_body', 'body_too_large', 'unsupported_media_type'];

/** And one whose answer is kept under an `Idempotency-Key`, one of these. */
const WITH_KEY: readonly ProblemCode[] = ['idempotency_key_reused', 'request_in_progress'];

/** From so many operations on, an answer is written once under `components/responses`. */
const SHARED_BY = 3;

/** When a code comes, whether to try again, and what to do. */
function adviceOn(code: ProblemCode): string {
  const { when, retry, advice } = PROBLEM_ADVICE[code];
  return `${when} Again? ${RETRIES[retry]} ${advice}`;
}

const Fault = z
  .object({
    pointer: z.string().describe('RFC 6901: the member of the body or query; empty for the whole.'),
    code: z.string(),
    detail: z.string().describe('A sentence; never the value that was sent.'),
  })
  .meta({ id: 'InputFault' });

export const ProblemSchema = z
  .object({
    type: z.string().describe('The place of this code in the list of errors.'),
    title: z.string(),
    status: z.number().int(),
    code: z.enum(PROBLEM_CODES).meta({
      id: 'ProblemCode',
      'x-enumDescriptions': Object.fromEntries(PROBLEM_CODES.map((code) => [code, adviceOn(code)])),
    }),
    instance: z.string().describe('The request’s number: `urn:regain:request:…`. Quote it when you report a fault.'),
    detail: z.string().optional(),
    errors: z.array(Fault).optional().describe('What is wrong with the input.'),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details.' });

interface Response {
  description: string;
  headers?: Record<string, unknown>;
  content: Record<string, { schema: unknown }>;
}

/** What an operation answers when it does not do what was asked, by status. */
export function problemResponses(options: OperationOptions, schemas: NamedSchemas): [number, Response][] {
  const withBody = options.body !== undefined || options.bodyTypes !== undefined;
  const codes = new Set([
    ...ALWAYS,
    ...(withBody ? WITH_BODY : []),
    ...(options.idempotent === true ? WITH_KEY : []),
    ...(options.problems ?? []),
  ]);
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) byStatus.set(PROBLEMS[code].status, [...(byStatus.get(PROBLEMS[code].status) ?? []), code]);
  return [...byStatus].map(([status, list]) => [
    status,
    {
      description: described(list),
      ...referencesTo(headersOfProblem(list)),
      content: { 'application/problem+json': { schema: schemas.of(ProblemSchema, 'output') } },
    },
  ]);
}

const described = (codes: readonly ProblemCode[]): string =>
  codes.map((code) => `${codes.length > 1 ? '- ' : ''}\`${code}\`: ${PROBLEMS[code].title}`).join('\n');

type Answers = Record<string, Response | { $ref: string }>;

/** Writes each problem response that several operations share once, and a reference where it was. */
export function shareProblemResponses(operations: readonly { responses: Answers }[]): Record<string, Response> {
  const problems = operations.flatMap(({ responses }) =>
    Object.entries(responses).flatMap(([status, response]) =>
      'content' in response && 'application/problem+json' in response.content ? [{ responses, status, response }] : [],
    ),
  );
  const texts = problems.map(({ response }) => JSON.stringify(response));
  const shared: Record<string, Response> = {};
  for (const [at, { responses, status, response }] of problems.entries()) {
    if (texts.filter((text) => text === texts[at]).length < SHARED_BY) continue;
    const name = nameOf(response);
    if (shared[name] && JSON.stringify(shared[name]) !== texts[at])
      throw new Error(`two problem responses are called ${name}`);
    shared[name] = response;
    responses[status] = { $ref: `#/components/responses/${name}` };
  }
  return shared;
}

/** E.g. `InvalidRequestOrMalformedBody`. */
function nameOf({ description }: Response): string {
  const codes = [...description.matchAll(/`(\w+)`: /g)].map(([, code = '']) => code);
  const words = codes.map((code) => code.replaceAll(/(?:^|_)([a-z])/g, (_all, letter: string) => letter.toUpperCase()));
  return words.join('Or');
}
