import { beforeEach, describe, expect, it } from '@jest/globals';
import { ProviderError, type ProviderAdapter, type ProviderHealth } from '../../../providers/kit/index.js';
import { recordingLogger } from '../../../test/model/core-stage.js';
import { Clock } from '../../platform/clock/clock.js';
import { Metrics } from '../../platform/telemetry/metrics.js';
import { KnownHealth } from './known-health.js';
import { ProviderCalls } from './provider-calls.js';
import type { ProviderVitals } from './provider-vitals.js';

class SteppedClock extends Clock {
  atMs = Date.now();
  now(): Date {
    return new Date(this.atMs);
  }
}

/** A partner that answers when it is told to. */
class Partner {
  readonly #waiting: { resolve: (health: ProviderHealth) => void; reject: (error: Error) => void }[] = [];
  asked = 0;
  readonly adapter: ProviderAdapter;

  constructor(id: string) {
    const health = (): Promise<ProviderHealth> => {
      this.asked += 1;
      return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
    };
    this.adapter = { id, health } as unknown as ProviderAdapter;
  }

  answer(health: ProviderHealth): void {
    this.#waiting.shift()?.resolve(health);
  }

  fail(error: Error): void {
    this.#waiting.shift()?.reject(error);
  }
}

let clock: SteppedClock;
let known: KnownHealth;
let alpha: Partner;

beforeEach(() => {
  clock = new SteppedClock();
  const calls = new ProviderCalls(new Metrics(), recordingLogger().logger, {} as ProviderVitals);
  known = new KnownHealth(calls, clock);
  alpha = new Partner('alpha');
});

const heard = async (health: ProviderHealth): Promise<void> => {
  const asked = known.of(alpha.adapter);
  alpha.answer(health);
  expect(await asked).toEqual(health);
};

describe('how a provider is', () => {
  it('is asked once, however many want to know at the same time', async () => {
    const all = Array.from({ length: 20 }, () => known.of(alpha.adapter));
    expect(alpha.asked).toBe(1);
    alpha.answer({ ok: true });
    expect(new Set((await Promise.all(all)).map(({ ok }) => ok))).toEqual(new Set([true]));
  });

  it('is known for half a minute from the answer on, good or bad, and asked anew then', async () => {
    for (const health of [{ ok: true }, { ok: false, detail: 'tired' }]) {
      const asked = known.of(alpha.adapter);
      // However long the answer took.
      clock.atMs += 3_000;
      alpha.answer(health);
      expect(await asked).toEqual(health);
      const before = alpha.asked;
      clock.atMs += 29_999;
      expect(await known.of(alpha.adapter)).toEqual(health);
      expect(alpha.asked).toBe(before);
      clock.atMs += 1;
    }
    await heard({ ok: true });
    expect(alpha.asked).toBe(3);
  });

  it('is known of one that does not answer as well: it is asked no oftener than the others', async () => {
    const asked = known.of(alpha.adapter);
    alpha.fail(new ProviderError('unavailable', 'nobody there'));
    expect(await asked).toEqual({ ok: false, detail: 'unavailable' });
    expect(await known.of(alpha.adapter)).toEqual({ ok: false, detail: 'unavailable' });
    expect(alpha.asked).toBe(1);
    clock.atMs += 30_000;
    await heard({ ok: true });
  });

  it('is known of each by itself, and of one that has no such call it is good', async () => {
    const beta = new Partner('beta');
    await heard({ ok: true });
    const asked = known.of(beta.adapter);
    beta.answer({ ok: false });
    expect([await asked, await known.of(alpha.adapter)]).toEqual([{ ok: false }, { ok: true }]);
    expect(await known.of({ id: 'gamma' } as ProviderAdapter)).toEqual({ ok: true });
  });
});
