import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RawPush } from '../index.js';
import { joinHeaders } from './node-http-port.js';

/** Takes every push a simulator sends, keeps the bytes and answers 204, unless told otherwise. */
export class PushReceiver {
  readonly pushes: RawPush[] = [];
  /** Where each request went, in the same order. */
  readonly paths: string[] = [];
  /** Statuses for the next requests, first to last. */
  readonly answers: number[] = [];
  #wake: () => void = () => undefined;

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.paths.push(request.url ?? '');
        this.pushes.push({ body: Buffer.concat(chunks), headers: joinHeaders(request) });
        response.writeHead(this.answers.shift() ?? 204).end();
        this.#wake();
      });
    });
  }

  static async start(): Promise<PushReceiver> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new PushReceiver(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/pushes`;
  }

  /** Resolves at the next push after `seen` of them, or after `deadlineMs` without one. */
  async anotherAfter(seen: number, deadlineMs: number): Promise<boolean> {
    if (this.pushes.length > seen) return true;
    let deadline: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      deadline = setTimeout(resolve, deadlineMs);
    });
    clearTimeout(deadline);
    return this.pushes.length > seen;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }
}
