import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** As the service sends it (flow-screens.md, section 3). */
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
}

/** A page, or with a `status` what a script is answered with. */
export type Answered = string | { status: number; json?: unknown };

/** A page of the service with its own scripts, sheets and content security policy, without the service behind it. */
export class PageServer {
  private constructor(
    private readonly server: Server,
    readonly origin: string,
  ) {}

  /** @param headers beside the policy, e.g. what a page may use */
  static async open(answer: (asked: Asked) => Answered, headers: Record<string, string> = {}): Promise<PageServer> {
    const server = createServer((request, response) => void respond({ request, response, headers }, answer)).listen(0);
    await once(server, 'listening');
    return new PageServer(server, `http://localhost:${(server.address() as AddressInfo).port}`);
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

async function respond(
  exchange: { request: IncomingMessage; response: ServerResponse; headers: Record<string, string> },
  answer: (asked: Asked) => Answered,
): Promise<void> {
  const { request, response, headers } = exchange;
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://localhost');
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (pathname.startsWith('/assets/')) {
    response.setHeader('content-type', TYPES[pathname.split('.').at(-1) ?? ''] ?? 'application/octet-stream');
    response.end(readFileSync(join(process.cwd(), pathname.includes('simplewebauthn') ? WEBAUTHN : `web${pathname}`)));
    return;
  }
  const answered = answer({ method: request.method ?? '', pathname, query, body: Buffer.concat(parts) });
  if (typeof answered === 'string') response.setHeader('content-type', 'text/html; charset=utf-8').end(answered);
  else {
    response.writeHead(answered.status, { 'content-type': 'application/json' });
    response.end(answered.json === undefined ? undefined : JSON.stringify(answered.json));
  }
}
