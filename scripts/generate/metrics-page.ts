import { METRIC_CATALOGUE, type MetricEntry } from '../../src/platform/telemetry/metric-catalogue.js';

/** `docs/generated/metrics.md`. */
export function metricsPage(): string {
  const entries: [string, MetricEntry][] = Object.entries(METRIC_CATALOGUE);
  return [
    '# Metrics',
    '',
    'Generated from `src/platform/telemetry/metric-catalogue.ts`. `GET /metrics` on the operators’ port of every process, with its bearer token, in the',
    'Prometheus text format. Figures of the database and the queues are the same whichever process tells them: take the greatest, not the sum.',
    'Beside these there are the `process_*` and `nodejs_*` figures of `prom-client`. What to alert on: `deploy/prometheus/alerts.yml`.',
    '',
    ...entries.flatMap(([name, entry]) => [`## ${name}`, '', `${entry.type}. ${entry.help}`, '', ...labelLines(entry)]),
  ].join('\n');
}

function labelLines({ labels }: MetricEntry): string[] {
  const lines = Object.entries(labels).map(([label, values]) => `- \`${label}\`: ${wordsOf(values)}`);
  return lines.length > 0 ? [...lines, ''] : [];
}

const wordsOf = (values: readonly string[] | string): string =>
  typeof values === 'string' ? values : values.map((value) => `\`${value}\``).join(', ');
