import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

const EXPORT_DELAY_MS = 1_000;
const EXPORT_TIMEOUT_MS = 5_000;

/** What gathers spans and sends them to `{endpoint}/v1/traces`; `role` names the kind of process in them. */
export function spanExport(endpoint: string, role: string): NodeTracerProvider {
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    timeoutMillis: EXPORT_TIMEOUT_MS,
  });
  return new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'regain', 'service.instance.role': role }),
    spanProcessors: [new BatchSpanProcessor(exporter, { scheduledDelayMillis: EXPORT_DELAY_MS })],
  });
}
