import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { NestFactory, type DiscoveryService } from '@nestjs/core';
import { z } from 'zod';
import { Logger } from '../logging/logger.js';
import { Metrics } from '../telemetry/metrics.js';
import { defineJob } from './job-contract.js';
import { JobProcessor } from './job-processor.js';
import { assertOneProcessorEach } from './processor-inventory.js';

const CONTRACT = defineJob({ name: 'tidy', schema: z.object({}), tries: 1, backoffMs: 1, concurrency: 1 });

@Injectable()
class TidyProcessor extends JobProcessor<object> {
  readonly contract = CONTRACT;
  protected async handle(): Promise<void> {}
}

const LOG = { provide: Logger, useFactory: () => Logger.create('silent') };

class OneModule {}

const starts = (...processors: TidyProcessor[]): void =>
  assertOneProcessorEach({
    getProviders: () => processors.map((instance) => ({ instance })),
  } as unknown as DiscoveryService);

describe('a worker', () => {
  it('starts with one processor for each kind of work', () => {
    expect(() => starts(new TidyProcessor())).not.toThrow();
  });

  it('refuses to lose work or to do it twice', () => {
    expect(() => starts()).toThrow('tidy has 0 processors');
    expect(() => starts(new TidyProcessor(), new TidyProcessor())).toThrow('tidy has 2 processors');
  });

  it.each([
    ['log', [Metrics], 'Logger'],
    ['metrics', [LOG], 'Metrics'],
  ])('refuses a processor without %s: nobody would see it fail', async (_what, given, missing) => {
    const module = { module: OneModule, providers: [TidyProcessor, ...given] };
    await expect(NestFactory.createApplicationContext(module, { logger: false, abortOnError: false })).rejects.toThrow(
      new RegExp(`can't resolve dependencies of the TidyProcessor.*${missing}`),
    );
  });

  it('gives each processor its log and its metrics', async () => {
    const module = { module: OneModule, providers: [TidyProcessor, LOG, Metrics] };
    const context = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
    expect(context.get(TidyProcessor)).toMatchObject({
      jobLogger: expect.any(Logger) as unknown,
      jobMetrics: expect.any(Metrics) as unknown,
    });
    await context.close();
  });
});
