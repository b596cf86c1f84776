import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  name: string;
  attributes: Record<string, unknown>;
}

interface WireAttribute {
  key: string;
  value: Record<string, unknown>;
}
interface WireSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  attributes?: WireAttribute[];
}
interface WireExport {
  resourceSpans?: { scopeSpans?: { spans?: WireSpan[] }[] }[];
}

/** A collector that takes OTLP over HTTP in JSON (opentelemetry.io/docs/specs/otlp) and keeps everything it got. */
export class TraceReceiver {
  readonly spans: ReceivedSpan[] = [];
  /** Everything as it came, for what must not be in it. */
  text = '';
  readonly paths = new Set<string>();

  private constructor(private readonly server: Server) {}

  static async open(): Promise<TraceReceiver> {
    const server = createServer();
    const receiver = new TraceReceiver(server);
    server.on('request', (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        receiver.paths.add(`${request.method} ${request.url}`);
        receiver.take(Buffer.concat(parts).toString('utf8'));
        response.setHeader('content-type', 'application/json').end('{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  traceOf(name: string): ReceivedSpan[] {
    const root = this.spans.find((span) => span.name === name);
    return root ? this.spans.filter(({ traceId }) => traceId === root.traceId) : [];
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private take(text: string): void {
    this.text += text;
    const { resourceSpans = [] } = JSON.parse(text) as WireExport;
    const spans = resourceSpans.flatMap(({ scopeSpans = [] }) => scopeSpans.flatMap((scope) => scope.spans ?? []));
    for (const { attributes = [], parentSpanId = '', ...span } of spans) {
      const named = Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
      this.spans.push({ ...span, parentSpanId, attributes: named });
    }
  }
}
