import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** As the service sends it (src/platform/http/server.ts). */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; require-trusted-types-for 'script'";

const TYPES: Readonly<Record<string, string>> = { js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' };
const WEBAUTHN = 'node_modules/@simplewebauthn/browser/dist/bundle/index.umd.min.js';

/** What a page's script asked for. */
interface Asked {
  method: string;
  pathname: string;
  query: URLSearchParams;
  body: Buffer;
  contentType: string | undefined;
}

/** The line breaks off once everything was read: whoever asked never hears what became of it. */
export const NO_ANSWER = Symbol('no answer');

/** A page, or with a `status` what a script is answered with. */
export type Answered = string | { status: number; json?: unknown } | typeof NO_ANSWER;

interface Service {
  answer: (asked: Asked) => Answered | Promise<Answered>;
  /** Beside the policy, e.g. what a page may use. */
  headers: Record<string, string>;
  /** Waits before anything of a body is read: meanwhile its bytes are on their way. */
  beforeBody?: () => Promise<void>;
}

/** A page of the service with its own scripts, sheets and content security policy, without the service behind it. */
export class PageServer {
  private constructor(
    private readonly server: Server,
    readonly origin: string,
  ) {}

  static async open(answer: Service['answer'], rest: Partial<Service> = {}): Promise<PageServer> {
    const service = { headers: {}, ...rest, answer };
    const server = createServer((request, response) => void respond({ request, response }, service)).listen(0);
    await once(server, 'listening');
    return new PageServer(server, `http://localhost:${(server.address() as AddressInfo).port}`);
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

async function respond(
  { request, response }: { request: IncomingMessage; response: ServerResponse },
  { answer, headers, beforeBody }: Service,
): Promise<void> {
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://localhost');
  const { method = '' } = request;
  if (method !== 'GET') await beforeBody?.();
  const body = await bodyOf(request);
  // Whoever asked is gone.
  if (!body) return;
  response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (pathname.startsWith('/assets/')) {
    response.setHeader('content-type', TYPES[pathname.split('.').at(-1) ?? ''] ?? 'application/octet-stream');
    response.end(readFileSync(join(process.cwd(), pathname.includes('simplewebauthn') ? WEBAUTHN : `web${pathname}`)));
    return;
  }
  const answered = await answer({ method, pathname, query, body, contentType: request.headers['content-type'] });
  if (answered === NO_ANSWER) request.socket.destroy();
  else if (typeof answered === 'string') response.setHeader('content-type', 'text/html; charset=utf-8').end(answered);
  else {
    response.writeHead(answered.status, { 'content-type': 'application/json' });
    response.end(answered.json === undefined ? undefined : JSON.stringify(answered.json));
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  try {
    for await (const part of request) parts.push(part as Buffer);
  } catch {
    return undefined;
  }
  return Buffer.concat(parts);
}
