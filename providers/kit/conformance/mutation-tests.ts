import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ProviderReport, Sensitive } from '../index.js';
import { expectWellFormed, passedKinds } from './expectations.js';
import type { PartnerOutcome } from './options.js';
import type { Suite } from './suite.js';
import type { OpenSession, Settled } from './world.js';

const REFUSALS = ['unintelligible', 'not_authentic', 'session_unknown', 'not_ready'];
const CHANGE = fc.record({
  at: fc.nat(),
  value: fc.oneof(fc.jsonValue() as fc.Arbitrary<Json>, fc.constantFrom('approved', 'pass', 'ok', 'true')),
  drop: fc.boolean(),
});

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** A genuine answer with one thing in it put otherwise: schema drift, or somebody on the way. */
export function declareMutationTests(suite: Suite): void {
  const outcomes: PartnerOutcome[] = [
    'pass',
    ...suite.capabilities.checks.slice(0, 1).map((kind) => `fail:${kind}` as const),
  ];
  describe.each(outcomes)('the answer of a %s with something changed in it', (outcome) => {
    it('is refused or reported in the contract’s shape, and passes nothing new', async () => {
      const world = suite.world();
      const opened = await world.openAndFinish(outcome);
      const before = passedKinds(await world.fetch(opened));
      const report = await reporterOf(suite, { opened, outcome });
      const property = fc.asyncProperty(CHANGE, async (change) => {
        const { value, error } = await report((body) => alter(body, change));
        if (error) return expect(REFUSALS).toContain(error.code);
        expectWellFormed(value, suite.capabilities);
        expect(before).toEqual(expect.arrayContaining(passedKinds(value)));
      });
      await fc.assert(property, { numRuns: 150 });
    });
  });
}

type Rewrite = (body: Buffer) => string | Uint8Array;

/** How a rewritten answer gets in: by asking the partner, in its push, or in exchange for the browser's code. */
async function reporterOf(
  suite: Suite,
  from: { opened: OpenSession; outcome: PartnerOutcome },
): Promise<(rewrite: Rewrite) => Promise<Settled<ProviderReport>>> {
  const world = suite.world();
  const { opened, outcome } = from;
  const { resultTransport } = suite.capabilities;
  if (resultTransport === 'callback_only') {
    const pushes = world.receiver.pushes.slice();
    return async (rewrite) => {
      const deliveries: Sensitive<string>[] = [];
      for (const raw of pushes) {
        const push = { ...raw, body: Buffer.from(rewrite(Buffer.from(raw.body))) };
        const { value } = await world.settle(world.verify(push));
        if (value?.content?.reference === opened.context.reference) deliveries.push(value.content.payload);
      }
      return world.settle(world.adapter().fetchResult({ ...opened.session, deliveries }));
    };
  }
  if (resultTransport === 'oidc_code') {
    return async (rewrite) => {
      const again = await world.open();
      const query = (await world.play(again, outcome)) ?? {};
      const { error } = await world.under({ kind: 'rewritten', rewrite }, () => world.comeBack(again, query));
      return error ? { error } : world.settle(world.fetch(again));
    };
  }
  return (rewrite) => world.under({ kind: 'rewritten', rewrite }, () => world.fetch(opened));
}

/** Replaces or drops the member that comes `at`-th in document order. What is not JSON is cut in two instead. */
function alter(body: Buffer, change: { at: number; value: Json; drop: boolean }): string | Buffer {
  let document: Json;
  try {
    document = JSON.parse(body.toString('utf8')) as Json;
  } catch {
    return body.subarray(0, body.length >> 1);
  }
  const places = placesIn(document);
  const place = places[change.at % Math.max(1, places.length)];
  if (!place) return JSON.stringify(change.value);
  if (Array.isArray(place.holder)) place.holder.splice(Number(place.name), 1, ...(change.drop ? [] : [change.value]));
  else if (change.drop) delete place.holder[place.name];
  else place.holder[place.name] = change.value;
  return JSON.stringify(document);
}

function placesIn(value: Json): { holder: Json[] | { [name: string]: Json }; name: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [{ holder: value, name }, ...placesIn(inner)]);
}
