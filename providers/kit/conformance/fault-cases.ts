import type { ProviderErrorCode } from '../index.js';
import { CANARY } from './canary.js';
import { json, status, type Fault } from './fault.js';

/** A fault and the codes, any of which tells it rightly. */
export interface FaultCase {
  title: string;
  fault: Fault;
  codes: readonly ProviderErrorCode[];
}

const html = '<!doctype html><title>Welcome</title>';
const inDepth = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
const garbage = (title: string, fault: Fault): FaultCase => ({ title, fault, codes: ['unintelligible'] });

/** In the middle of the person's name where there is one, where only the decoder can notice it. */
function withStrayByte(body: Buffer): Buffer {
  const at = Math.max(0, body.indexOf(CANARY.givenName) + 1);
  return Buffer.concat([body.subarray(0, at), Buffer.from([0xff]), body.subarray(at)]);
}

const REFUSALS: readonly FaultCase[] = [
  { title: '400', fault: status(400), codes: ['rejected'] },
  { title: '401', fault: status(401), codes: ['unauthorized'] },
  { title: '403', fault: status(403), codes: ['unauthorized', 'rejected'] },
  { title: '409', fault: status(409), codes: ['rejected'] },
  { title: '422', fault: status(422), codes: ['rejected'] },
  { title: '429', fault: status(429), codes: ['rate_limited'] },
  { title: '500', fault: status(500), codes: ['unavailable'] },
  { title: '502 as a proxy says it', fault: { kind: 'answer', status: 502, body: html }, codes: ['unavailable'] },
  { title: '503', fault: status(503, { 'retry-after': '7' }), codes: ['unavailable'] },
  { title: '504', fault: status(504), codes: ['unavailable', 'timeout'] },
];

const BREAKS: readonly FaultCase[] = [
  { title: 'a connection that is reset', fault: { kind: 'reset' }, codes: ['unreachable'] },
  { title: 'half an answer', fault: { kind: 'truncated' }, codes: ['unreachable', 'unintelligible'] },
];

/** Over only when the caller's patience is. */
export const SILENCES: readonly FaultCase[] = [
  { title: 'no answer at all', fault: { kind: 'hang', accepted: false }, codes: ['timeout'] },
  { title: 'no answer after the request was carried out', fault: { kind: 'hang', accepted: true }, codes: ['timeout'] },
  { title: 'a byte now and then', fault: { kind: 'dribble' }, codes: ['timeout'] },
];

const GARBAGE: readonly FaultCase[] = [
  garbage('a page instead of JSON', {
    kind: 'answer',
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: html,
  }),
  garbage('a page that calls itself JSON', json(html)),
  garbage('an empty answer', json('')),
  garbage('an answer without a body', { kind: 'answer', status: 204 }),
  garbage('null', json('null')),
  garbage('a list', json('[]')),
  garbage('a number', json('17')),
  garbage('an empty object', json('{}')),
  garbage('half of an object', json('{"sessionId":"s')),
  garbage('a byte that is not UTF-8, in a name', { kind: 'rewritten', rewrite: withStrayByte }),
  garbage('20,000 nested lists', json(inDepth)),
  garbage('a body that does not end', { kind: 'endless' }),
  garbage('a body far too large', json(`{"padding":"${'x'.repeat(8 * 1024 * 1024)}"}`)),
];

/** Over at once. */
export const FAULT_CASES: readonly FaultCase[] = [...REFUSALS, ...BREAKS, ...GARBAGE];
