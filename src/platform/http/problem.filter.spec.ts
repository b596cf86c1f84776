import { Writable } from 'node:stream';
import { BadRequestException, NotFoundException, type ArgumentsHost } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { DatabaseError } from 'pg';
import { CaseShreddedError } from '../crypto/case-keys.js';
import { SealBrokenError } from '../crypto/sealing.js';
import { UnknownRowKeyError } from '../crypto/row-macs.js';
import { DatabaseUnavailableError } from '../database/database-errors.js';
import { Problem, type ProblemDocument } from '../errors/problem.js';
import { PROBLEM_ADVICE } from '../errors/problem-advice.js';
import { PROBLEM_CODES, PROBLEMS, type ProblemCode } from '../errors/problem-catalogue.js';
import { FailpointError } from '../failpoints/failpoints.js';
import { Logger } from '../logging/logger.js';
import { ObjectStoreUnavailableError } from '../storage/object-store.errors.js';
import { ProblemFilter, toProblem } from './problem.filter.js';

const SECRET = 'ana.petrova@example.org';

/** What a caller and the log would see of one thrown error. */
function answerTo(
  error: unknown,
  asked: { wantsBearer?: true } = {},
): {
  status: number;
  headers: Record<string, string>;
  body: ProblemDocument;
  text: string;
  log: string;
} {
  const logged: string[] = [];
  const sink = new Writable({ write: (chunk: Buffer, _encoding, done) => (logged.push(chunk.toString()), done()) });
  const headers: Record<string, string> = {};
  const seen = { status: 0, text: '' };
  const reply = {
    sent: false,
    raw: { headersSent: false },
    header: (name: string, value: string) => ((headers[name] = value), reply),
    status: (status: number) => ((seen.status = status), reply),
    type: (type: string) => ((headers['content-type'] = type), reply),
    send: (text: string) => ((seen.text = text), reply),
  };
  const request = {
    ...asked,
    id: 'req-1',
    headers: { authorization: 'Bearer x' },
    url: `/v1/subjects?login=${SECRET}`,
  };
  const host = {
    switchToHttp: () => ({ getRequest: () => request, getResponse: () => reply }),
  } as unknown as ArgumentsHost;
  new ProblemFilter(Logger.create('debug', sink), 'https://recover.example.org/docs/errors').catch(error, host);
  return { ...seen, headers, body: JSON.parse(seen.text) as ProblemDocument, log: logged.join('') };
}

/** As node-postgres throws it: the message and the detail quote values. */
const queryFailure = (code: string): DatabaseError =>
  Object.assign(new DatabaseError(`duplicate key (login)=(${SECRET})`, 100, 'error'), {
    code,
    detail: `Key (login)=(${SECRET}) already exists.`,
    where: `SELECT * FROM subjects WHERE login = '${SECRET}'`,
  });

const FAULTS: [string, unknown, string][] = [
  ['a bug', new TypeError(`Cannot read properties of undefined (reading '${SECRET}')`), 'internal_error'],
  ['a broken query', queryFailure('42601'), 'internal_error'],
  ['a unique violation nobody expected', queryFailure('23505'), 'internal_error'],
  ['no database', new DatabaseUnavailableError(queryFailure('57P01')), 'dependency_unavailable'],
  ['a key that the ring lacks', new UnknownRowKeyError('version 1 of policy pol_1'), 'dependency_unavailable'],
  ['no object store', new ObjectStoreUnavailableError('unreachable', SECRET), 'dependency_unavailable'],
  ['an injected fault', new FailpointError('object_store.before_put'), 'dependency_unavailable'],
  ['a sealed value that does not open', new SealBrokenError(`subject:${SECRET}`), 'internal_error'],
  ['a shredded case', new CaseShreddedError(), 'not_found'],
  ['no route', new NotFoundException(`Cannot GET /${SECRET}`), 'not_found'],
  ['the framework’s 400', new BadRequestException(SECRET), 'malformed_body'],
  ['too large a body', Object.assign(new Error(SECRET), { statusCode: 413 }), 'body_too_large'],
  ['another content type', Object.assign(new Error(SECRET), { statusCode: 415 }), 'unsupported_media_type'],
  ['a status nobody planned', Object.assign(new Error(SECRET), { statusCode: 418 }), 'internal_error'],
  ['a thrown text', SECRET, 'internal_error'],
  ['nothing', undefined, 'internal_error'],
];

describe('whatever was thrown (T94)', () => {
  it.each(FAULTS)('%s becomes a problem of the catalogue that quotes nothing', (_name, error, code) => {
    const { status, headers, body, text } = answerTo(error);
    expect(body).toEqual({
      type: `https://recover.example.org/docs/errors#${code}`,
      title: PROBLEMS[code as keyof typeof PROBLEMS].title,
      status,
      code,
      instance: 'urn:regain:request:req-1',
    });
    expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(text).not.toMatch(/ at |\.ts|\.js|SELECT|node_modules|\/var|stack|Error:/);
    expect(text).not.toContain(SECRET);
  });

  it.each(FAULTS)('%s: the log names the error and never its message', (_name, error) => {
    expect(answerTo(error).log).not.toContain(SECRET);
  });

  it('our own faults are logged with the id the caller can quote', () => {
    expect(JSON.parse(answerTo(new TypeError('x')).log)).toMatchObject({
      code: 'request_failed',
      requestId: 'req-1',
      error: { errorName: 'TypeError' },
    });
    expect(JSON.parse(answerTo(new DatabaseUnavailableError(queryFailure('57P01'))).log)).toMatchObject({
      code: 'dependency_unavailable',
      requestId: 'req-1',
    });
  });

  it('a dependency that is away says when to come back', () => {
    expect(answerTo(new DatabaseUnavailableError(undefined))).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5' },
    });
    expect(answerTo(new Problem('too_many_requests', { retryAfterSeconds: 77 }))).toMatchObject({
      status: 429,
      headers: { 'retry-after': '77' },
    });
  });
});

describe('when to come back', () => {
  const comesBack = (code: ProblemCode): unknown => answerTo(new Problem(code)).headers['retry-after'];
  const [waits, others] = [true, false].map((after) =>
    PROBLEM_CODES.filter((code) => (PROBLEM_ADVICE[code].retry === 'after_wait') === after),
  ) as [ProblemCode[], ProblemCode[]];

  it.each(waits)('%s says it, since its advice is to send the same again after a while', (code) => {
    expect(comesBack(code)).toMatch(/^[1-9]\d*$/);
  });

  it.each(others)('%s does not', (code) => {
    expect(comesBack(code)).toBeUndefined();
  });
});

describe('a 401', () => {
  const challengeOf = (code: ProblemCode, asked: { wantsBearer?: true } = {}): unknown =>
    answerTo(new Problem(code), asked).headers['www-authenticate'];
  const [refused, others] = [true, false].map((is) =>
    PROBLEM_CODES.filter((code) => (PROBLEMS[code].status === 401) === is),
  ) as [ProblemCode[], ProblemCode[]];

  // RFC 6750, section 3: a scheme with a parameter.
  it.each<[ProblemCode, { wantsBearer?: true }, string]>([
    ['unauthenticated', { wantsBearer: true }, 'Bearer realm="regain"'],
    ['unauthenticated', {}, 'Cookie realm="regain"'],
    ['flow_ended', {}, 'Cookie realm="regain"'],
    ['assertion_refused', {}, 'Passkey realm="regain"'],
    ['push_not_authentic', {}, 'Webhook realm="regain"'],
  ])('%s (%j) says what would have been let in: %s', (code, asked, challenge) => {
    expect(challengeOf(code, asked)).toBe(challenge);
  });

  it.each(refused)('%s has a challenge (RFC 9110, 11.6.1)', (code) => {
    expect(challengeOf(code)).toEqual(expect.stringMatching(/^\w+ realm="regain"$/));
  });

  it('is the one answer that has one', () => {
    expect(others.map((code) => challengeOf(code, { wantsBearer: true })).filter(Boolean)).toEqual([]);
  });
});

describe('the catalogue', () => {
  it.each(PROBLEM_CODES)('%s keeps its status and title', (code) => {
    const { status, body } = answerTo(new Problem(code));
    expect({ status, title: body.title }).toEqual(PROBLEMS[code]);
    expect(status).toBeGreaterThanOrEqual(400);
  });

  it('a cause stays inside', () => {
    expect(answerTo(new Problem('not_found', { cause: new Error(SECRET) })).text).not.toContain(SECRET);
    expect(toProblem(new Problem('not_found')).code).toBe('not_found');
  });

  it('a document carries faults and details only when there are some', () => {
    const errors = [{ pointer: '/login', code: 'too_small', detail: 'needed' }];
    expect(answerTo(new Problem('invalid_request', { errors, detail: 'more' })).body).toMatchObject({
      errors,
      detail: 'more',
    });
    expect(Object.keys(answerTo(new Problem('not_found')).body)).toEqual([
      'type',
      'title',
      'status',
      'code',
      'instance',
    ]);
  });
});
