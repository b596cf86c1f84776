import { describe, expect, it } from '@jest/globals';
import type { DiscoveryService } from '@nestjs/core';
import { z } from 'zod';
import { Logger } from '../logging/logger.js';
import { Metrics } from '../telemetry/metrics.js';
import { defineJob } from './job-contract.js';
import { JobProcessor } from './job-processor.js';
import { assertOneProcessorEach } from './processor-inventory.js';

const CONTRACT = defineJob({ name: 'tidy', schema: z.object({}), tries: 1, backoffMs: 1, concurrency: 1 });

class TidyProcessor extends JobProcessor<object> {
  readonly contract = CONTRACT;
  protected async handle(): Promise<void> {}
}

/** As Nest makes it; without a log when its module imports none. */
const made = (given: object = { jobLogger: Logger.create('silent'), jobMetrics: new Metrics() }): TidyProcessor =>
  Object.assign(new TidyProcessor(), given);

const starts = (...processors: TidyProcessor[]): void =>
  assertOneProcessorEach({
    getProviders: () => processors.map((instance) => ({ instance })),
  } as unknown as DiscoveryService);

describe('a worker', () => {
  it('starts with one processor for each kind of work', () => {
    expect(() => starts(made())).not.toThrow();
  });

  it('refuses to lose work or to do it twice', () => {
    expect(() => starts()).toThrow('tidy has 0 processors');
    expect(() => starts(made(), made())).toThrow('tidy has 2 processors');
  });

  it.each([
    ['log', { jobMetrics: new Metrics() }],
    ['metrics', { jobLogger: Logger.create('silent') }],
  ])('refuses a processor without %s: nobody would see it fail', (_what, given) => {
    expect(() => starts(made(given))).toThrow('no log or no metrics are at hand for: tidy');
  });
});
