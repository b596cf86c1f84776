import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import multipart from '@fastify/multipart';
import { fastify, type FastifyInstance } from 'fastify';
import { Problem } from '../platform/errors/problem.js';
import { makeBodyRoom } from '../platform/http/body-room.js';
import { readProofingRecord } from './proofing-record-form.js';

const BOUNDARY = 'regain-boundary';
const RECORD =
  '{"level":"IAL2","evidenceKinds":["passport"],"proofedAt":"2026-01-02T03:04:05Z","attributes":{"givenName":"Ana"}}';

let app: FastifyInstance;

beforeAll(async () => {
  app = fastify();
  await app.register(multipart, { throwFileSizeLimit: true });
  makeBodyRoom(app);
  app.put('/', async (request, reply) => {
    try {
      const { record, portrait } = await readProofingRecord(request);
      return { givenName: record.attributes.givenName, portraitBytes: portrait?.length ?? 0 };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return reply.status(error.status).send({ code: error.code });
    }
  });
  await app.ready();
});
afterAll(() => app.close());

interface Part {
  name: string;
  bytes: string | Buffer;
  type?: string;
  fileName?: string;
}

async function put(...parts: Part[]): Promise<unknown> {
  const pieces = parts.flatMap(({ name, bytes, type, fileName }) => [
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${fileName ? `; filename="${fileName}"` : ''}\r\n`,
    `${type ? `Content-Type: ${type}\r\n` : ''}\r\n`,
    bytes,
    '\r\n',
  ]);
  const payload = Buffer.concat([...pieces, `--${BOUNDARY}--\r\n`].map((piece) => Buffer.from(piece)));
  const headers = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };
  return (await app.inject({ method: 'PUT', url: '/', headers, payload })).json();
}

/** However a client writes the part down. */
const WAYS: [string, Omit<Part, 'name' | 'bytes'>][] = [
  ['as JSON', { type: 'application/json' }],
  ['as JSON with a charset', { type: 'application/json; charset=utf-8' }],
  ['as text', {}],
  ['as a file', { type: 'application/json', fileName: 'record.json' }],
];

describe.each(WAYS)('a proofing record that comes %s', (_way, how) => {
  const record = (bytes: string | Buffer): Promise<unknown> => put({ name: 'record', bytes, ...how });

  it('is read, with a portrait and without', async () => {
    expect(await record(RECORD)).toEqual({ givenName: 'Ana', portraitBytes: 0 });
    const portrait = { name: 'portrait', bytes: Buffer.from([0xff, 0xd8, 0xff, 0xd9]), type: 'image/jpeg' };
    expect(await put({ name: 'record', bytes: RECORD, ...how }, portrait)).toEqual({
      givenName: 'Ana',
      portraitBytes: 4,
    });
  });

  it.each([
    ['a member twice', RECORD.replace('"givenName":"Ana"', '"givenName":"Ana","givenName":"Bea"')],
    ['a member twice, once escaped', RECORD.replace('"givenName":"Ana"', '"givenName":"Ana","given\\u004eame":"Bea"')],
    ['__proto__', RECORD.replace('"givenName"', '"__proto__":{},"givenName"')],
    ['what is not UTF-8', Buffer.from(RECORD.replace('Ana', 'An\u00e4'), 'latin1')],
    ['a byte-order mark', `\ufeff${RECORD}`],
    ['no JSON', 'Ana'],
    ['nothing', ''],
  ])('is refused with %s, as a JSON body is (T5, T88)', async (_what, bytes) => {
    expect(await record(bytes)).toEqual({ code: 'malformed_body' });
  });

  it.each([
    ['NUL', 'An\\u0000a'],
    ['half a surrogate pair', 'An\\ud800a'],
    ['a line break', 'An\\na'],
  ])('is refused with %s in a name', async (_what, name) => {
    expect(await record(RECORD.replace('Ana', name))).toEqual({ code: 'invalid_request' });
  });

  it('is no longer than a record is', async () => {
    expect(await record(RECORD + ' '.repeat(16_384))).toEqual({ code: 'body_too_large' });
  });
});

describe('the form of a proofing record', () => {
  it.each([
    [
      'a part that nobody expects',
      [
        { name: 'record', bytes: RECORD },
        { name: 'level', bytes: 'IAL3' },
      ],
    ],
    [
      'the record twice',
      [
        { name: 'record', bytes: RECORD },
        { name: 'record', bytes: RECORD },
      ],
    ],
    ['no record', [{ name: 'portrait', bytes: 'x', type: 'image/jpeg' }]],
  ])('is refused with %s', async (_what, parts: Part[]) => {
    expect(await put(...parts)).toEqual({ code: 'malformed_body' });
  });
});
