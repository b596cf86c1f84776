import type { IncomingMessage, ServerResponse } from 'node:http';

const MAX_BODY_BYTES = 64 * 1024;

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
}

export interface Route {
  method: 'GET' | 'POST' | 'DELETE';
  path: RegExp;
  handle: (call: Call) => Promise<void>;
}

export async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new HttpFault(413, 'too_large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
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
  answer: { status: number; contentType?: string; body?: string; headers?: Record<string, string> },
): void {
  const body = answer.body ?? '';
  response.writeHead(answer.status, {
    'cache-control': 'no-store',
    ...(answer.contentType && { 'content-type': answer.contentType }),
    ...(answer.status === 204 ? {} : { 'content-length': Buffer.byteLength(body) }),
    ...answer.headers,
  });
  response.end(body);
}

/** One request through the table; what goes wrong is answered, never thrown. */
export async function dispatch(routes: readonly Route[], request: IncomingMessage, response: ServerResponse) {
  try {
    const path = new URL(request.url ?? '/', 'http://partner').pathname;
    for (const route of routes) {
      const match = route.method === request.method ? route.path.exec(path) : null;
      if (match) return await route.handle({ request, response, parameters: match.slice(1) });
    }
    throw new HttpFault(404, 'not_found');
  } catch (error) {
    const fault = error instanceof HttpFault ? error : new HttpFault(500, 'internal');
    if (!response.headersSent) sendJson(response, fault.status, { error: fault.code });
  }
}
