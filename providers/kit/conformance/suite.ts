import { it } from '@jest/globals';
import type { ProviderCapabilities } from '../index.js';
import type { ConformanceTopic } from './options.js';
import type { ConformanceWorld, WorldOptions } from './world.js';

/** What the parts of the suite share while they declare their tests. */
export interface Suite {
  options: WorldOptions;
  capabilities: ProviderCapabilities;
  /** Its addresses end before its sessions, so that it can be asked for others (`renewHandoff`). */
  renews: boolean;
  /** Only inside a test: it starts before the first one. */
  world: () => ConformanceWorld;
}

/** A test about something that a protocol may be unable to express; the reason shows where it is skipped. */
export function itUnlessExempt(
  { options }: Suite,
  test: { topic: ConformanceTopic; title: string; run: () => Promise<void> },
): void {
  const reason = options.notApplicable?.[test.topic];
  if (reason === undefined) it(test.title, test.run);
  else it.skip(`${test.title} (not applicable: ${reason})`, test.run);
}
