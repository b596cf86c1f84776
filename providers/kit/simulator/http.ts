import type { IncomingMessage, ServerResponse } from 'node:http';

const MAX_BODY_BYTES = 64 * 1024;

/** Answers that will say they are a page whatever they are. */
const mislabelled = new WeakSet<ServerResponse>();

/** An answer that is not the wished-for one. */
export class HttpFault extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(code);
  }
}

export interface Call {
  request: IncomingMessage;
  response: ServerResponse;
  /** What the path pattern's groups caught. */
  parameters: readonly string[];
  query: URLSearchParams;
}

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: RegExp;
  handle: (call: Call) => Promise<void>;
}

export async function readBytes(request: IncomingMessage, maxBytes = MAX_BODY_BYTES): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new HttpFault(413, 'too_large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export async function readText(request: IncomingMessage): Promise<string> {
  return (await readBytes(request)).toString('utf8');
}

/** The members of an HTML form or of an OAuth request. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  return new URLSearchParams(await readText(request));
}

export async function readObject(request: IncomingMessage): Promise<Record<string, unknown>> {
  const text = await readText(request);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new HttpFault(400, 'not_json');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new HttpFault(400, 'not_an_object');
  return value as Record<string, unknown>;
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  send(response, { status, contentType: 'application/json', body: JSON.stringify(value) });
}

export function send(
  response: ServerResponse,
  answer: { status: number; contentType?: string; body?: string | Uint8Array; headers?: Record<string, string> },
): void {
  const body = answer.body ?? '';
  const contentType = mislabelled.has(response) ? 'text/html; charset=utf-8' : answer.contentType;
  response.writeHead(answer.status, {
    'cache-control': 'no-store',
    ...(contentType && { 'content-type': contentType }),
    ...(answer.status === 204 ? {} : { 'content-length': Buffer.byteLength(body) }),
    ...answer.headers,
  });
  response.end(body);
}

/** The answer that follows will claim to be a web page. */
export function mislabel(response: ServerResponse): void {
  mislabelled.add(response);
}

export interface DispatchOptions {
  /** How this partner words its errors. Default `{"error": code}`. */
  errorBody?: (fault: HttpFault) => unknown;
}

/** One request through the table; what goes wrong is answered, never thrown. */
export async function dispatch(
  routes: readonly Route[],
  exchange: { request: IncomingMessage; response: ServerResponse },
  options: DispatchOptions = {},
): Promise<void> {
  const { request, response } = exchange;
  try {
    const url = new URL(request.url ?? '/', 'http://partner');
    for (const route of routes) {
      const match = route.method === request.method ? route.path.exec(url.pathname) : null;
      if (match) return await route.handle({ ...exchange, parameters: match.slice(1), query: url.searchParams });
    }
    throw new HttpFault(404, 'not_found');
  } catch (error) {
    const fault = error instanceof HttpFault ? error : new HttpFault(500, 'internal');
    const body = options.errorBody?.(fault) ?? { error: fault.code };
    if (!response.headersSent && !response.destroyed) sendJson(response, fault.status, body);
  }
}
