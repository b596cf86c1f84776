import { afterAll, afterEach, beforeAll, describe } from '@jest/globals';
import { ProviderError, type ProviderPorts } from '../index.js';
import { declareBindingTests } from './binding-tests.js';
import { declareDeclarationTests } from './declaration-tests.js';
import { declareLeakTests } from './leak-tests.js';
import { declareLifecycleTests } from './lifecycle-tests.js';
import { declareMutationTests } from './mutation-tests.js';
import type { ConformanceOptions } from './options.js';
import { declarePushTests } from './push-tests.js';
import { declareProofTest } from './proof-test.js';
import { declareRenewalTests } from './renewal-tests.js';
import type { Suite } from './suite.js';
import { declareTransportTests } from './transport-tests.js';
import { declareVerdictTests } from './verdict-tests.js';
import { ConformanceWorld, environmentOf, type WorldOptions } from './world.js';

/** For reading the capabilities before anything runs: an adapter made of these can do nothing. */
const INERT_PORTS: ProviderPorts = {
  http: { send: () => Promise.reject(new ProviderError('unreachable', 'inert')) },
  clock: { now: () => new Date(0) },
  logger: { info: () => undefined, warn: () => undefined },
};

/**
 * What every adapter must do, shown against its simulator over real HTTP. Call it at the top level of a spec; which
 * tests it declares follows from the adapter's capabilities, so that a claim cannot be made without its proof.
 */
export function describeProviderConformance<Settings, Credentials>(
  given: ConformanceOptions<Settings, Credentials>,
): void {
  const options = { ...given, credentials: given.simulator.credentials() } as WorldOptions;
  const { definition } = options;
  const settings = definition.environment.parse(environmentOf(options, 'http://127.0.0.1:9'));
  const { capabilities, renewHandoff } = definition.create(settings, INERT_PORTS);
  let world: ConformanceWorld | undefined;
  const suite: Suite = {
    options,
    capabilities,
    renews: renewHandoff !== undefined,
    world: () => {
      if (!world) throw new Error('the world starts with the first test');
      return world;
    },
  };

  describe(`${definition.id} conforms`, () => {
    beforeAll(async () => {
      world = await ConformanceWorld.start(options);
    });
    afterEach(() => world?.proxy.arm(undefined));
    afterAll(() => world?.close());

    declareDeclarationTests(suite);
    declareLifecycleTests(suite);
    declareRenewalTests(suite);
    declareVerdictTests(suite);
    declareBindingTests(suite);
    declarePushTests(suite);
    if (capabilities.dataLeaves === 'partner') {
      declareTransportTests(suite);
      declareMutationTests(suite);
    }
    declareLeakTests(suite);
    declareProofTest(suite);
  });
}
