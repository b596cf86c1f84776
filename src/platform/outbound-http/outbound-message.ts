import type { Dispatcher } from 'undici';
import type { HttpRequest, HttpResponse } from '../../../providers/kit/index.js';
import { isCutBody, OutboundFailure } from './outbound-failures.js';
import { OutboundRefusedError } from './outbound-target.js';

const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * Headers that decide where a request goes or where it ends (RFC 9110, 7.6.1; RFC 9112, 6). They follow from the URL
 * and body.
 */
const OWNED_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** @throws OutboundRefusedError for a method or header that is not the adapter's to set, or that could split the request */
export function assertSafeRequest({ method, headers = {} }: HttpRequest): void {
  if (!METHODS.has(method)) throw new OutboundRefusedError('method', '', 'unknown method');
  for (const [name, value] of Object.entries(headers)) {
    const isSafe = HEADER_NAME.test(name) && HEADER_VALUE.test(value) && !OWNED_HEADERS.has(name.toLowerCase());
    if (!isSafe) throw new OutboundRefusedError('header', '', 'a header that may not be set');
  }
}

/**
 * Reads the body while counting it; never holds more than `maxBytes` and one chunk.
 * @throws OutboundFailure `unintelligible` when it is too large or compressed, `unreachable` when it is cut
 */
export async function readBounded(answer: Dispatcher.ResponseData, maxBytes: number): Promise<Uint8Array> {
  const refuse = (message: string) => new OutboundFailure('unintelligible', message, answer.statusCode);
  const encoding = joined(answer.headers['content-encoding']).trim().toLowerCase();
  if (encoding !== '' && encoding !== 'identity') throw refuse('the answer is compressed, which was not asked for.');
  if (Number(joined(answer.headers['content-length'])) > maxBytes)
    throw refuse(`the answer exceeds ${maxBytes} bytes.`);

  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > maxBytes) throw refuse(`the answer exceeds ${maxBytes} bytes.`);
      chunks.push(chunk);
    }
  } catch (error) {
    throw isCutBody(error) ? new OutboundFailure('unreachable', 'the answer was cut.', answer.statusCode) : error;
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/** Names are lower case already; a header sent several times is joined as in RFC 9110, 5.2. */
export function toHttpResponse(answer: Dispatcher.ResponseData, body: Uint8Array): HttpResponse {
  const headers = Object.entries(answer.headers).map(([name, value]) => [name, joined(value)] as const);
  return { status: answer.statusCode, headers: Object.fromEntries(headers), body };
}

function joined(value: string | string[] | undefined): string {
  return Array.isArray(value) ? value.join(', ') : (value ?? '');
}
