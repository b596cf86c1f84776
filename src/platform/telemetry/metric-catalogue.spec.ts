import { describe, expect, it } from '@jest/globals';
import { METRIC_CATALOGUE, type MetricEntry } from './metric-catalogue.js';
import { SECURITY_EVENT_TYPES, TOKEN_OUTCOMES } from './outcome-labels.js';
import { Metrics } from './metrics.js';

const entries: [string, MetricEntry][] = Object.entries(METRIC_CATALOGUE);
/** Anything but base units (https://prometheus.io/docs/practices/naming/#base-units), and words that say the type again. */
const OTHER_UNITS = /_(ms|millis|milliseconds|minutes|hours|days|kb|mb|percent|counter|gauge|histogram)(_|$)/;
const RESERVED = new Set(['le', 'quantile', 'job_name', 'instance']);

describe.each(entries)('%s', (name, { type, help, labels }) => {
  it('is named as Prometheus asks', () => {
    expect(name).toMatch(/^regain_[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    expect(name).not.toMatch(/_(count|sum|bucket)$/);
    expect(name).not.toMatch(OTHER_UNITS);
    if (type === 'histogram') expect(name).toMatch(/_seconds$/);
    if (/_(age|duration|latency)/.test(name)) expect(name).toMatch(/_seconds$/);
  });

  it('says what it is, and its labels are closed sets', () => {
    expect(help).toMatch(/^[A-Z0-9].*\.$/);
    for (const [label, values] of Object.entries(labels)) {
      expect(label).toMatch(/^[a-z][a-z_]*$/);
      expect(RESERVED.has(label)).toBe(false);
      expect(values.length).toBeGreaterThan(0);
    }
  });
});

it('every entry of the catalogue is registered once, with its labels', async () => {
  const registered = (await new Metrics().registry.getMetricsAsJSON()).filter(({ name }) => name.startsWith('regain_'));
  expect(registered.map(({ name }) => name).sort()).toEqual(Object.keys(METRIC_CATALOGUE).sort());
});

it('counters whose labels are all listed start at zero, so that the first event of a kind is an increase', async () => {
  const metrics = new Metrics();
  const { values } = await metrics.securityEvents.get();
  expect(values.map(({ labels, value }) => [labels.type, value])).toEqual(
    SECURITY_EVENT_TYPES.map((type) => [type, 0]),
  );
  expect((await metrics.tokens.get()).values.length).toBe(TOKEN_OUTCOMES.length);
});
