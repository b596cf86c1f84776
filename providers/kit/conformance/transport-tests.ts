import { describe, expect, it } from '@jest/globals';
import { status, type Fault } from './fault.js';
import { FAULT_CASES, SILENCES } from './fault-cases.js';
import { expectError, expectWellFormed } from './expectations.js';
import { renew } from './renewal-tests.js';
import { waitOutSilences, type Operation } from './silent-partner.js';
import { itUnlessExempt, type Suite } from './suite.js';
import type { Settled } from './world.js';

/** A port that is never listened on. */
const NOBODY_THERE = 'http://127.0.0.1:1';

/** Each call that reaches the partner, prepared in peace and then made under the fault. */
function operationsOf({ capabilities, renews }: Suite): Readonly<Record<string, Operation>> {
  const { resultTransport, handoff } = capabilities;
  const askable = resultTransport === 'push_thin' || resultTransport === 'poll';
  return {
    createSession: async (world) => {
      const context = world.context();
      return () => world.adapter().createSession(context);
    },
    ...(renews && {
      renewHandoff: async (world) => {
        const opened = await world.open();
        return () => renew(world, opened);
      },
    }),
    ...(askable && {
      fetchResult: async (world) => {
        const { session } = await world.openAndFinish('pass');
        return () => world.adapter().fetchResult(session);
      },
    }),
    ...(resultTransport === 'oidc_code' && {
      handleReturn: async (world) => {
        const opened = await world.open();
        const query = (await world.play(opened, 'pass')) ?? {};
        return async () => world.adapter().handleReturn?.(opened.session, query);
      },
    }),
    ...(handoff === 'capture' && {
      submitEvidence: async (world) => {
        const { session } = await world.open();
        return async () => world.adapter().submitEvidence?.(session);
      },
    }),
  };
}

/** The network and the partner's front door at their worst, over real sockets. */
export function declareTransportTests(suite: Suite): void {
  const operations = operationsOf(suite);
  const silent = waitOutSilences(suite, operations);
  for (const [name, prepare] of Object.entries(operations)) {
    const callUnder = async (fault: Fault) => {
      const world = suite.world();
      const call = await prepare(world);
      return world.under(fault, call);
    };
    describe(`${name} when the partner answers`, () => {
      for (const { title, fault, codes } of FAULT_CASES) {
        it(`${title}: ${codes.join(' or ')}, asked once`, async () => {
          const settled = await callUnder(fault);
          expectError(settled, codes);
          expect(settled.asked).toBe(1);
        });
      }
      for (const { title, codes } of SILENCES) {
        it(`${title}: ${codes.join(' or ')}, asked once`, () => {
          const settled = silent(name, title);
          expectError(settled, codes);
          expect(settled.asked).toBe(1);
        });
      }
      declareContentTypeTest(suite, callUnder);
      declareRedirectTest(suite, callUnder);
      declareRetryAfterTests(suite, callUnder);

      it('slowly, but in time: as if nothing had happened', async () => {
        const settled = await callUnder({ kind: 'slow', delayMs: 150 });
        expect(settled.error).toBeUndefined();
      });
    });
  }
  declareSideCallTests(suite);
}

type CallUnder = (fault: Fault) => Promise<Settled<unknown>>;

function declareContentTypeTest(suite: Suite, callUnder: CallUnder): void {
  itUnlessExempt(suite, {
    topic: 'wrong_content_type',
    title: 'with the right words in a page: unintelligible',
    run: async () => expectError(await callUnder({ kind: 'relabelled', contentType: 'text/html' }), ['unintelligible']),
  });
}

function declareRedirectTest(suite: Suite, callUnder: CallUnder): void {
  it.each([301, 302, 303, 307, 308])('%i elsewhere: unintelligible, and nobody goes there', async (code) => {
    const { url } = suite.world().receiver;
    expectError(await callUnder(status(code, { location: `${url}/redirected` })), ['unintelligible']);
    expect(suite.world().receiver.paths.filter((path) => path.endsWith('/redirected'))).toEqual([]);
  });
}

function declareRetryAfterTests(suite: Suite, callUnder: CallUnder): void {
  const retryAfter = async (value: string) => {
    const settled = await callUnder(status(429, { 'retry-after': value }));
    expectError(settled, ['rate_limited']);
    return settled.error?.details.retryAfterSeconds;
  };

  it('429 with seconds to wait: passed on', async () => {
    expect(await retryAfter('7')).toBe(7);
  });

  it('429 with a date to wait for: passed on as seconds by our clock', async () => {
    const at = new Date(suite.world().clock.now().getTime() + 60_000).toUTCString();
    const seconds = await retryAfter(at);
    expect(seconds).toBeGreaterThan(50);
    expect(seconds).toBeLessThanOrEqual(61);
  });

  it.each(['soon', '-5', '1e9', '7.5', 'Infinity', '0x10'])(
    '429 with %j: no hint rather than a wrong one',
    async (value) => {
      expect(await retryAfter(value)).toBeUndefined();
    },
  );
}

/** Calls nobody waits for fail in the same words. */
function declareSideCallTests(suite: Suite): void {
  const calls = [
    ...(suite.capabilities.cancel ? (['cancel'] as const) : []),
    ...(suite.capabilities.deletion === 'api' ? (['erase'] as const) : []),
  ];
  describe('its other calls', () => {
    for (const name of calls) {
      it.each([
        [503, 'unavailable'],
        [401, 'unauthorized'],
      ] as const)(`${name} when the partner answers %i: %s`, async (code, expected) => {
        const world = suite.world();
        const { session } = await world.open();
        const call = async () => world.adapter()[name]?.(session);
        expectError(await world.under(status(code), call), [expected]);
      });
    }

    it('an opening, when nobody listens: unreachable', async () => {
      const world = suite.world();
      expectError(await world.settle(world.adapter(NOBODY_THERE).createSession(world.context())), ['unreachable']);
    });

    it('health tells an outage instead of failing, and no more than that', async () => {
      const world = suite.world();
      const adapter = world.adapter();
      if (!adapter.health) return;
      expect(await adapter.health()).toMatchObject({ ok: true });
      const { value: health } = await world.under(status(503), async () => adapter.health?.());
      expect(health?.ok).toBe(false);
    });

    it('after all that, the next person gets through', async () => {
      const world = suite.world();
      const report = await world.fetch(await world.openAndFinish('pass'));
      expectWellFormed(report, suite.capabilities);
      expect(report.status).toBe('completed');
    });
  });
}
