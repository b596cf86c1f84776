import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ProviderErrorCode } from '../../../providers/kit/index.js';
import { recordingLogger } from '../../../test/model/core-stage.js';
import { Clock } from '../../platform/clock/clock.js';
import type { Database } from '../../platform/database/database.js';
import { Metrics } from '../../platform/telemetry/metrics.js';
import { ProviderControls } from './provider-controls.js';
import { ProviderVitals } from './provider-vitals.js';

/** Says nothing to other processes: these tests are about one. */
const nowhere = { transaction: async () => undefined } as unknown as Database;

class SteppedClock extends Clock {
  atMs = Date.now();
  now(): Date {
    return new Date(this.atMs);
  }
}

let vitals: ProviderVitals;
let clock: SteppedClock;
let metrics: Metrics;
let lines: string[];

beforeEach(() => {
  const log = recordingLogger();
  lines = log.lines;
  clock = new SteppedClock();
  metrics = new Metrics();
  vitals = new ProviderVitals(metrics, log.logger, clock, nowhere, new ProviderControls());
});

const calls = async (count: number, end: 'ok' | ProviderErrorCode, durationMs = 100): Promise<void> => {
  for (let call = 0; call < count; call += 1) await vitals.note('alpha', { kind: 'create', end, durationMs });
};
const logged = (code: string): number => lines.filter((line) => line.includes(`"code":"${code}"`)).length;
const raised = async (kind: string): Promise<number> =>
  (await metrics.providerAlarms.get()).values.find(({ labels }) => labels.kind === kind)?.value ?? 0;

describe('ProviderVitals', () => {
  it.each<ProviderErrorCode>(['rejected', 'not_ready', 'busy', 'not_authentic', 'session_unknown'])(
    'holds %s against nobody, however often',
    async (code) => {
      await calls(50, code);
      expect([vitals.circuit('alpha').state, vitals.summary('alpha').successRatio]).toEqual(['closed', 1]);
      expect(vitals.summary('alpha').errors).toEqual({ [code]: 50 });
    },
  );

  it.each<ProviderErrorCode>([
    'timeout',
    'unavailable',
    'unreachable',
    'unintelligible',
    'rate_limited',
    'unauthorized',
    'broken',
  ])('keeps people away after five times %s, and says so once', async (code) => {
    await calls(4, code);
    expect(vitals.restSeconds('alpha')).toBe(0);
    await calls(1, code);
    expect(vitals.restSeconds('alpha')).toBeGreaterThan(0);
    expect(vitals.restSeconds('beta')).toBe(0);
    expect(logged('provider_circuit_changed')).toBe(1);
  });

  it('tells at a scrape how its circuits stand, also when nobody came since the rest was over', async () => {
    const told = async (): Promise<Record<string, number>> => {
      metrics.tellOfNow();
      const { values } = await metrics.providerCircuit.get();
      return Object.fromEntries(values.map(({ labels: { aspect }, value }) => [aspect, value]));
    };
    await calls(5, 'unavailable');
    expect(await told()).toEqual({ create: 1, fetch: 0, result: 0 });
    clock.atMs += 10_000;
    expect(await told()).toEqual({ create: 0.5, fetch: 0, result: 0 });
    clock.atMs += 86_400_000;
    expect(await told()).toEqual({ create: 0.5, fetch: 0, result: 0 });
  });

  it('raises one alarm for a partner that has become slow, and another when it has again', async () => {
    await calls(19, 'ok', 2_900);
    expect(await raised('latency')).toBe(0);
    await calls(5, 'ok', 2_900);
    expect([await raised('latency'), logged('provider_alarm')]).toEqual([1, 1]);
    clock.atMs += 400_000;
    await calls(20, 'ok', 100);
    await calls(20, 'ok', 2_900);
    expect(await raised('latency')).toBe(2);
  });

  it('forgets what is older than five minutes', async () => {
    await calls(3, 'unavailable');
    clock.atMs += 301_000;
    await calls(1, 'ok', 40);
    expect(vitals.summary('alpha')).toEqual({
      calls: 1,
      successRatio: 1,
      medianLatencyMs: 40,
      p95LatencyMs: 40,
      errors: {},
    });
  });
});
