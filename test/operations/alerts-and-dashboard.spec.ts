import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { packagePath } from '../../src/platform/package-root/package-root.js';
import { METRIC_CATALOGUE, type MetricEntry } from '../../src/platform/telemetry/metric-catalogue.js';
import { HOURLY_TASKS } from '../../src/platform/telemetry/sweep-labels.js';
import { Metrics } from '../../src/platform/telemetry/metrics.js';
import { EXPECTED_FAILURES } from '../../src/verification/providers/provider-calls.js';
import { readExpression } from './promql.js';

interface Alert {
  alert: string;
  expr: string;
  for: string;
  labels: { severity: string };
  annotations: { summary: string; runbook_url: string };
}
interface Panel {
  title: string;
  type: string;
  gridPos: { h: number; w: number; x: number; y: number };
  targets?: { expr: string; legendFormat: string }[];
}

const read = (path: string): string => readFileSync(packagePath(path), 'utf8');
const rules = parse(read('deploy/prometheus/alerts.yml')) as { groups: { name: string; rules: Alert[] }[] };
const alerts = rules.groups.flatMap((group) => group.rules);
const runbook = read('docs/runbook.md');
const dashboard = JSON.parse(read('deploy/grafana/regain.json')) as { panels: Panel[] };
const queries = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr, legendFormat }) => ({ title, expr, legendFormat })),
);

/** What Prometheus itself adds to every sample, and makes. */
const OF_PROMETHEUS = new Set(['job', 'instance']);
const entries: Record<string, MetricEntry> = METRIC_CATALOGUE;

/** Of kube-state-metrics (docs/metrics/workload in its repository): what the alerts of the nightly check go by. */
const OF_KUBERNETES: Readonly<Record<string, readonly string[]>> = {
  kube_job_status_failed: ['namespace', 'job_name', 'reason'],
  kube_cronjob_status_last_successful_time: ['namespace', 'cronjob'],
  kube_cronjob_created: ['namespace', 'cronjob'],
};

interface Known {
  labels: ReadonlySet<string>;
  values(label: string): readonly string[] | string | undefined;
}

/** A metric as expressions name it: the catalogue's, the parts of a histogram, those of the runtime, and `up`. */
async function knownMetrics(): Promise<Map<string, Known>> {
  const known = new Map<string, Known>([['up', { labels: new Set(), values: () => undefined }]]);
  for (const { name } of await new Metrics().registry.getMetricsAsJSON()) {
    const entry = entries[name];
    const labels = new Set(Object.keys(entry?.labels ?? {}));
    const values = (label: string): readonly string[] | string | undefined => entry?.labels[label];
    if (entry?.type !== 'histogram') known.set(name, { labels, values });
    else {
      known.set(`${name}_bucket`, { labels: new Set([...labels, 'le']), values });
      for (const part of ['_sum', '_count']) known.set(`${name}${part}`, { labels, values });
    }
  }
  for (const [name, labels] of Object.entries(OF_KUBERNETES))
    known.set(name, { labels: new Set(labels), values: () => undefined });
  return known;
}

/** Everything in an expression that does not exist. */
async function faultsOf(text: string): Promise<string[]> {
  const known = await knownMetrics();
  const { selectors, grouping: kept, matching } = readExpression(text);
  const faults = selectors.length === 0 ? ['it asks for nothing'] : [];
  for (const label of matching) if (!kept.includes(label)) faults.push(`it matches by ${label}, which nothing keeps`);
  for (const { metric, matchers, grouping } of selectors) {
    const entry = known.get(metric);
    if (!entry) faults.push(`there is no metric ${metric}`);
    for (const label of [...grouping, ...matchers.map((matcher) => matcher.label)])
      if (!OF_PROMETHEUS.has(label) && !entry?.labels.has(label)) faults.push(`${metric} has no label ${label}`);
    for (const { label, operator, value } of matchers) {
      const values = entry?.values(label);
      if (!Array.isArray(values)) continue;
      const matching = values.filter((one) =>
        operator.endsWith('~') ? new RegExp(`^(?:${value})$`).test(one) : one === value,
      );
      if (matching.length === 0) faults.push(`${metric}: ${label} is never ${value}`);
    }
  }
  return faults;
}

describe('the reader of expressions', () => {
  it.each([
    ['regain_no_such_metric > 0', 'there is no metric regain_no_such_metric'],
    ['sum by (colour) (regain_open_cases)', 'regain_open_cases has no label colour'],
    [
      'max(regain_open_cases) unless max by (state) (regain_outbox_pending)',
      'regain_outbox_pending has no label state',
    ],
    [
      'sum by (job) (regain_jobs_total) unless on (state) max(regain_outbox_pending)',
      'it matches by state, which nothing keeps',
    ],
    ['regain_open_cases{colour="red"}', 'regain_open_cases has no label colour'],
    ['regain_jobs_total{end="lost"}', 'regain_jobs_total: end is never lost'],
    ['regain_http_request_duration_seconds > 1', 'there is no metric regain_http_request_duration_seconds'],
  ])('finds what does not exist in %s', async (text, fault) => {
    expect(await faultsOf(text)).toContain(fault);
  });

  it('refuses what it cannot read instead of passing it over', () => {
    for (const text of [
      'regain_open_cases offset 5m ?',
      'sum(regain_open_cases{state)',
      'regain_open_cases{state=~red}',
    ])
      expect(() => readExpression(text)).toThrow();
  });
});

it('an alarm of errors is silent while a pause gives the wanted 503s', () => {
  const { expr = '' } = alerts.find(({ alert }) => alert === 'RegainErrors') ?? {};
  expect(expr).toMatch(/ unless max\(max_over_time\(regain_recoveries_paused\[10m\]\)\) == 1$/);
});

it('nobody can raise the alarm of a partner’s errors from outside, and it leaves out what is no fault', () => {
  const { expr = '' } = alerts.find(({ alert }) => alert === 'RegainProviderErrors') ?? {};
  const { selectors } = readExpression(expr);
  // Anybody may push, and what anybody pushes ends as one of these.
  for (const { matchers } of selectors)
    expect(matchers).toContainEqual({ label: 'call', operator: '!=', value: 'push' });
  const [left] = selectors.flatMap(({ matchers }) => matchers.filter(({ label }) => label === 'end'));
  expect(left?.operator).toBe('!~');
  expect(new Set(left?.value.split('|'))).toEqual(new Set(['ok', ...EXPECTED_FAILURES]));
});

it('what is done once an hour is looked at over hours, everything else that is done in rounds over minutes', () => {
  const { expr = '' } = alerts.find(({ alert }) => alert === 'RegainSweeperFailing') ?? {};
  const [often, hourly] = expr.split(' or ').map((part) => readExpression(part).selectors[0]?.matchers);
  const value = HOURLY_TASKS.join('|');
  expect(often).toEqual([{ label: 'task', operator: '!~', value }]);
  expect(hourly).toEqual([{ label: 'task', operator: '=~', value }]);
});

it('how slow answers are is told without the streams, which live as long as somebody waits', () => {
  const { paths } = parse(read('openapi.yaml')) as { paths: Record<string, object> };
  const streams = Object.keys(paths).filter((path) => JSON.stringify(paths[path]).includes('"text/event-stream"'));
  const asked = [...alerts, ...queries].flatMap(({ expr }) => readExpression(expr).selectors);
  const slowness = asked.filter(({ metric }) => metric === 'regain_http_request_duration_seconds_bucket');
  expect([streams.length, slowness.length]).toEqual([1, 2]);
  for (const { matchers } of slowness)
    expect(matchers).toEqual([{ label: 'route', operator: '!=', value: streams.join() }]);
});

describe.each(alerts.map((alert) => [alert.alert, alert] as const))('%s', (name, alert) => {
  it('asks for metrics and labels that exist', async () => {
    expect(await faultsOf(alert.expr)).toEqual([]);
  });

  it('says how bad it is, since when, what it is and where to read on', () => {
    expect(name).toMatch(/^Regain[A-Z][A-Za-z]+$/);
    expect(alert.for).toMatch(/^\d+[mh]$/);
    expect(['critical', 'warning', 'info']).toContain(alert.labels.severity);
    expect(alert.annotations.summary).toMatch(/^[A-Z].*\.$/);
    expect(alert.annotations.runbook_url).toBe(`docs/runbook.md#${name.toLowerCase()}`);
  });
});

describe('the runbook', () => {
  const [, section = ''] = runbook.split('\n## Alerts\n');
  const headings = (section.split('\n## ')[0] ?? '').split('\n### ').slice(1);

  it('has one heading for every alert, and none for anything else', () => {
    expect(headings.map((part) => part.split('\n')[0]).sort()).toEqual(alerts.map(({ alert }) => alert).sort());
  });

  it.each(headings.map((part) => [part.split('\n')[0], part] as const))(
    '%s: what it means, what to look at, what to do, when it is over',
    (_name, part) => {
      const lines = [...part.matchAll(/^- \*\*(.+?):\*\* \S/gm)].map(([, word]) => word);
      expect(lines).toEqual(['Means', 'Look at', 'Do', 'Over when']);
    },
  );

  it('says of every part of the rounds what does not happen when it fails', () => {
    const [part = ''] = headings.filter((one) => one.startsWith('RegainSweeperFailing\n'));
    const { task } = METRIC_CATALOGUE.regain_sweeper_failures_total.labels;
    expect(task.filter((name) => !part.includes(`\`${name}\``))).toEqual([]);
  });

  it('names only metrics that exist', async () => {
    const known = await knownMetrics();
    const named = new Set([...runbook.matchAll(/`(regain_[a-z0-9_]+)/g)].map(([, name]) => name ?? ''));
    expect([...named].filter((name) => !known.has(name) && !(name in METRIC_CATALOGUE))).toEqual([]);
  });
});

describe('the dashboard', () => {
  it.each(queries.map(({ title, expr, legendFormat }) => [title, expr, legendFormat] as const))(
    '%s: %s',
    async (_title, expr, legend) => {
      expect(await faultsOf(expr)).toEqual([]);
      const kept = new Set([...OF_PROMETHEUS, ...readExpression(expr).grouping]);
      const shown = [...legend.matchAll(/\{\{([a-z_]+)\}\}/g)].map(([, label]) => label ?? '');
      expect(shown.filter((label) => !kept.has(label))).toEqual([]);
    },
  );

  it('shows every metric of the list', () => {
    const shown = new Set(queries.flatMap(({ expr }) => readExpression(expr).selectors.map(({ metric }) => metric)));
    const missing = Object.entries(entries).filter(
      ([name, { type }]) => !shown.has(type === 'histogram' ? `${name}_bucket` : name),
    );
    expect(missing.map(([name]) => name)).toEqual([]);
  });

  it('has panels that do not lie on each other', () => {
    const cells = dashboard.panels.flatMap(({ gridPos: { h, w, x, y } }) =>
      Array.from({ length: h * w }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });
});
