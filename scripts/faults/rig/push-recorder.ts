import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const CONNECTION_HEADERS = ['host', 'connection', 'content-length', 'transfer-encoding', 'keep-alive'];

/** Between the partner and our webhooks: passes on every delivery, and keeps the ids of those that were answered 2xx (I5). */
export class PushRecorder {
  readonly accepted = new Set<string>();

  private constructor(private readonly server: Server) {}

  static async start(target: string): Promise<PushRecorder> {
    const server = createServer();
    const recorder = new PushRecorder(server);
    server.on('request', (request, response) => {
      recorder.#pass(new URL(request.url ?? '/', target), request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return recorder;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  async #pass(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const headers = Object.entries(request.headers).flatMap(([name, value]) =>
      value === undefined || CONNECTION_HEADERS.includes(name) ? [] : [[name, [value].flat().join(', ')] as const],
    );
    const { method = 'POST' } = request;
    const answer = await fetch(url, { method, headers: Object.fromEntries(headers), body: Buffer.concat(chunks) });
    const body = Buffer.from(await answer.arrayBuffer());
    // The id that the signature covers (Standard Webhooks, "webhook-id").
    const id = request.headers['webhook-id'];
    if (answer.ok && typeof id === 'string') this.accepted.add(id);
    response.writeHead(answer.status, { 'content-length': body.length }).end(body);
  }
}
