import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Fault } from './fault.js';
import { expectWellFormed, passedKinds } from './expectations.js';
import type { PartnerOutcome } from './options.js';
import type { Suite } from './suite.js';

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
      const property = fc.asyncProperty(CHANGE, async (change) => {
        const fault: Fault = { kind: 'rewritten', rewrite: (body) => alter(body, change) };
        const { value: report, error } = await world.under(fault, () => world.fetch(opened));
        if (error) return expect(REFUSALS).toContain(error.code);
        expectWellFormed(report, suite.capabilities);
        expect(before).toEqual(expect.arrayContaining(passedKinds(report)));
      });
      await fc.assert(property, { numRuns: 150 });
    });
  });
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
