import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Sensitive, type RawPush } from '../index.js';
import { expectError } from './expectations.js';
import { itUnlessExempt, type Suite } from './suite.js';

/** Headers that a client sets by itself and that prove nothing. */
const NEUTRAL = [
  'accept',
  'accept-encoding',
  'accept-language',
  'connection',
  'content-length',
  'content-type',
  'host',
];
NEUTRAL.push('sec-fetch-mode', 'user-agent', 'transfer-encoding');

/** Pushes are nudges, but only the partner may nudge. */
export function declarePushTests(suite: Suite): void {
  if (suite.capabilities.pushAuth === 'none') return;
  describe('a push', () => {
    declareGenuineTests(suite);
    declareOrderTests(suite);
    declareForgeryTests(suite);
  });
}

function declareGenuineTests(suite: Suite): void {
  it('that is genuine names its session and a delivery id', async () => {
    const world = suite.world();
    const opened = await world.openAndFinish('pass');
    const [push] = await world.pushesOf(opened);
    const carries = suite.capabilities.resultTransport === 'callback_only';
    const { idIsOfContent, ...verified } = push?.verified ?? {};
    expect(idIsOfContent !== true || !carries).toBe(true);
    expect(verified).toEqual({
      externalId: opened.session.externalId,
      deliveryId: expect.stringMatching(/^[\x21-\x7e]{1,200}$/),
      ...(carries && { content: { reference: opened.context.reference, payload: expect.any(Sensitive) } }),
    });
  });

  it('that comes again has the same delivery id, and another push has another', async () => {
    const world = suite.world();
    const [first] = await world.pushesOf(await world.openAndFinish('pass'));
    const [other] = await world.pushesOf(await world.openAndFinish('pass'));
    const again = await world.verify(first?.raw as RawPush);
    expect(again).toEqual(first?.verified);
    expect(other?.verified.deliveryId).not.toBe(first?.verified.deliveryId);
  });

  itUnlessExempt(suite, {
    topic: 'duplicate_push',
    title: 'that the partner sends several times at once is one delivery',
    run: async () => {
      const world = suite.world();
      const opened = await world.open();
      await world.finish(opened, 'duplicate');
      const pushes = await world.pushesOf(opened, 3);
      expect(new Set(pushes.map((push) => push.verified.deliveryId)).size).toBe(1);
    },
  });

  itUnlessExempt(suite, {
    topic: 'early_push',
    title: 'that overtakes the answer to the create call names the same session',
    run: async () => {
      const world = suite.world();
      const context = world.context();
      await world.simulator.setScenario(context.reference, { scenario: 'early_push' });
      const before = world.receiver.pushes.length;
      const opened = await world.open(context);
      expect(world.receiver.pushes.length).toBeGreaterThan(before);
      const [push] = await world.pushesOf(opened);
      expect(push?.verified.externalId).toBe(opened.session.externalId);
    },
  });
}

function declareOrderTests(suite: Suite): void {
  it('that comes out of order changes nothing about the truth', async () => {
    const world = suite.world();
    const [first, second] = [await world.open(), await world.open()];
    await world.finish(second, 'pass');
    await world.finish(first, 'pass');
    const pushes = [...(await world.pushesOf(second)), ...(await world.pushesOf(first))].reverse();
    for (const { raw, verified } of pushes) expect(await world.verify(raw)).toEqual(verified);
    expect((await world.fetch(first)).binding.externalId).toBe(first.session.externalId);
    expect((await world.fetch(second)).binding.externalId).toBe(second.session.externalId);
  });

  it('that comes late, after we cancelled, does not bring the session back', async () => {
    const world = suite.world();
    const adapter = world.adapter();
    if (!adapter.cancel) return;
    const opened = await world.open();
    await adapter.cancel(opened.session);
    await world.settle(world.finish(opened, 'pass').catch(() => undefined));
    const { value: report, error } = await world.settle(world.fetch(opened));
    expect(error?.code ?? report?.status).toMatch(/^(session_unknown|cancelled)$/);
  });
}

function declareForgeryTests(suite: Suite): void {
  const { capabilities } = suite;
  const genuine = async (): Promise<RawPush> => {
    const world = suite.world();
    const [push] = await world.pushesOf(await world.openAndFinish('pass'));
    return push?.raw as RawPush;
  };
  const refused = async (push: RawPush) => {
    const world = suite.world();
    expectError(await world.settle(world.verify(push)), ['not_authentic']);
  };

  it('without anything that proves its origin is refused', async () => {
    const { body, headers } = await genuine();
    const neutral = Object.entries(headers).filter(([name]) => NEUTRAL.includes(name));
    await refused({ body, headers: Object.fromEntries(neutral) });
    await refused({ body, headers: {} });
    await refused({ body: new Uint8Array(), headers: {} });
  });

  itUnlessExempt(suite, {
    topic: 'bad_signature',
    title: 'that the partner itself did not sign rightly is refused, and the truth can still be fetched',
    run: async () => {
      const world = suite.world();
      const opened = await world.open();
      const seen = world.receiver.pushes.length;
      await world.finish(opened, 'bad_signature');
      // Genuine ones of earlier tests may still be on their way.
      for (let at = seen, isGenuine = true; isGenuine; at += 1) {
        expect(await world.receiver.anotherAfter(at, 15_000)).toBe(true);
        const { error } = await world.settle(world.verify(world.receiver.pushes[at] as RawPush));
        isGenuine = error === undefined;
        if (error) expect(error.code).toBe('not_authentic');
      }
      if (capabilities.resultTransport !== 'callback_only')
        expect((await world.fetch(opened)).status).toBe('completed');
    },
  });

  it('whose proof was altered is refused', async () => {
    const { body, headers } = await genuine();
    for (const alter of [lastLetterChanged, cutShort, emptied, doubled]) {
      const altered = Object.entries(headers).map(([name, value]) => [
        name,
        NEUTRAL.includes(name) ? value : alter(value),
      ]);
      await refused({ body, headers: Object.fromEntries(altered) as Record<string, string> });
    }
  });

  if (capabilities.pushAuth === 'standard_webhooks' || capabilities.pushAuth === 'hmac') {
    itUnlessExempt(suite, {
      topic: 'changed_push_body',
      title: 'whose body was altered in a single bit is refused',
      run: async () => {
        const { body, headers } = await genuine();
        for (let position = 0; position < body.length; position += 1) {
          const altered = Uint8Array.from(body);
          altered[position] = (altered[position] ?? 0) ^ 1;
          await refused({ body: altered, headers });
        }
        await refused({ body: Buffer.concat([body, Buffer.from(' ')]), headers });
        await refused({ body: new Uint8Array(), headers });
      },
    });
  }

  if (capabilities.pushAuth === 'standard_webhooks') {
    it.each([-86_400, -310, 310, 86_400])('that is %i seconds away from our clock is refused', async (seconds) => {
      const push = await genuine();
      await suite.world().withClockSkew(seconds, () => refused(push));
    });
  }

  it('of any bytes under any headers fails in the contract’s words', async () => {
    const world = suite.world();
    const { headers } = await genuine();
    const names = Object.keys(headers).filter((name) => !NEUTRAL.includes(name));
    const wild = fc.dictionary(fc.constantFrom(...names), fc.string());
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), wild, async (body, wildHeaders) => {
        expectError(await world.settle(world.verify({ body, headers: wildHeaders })), [
          'not_authentic',
          'unintelligible',
        ]);
      }),
      { numRuns: 200 },
    );
  });
}

const lastLetterChanged = (text: string): string =>
  text.slice(0, -2) + (text.at(-2) === 'A' ? 'B' : 'A') + text.slice(-1);
const cutShort = (text: string): string => text.slice(0, Math.floor(text.length / 2));
const emptied = (): string => '';
const doubled = (text: string): string => `${text}, ${text}`;
