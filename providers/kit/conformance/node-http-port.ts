import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { ProviderError, type HttpPort, type HttpRequest, type HttpResponse } from '../index.js';

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_MAX_BYTES = 1024 * 1024;

/**
 * An `HttpPort` for tests on node's own client: one deadline for the whole call, a size limit, no redirects. It has no
 * address guard and is not for production.
 * @param limits `maxTimeoutMs` shortens whatever an adapter asks for, so that tests of hanging do not wait
 */
export function createNodeHttpPort(limits: { maxTimeoutMs?: number } = {}): HttpPort {
  return { send: (request) => send(request, limits.maxTimeoutMs ?? DEFAULT_TIMEOUT_MS) };
}

function send(wanted: HttpRequest, maxTimeoutMs: number): Promise<HttpResponse> {
  const url = new URL(wanted.url);
  const open = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const outgoing = open(url, { method: wanted.method, headers: wanted.headers, agent: false });
    const fail = (error: ProviderError) => {
      clearTimeout(deadline);
      outgoing.destroy();
      reject(error);
    };
    const timeoutMs = Math.min(wanted.timeoutMs ?? DEFAULT_TIMEOUT_MS, maxTimeoutMs);
    const deadline = setTimeout(() => fail(new ProviderError('timeout', 'no answer in time')), timeoutMs);
    outgoing.on('error', () => fail(new ProviderError('unreachable', 'the connection failed')));
    outgoing.on('response', (incoming) => {
      collect(incoming, wanted.maxResponseBytes ?? DEFAULT_MAX_BYTES).then((response) => {
        clearTimeout(deadline);
        resolve(response);
      }, fail);
    });
    outgoing.end(wanted.body);
  });
}

async function collect(incoming: IncomingMessage, maxBytes: number): Promise<HttpResponse> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) break;
      chunks.push(chunk);
    }
  } catch {
    throw new ProviderError('unreachable', 'the connection was cut');
  }
  if (size > maxBytes) throw new ProviderError('unintelligible', 'the answer is too large');
  return { status: incoming.statusCode ?? 0, headers: joinHeaders(incoming), body: Buffer.concat(chunks) };
}

/** Lower-case names; what was sent twice is joined by ", ". */
export function joinHeaders(message: IncomingMessage): Record<string, string> {
  const entries = Object.entries(message.headersDistinct).map(([name, values]) => [name, (values ?? []).join(', ')]);
  return Object.fromEntries(entries) as Record<string, string>;
}
