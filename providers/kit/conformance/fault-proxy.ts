import {
  createServer,
  request as requestHttp,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fault } from './fault.js';

const DRIBBLE_EVERY_MS = 40;

interface Exchange {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
  response: ServerResponse;
}

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

/**
 * Stands between an adapter and its simulator on a real socket and misbehaves on demand, so that every adapter meets
 * the same faults and no simulator has to implement them.
 */
export class FaultProxy {
  /** Requests that met the armed fault. */
  faulted = 0;
  #fault: Fault | undefined;
  #armedFor: RegExp | undefined;

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
    private readonly hits: RegExp,
  ) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.#handle(request, response).catch(() => response.destroy());
    });
  }

  static async start(target: string, hits = /./): Promise<FaultProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FaultProxy(server, new URL(target), hits);
  }

  get baseUrl(): string {
    const path = this.target.pathname.replace(/\/$/, '');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${path}`;
  }

  /** `hits`: only these, told by `METHOD /path`, of those the proxy may hit at all. */
  arm(fault: Fault | undefined, hits?: RegExp): void {
    this.#fault = fault;
    this.#armedFor = hits;
    this.faulted = 0;
  }

  /** Everything is refused afterwards, as by a partner that is down. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { method = 'GET', url = '/', headers } = request;
    const exchange: Exchange = { method, path: url, headers, body: Buffer.concat(chunks), response };
    const called = `${method} ${url}`;
    const fault = this.hits.test(called) && (this.#armedFor?.test(called) ?? true) ? this.#fault : undefined;
    if (!fault) return reply(response, await this.#forward(exchange));
    this.faulted += 1;
    await this.#misbehave(fault, exchange);
  }

  async #misbehave(fault: Fault, exchange: Exchange): Promise<void> {
    const { response } = exchange;
    switch (fault.kind) {
      case 'answer':
        return reply(response, {
          status: fault.status,
          headers: fault.headers ?? {},
          body: Buffer.from(fault.body ?? ''),
        });
      case 'reset':
        response.destroy();
        return;
      case 'hang':
        if (fault.accepted) await this.#forward(exchange);
        return;
      case 'slow': {
        const answer = await this.#forward(exchange);
        setTimeout(() => reply(response, answer), fault.delayMs);
        return;
      }
      case 'dribble':
        return dribble(response);
      case 'endless':
        return flood(response);
      case 'truncated': {
        const { status, headers, body } = await this.#forward(exchange);
        response.writeHead(status, { ...headers, 'content-length': body.length });
        response.write(body.subarray(0, body.length >> 1), () => response.destroy());
        return;
      }
      case 'relabelled': {
        const answer = await this.#forward(exchange);
        return reply(response, { ...answer, headers: { ...answer.headers, 'content-type': fault.contentType } });
      }
      case 'rewritten': {
        const answer = await this.#forward(exchange);
        return reply(response, { ...answer, body: Buffer.from(fault.rewrite(answer.body)) });
      }
      case 'swapped': {
        const path = exchange.path.replaceAll(fault.asked, fault.instead);
        const body = Buffer.from(exchange.body.toString('latin1').replaceAll(fault.asked, fault.instead), 'latin1');
        return reply(response, await this.#forward({ ...exchange, path, body }));
      }
    }
  }

  #forward({ method, path, headers, body }: Exchange): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const outgoing = requestHttp(new URL(path, this.target), {
        method,
        headers: { ...headers, 'content-length': body.length },
        agent: false,
      });
      outgoing.on('error', reject);
      outgoing.on('response', (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          resolve({ status: incoming.statusCode ?? 502, headers: incoming.headers, body: Buffer.concat(chunks) });
        });
      });
      outgoing.end(body);
    });
  }
}

function reply(response: ServerResponse, { status, headers, body }: Answer): void {
  const { 'transfer-encoding': _chunked, connection: _connection, ...kept } = headers;
  response.writeHead(status, status === 204 ? kept : { ...kept, 'content-length': body.length });
  response.end(status === 204 ? undefined : body);
}

function dribble(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), DRIBBLE_EVERY_MS);
  response.on('close', () => clearInterval(timer));
}

function flood(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const spaces = Buffer.alloc(64 * 1024, ' ');
  const pour = () => {
    while (!response.destroyed && response.write(spaces));
  };
  response.on('drain', pour);
  pour();
}
