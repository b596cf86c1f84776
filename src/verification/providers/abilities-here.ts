import type { Config } from '../../platform/config/config.js';
import { SystemClock } from '../../platform/clock/clock.js';
import { Logger } from '../../platform/logging/logger.js';
import type { AbilitiesOf } from '../../policy/provider-abilities.js';
import { importProviderModules } from './provider-modules.js';
import { ProviderRegistry } from './provider-registry.js';

const CALLS_NOBODY = {
  http: { send: () => Promise.reject(new Error('A command on a profile calls no partner.')) },
  clock: new SystemClock(),
  logger: Logger.create('silent'),
};

/** What the providers of this environment can do; undefined where their variables are not all set and right. */
export async function abilitiesHere(
  enabled: readonly string[],
  modules: readonly string[],
  environment: Config['raw'],
): Promise<AbilitiesOf | undefined> {
  const choice = { enabled, environment, outside: await importProviderModules(modules) };
  if (ProviderRegistry.faults(choice).length > 0) return undefined;
  const registry = ProviderRegistry.load({ ...choice, ...CALLS_NOBODY });
  try {
    const known = new Map(registry.all().map(({ id, capabilities }) => [id, capabilities]));
    return (id) => known.get(id);
  } finally {
    await registry.close();
  }
}
