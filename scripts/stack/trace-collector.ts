import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** One span as it arrived, by the process that sent it. */
export interface CollectedSpan {
  role: string;
  name: string;
  traceId: string;
  correlationId: string | undefined;
}

interface Attribute {
  key: string;
  value: { stringValue?: string };
}

/** The members of an export that are looked at (OTLP 1.5, ExportTraceServiceRequest in JSON). */
interface TraceExport {
  resourceSpans: {
    resource: { attributes: Attribute[] };
    scopeSpans: { spans: { name: string; traceId: string; attributes?: Attribute[] }[] }[];
  }[];
}

/** An OpenTelemetry collector as small as can be: OTLP over HTTP with JSON, kept in memory. */
export class TraceCollector {
  readonly spans: CollectedSpan[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<TraceCollector> {
    const server = createServer((request, response) => {
      void json(request).then(
        (body) => {
          collector.take(body as TraceExport);
          response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
        },
        () => response.writeHead(400).end(),
      );
    });
    const collector = new TraceCollector(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return collector;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private take({ resourceSpans }: TraceExport): void {
    for (const { resource, scopeSpans } of resourceSpans) {
      const role = valueOf(resource.attributes, 'service.instance.role') ?? '';
      for (const { name, traceId, attributes = [] } of scopeSpans.flatMap(({ spans }) => spans)) {
        this.spans.push({ role, name, traceId, correlationId: valueOf(attributes, 'regain.correlation_id') });
      }
    }
  }
}

const valueOf = (attributes: readonly Attribute[], name: string): string | undefined =>
  attributes.find(({ key }) => key === name)?.value.stringValue;
