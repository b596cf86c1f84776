import type { DiscoveryService } from '@nestjs/core';
import { jobContracts } from './job-contract.js';
import { JobProcessor } from './job-processor.js';

/** Every processor of this process. */
export function processorsIn(discovery: DiscoveryService): JobProcessor<unknown>[] {
  return discovery
    .getProviders()
    .map((wrapper) => wrapper.instance as unknown)
    .filter((instance): instance is JobProcessor<unknown> => instance instanceof JobProcessor);
}

/** Refuses to start when a kind of work has no processor or two: one would be lost, the other done twice. */
export function assertOneProcessorEach(discovery: DiscoveryService): void {
  const found = processorsIn(discovery).map(({ contract }) => contract.name);
  const faults = jobContracts()
    .map(({ name }) => ({ name, count: found.filter((other) => other === name).length }))
    .filter(({ count }) => count !== 1)
    .map(({ name, count }) => `${name} has ${count} processors`);
  if (faults.length > 0) throw new Error(`every job contract needs exactly one processor: ${faults.join('; ')}`);
}
