import type pg from 'pg';
import type { Config } from '../platform/config/config.js';
import { ProviderRegistry } from '../verification/providers/provider-registry.js';
import { importProviderModules } from '../verification/providers/provider-modules.js';
import { SystemClock } from '../platform/clock/clock.js';
import { ConfigurationError } from '../platform/config/config.js';
import { Logger } from '../platform/logging/logger.js';
import { anchorFindings } from './anchor-check.js';
import { connectionFindings } from './connections-check.js';
import { databaseFindings, type Patience } from './database-check.js';
import { environmentFindings, type ReadSettings } from './environment-checks.js';
import { fault, ok, type Finding } from './finding.js';
import { keyRingFindings } from './key-ring-check.js';
import { objectStoreFindings } from './object-store-check.js';
import { firstLookFindings, ownMachineFindings } from './own-machine-check.js';
import { outboundFindings } from './outbound-check.js';
import { LIVING_POLICIES, policyFindings, type StoredDocument } from './policy-check.js';
import { providerSecretFindings } from './provider-secrets-check.js';
import { redisFindings } from './redis-check.js';

/**
 * Everything there is to say about a production deployment before it starts: settings first, then what they lead to.
 *
 * @param probe also do what leaves a trace for a moment, as `regain doctor` may
 * @param patience with a database that is not there yet
 */
export async function allFindings(
  settings: ReadSettings,
  raw: Config['raw'],
  { probe, patience }: { probe: boolean; patience?: Patience },
): Promise<Finding[]> {
  const stored = async (client: pg.Client): Promise<Finding[]> => {
    const { rows } = await client.query<StoredDocument>(LIVING_POLICIES);
    return [
      ...policyFindings(rows, settings.PROVIDERS ?? []),
      ...(await anchorFindings(client, settings)),
      ...(await connectionFindings(client, settings)),
    ];
  };
  const connected = await Promise.all([
    providerFindings(settings, raw, { probe }),
    databaseFindings(settings.DATABASE_URL, stored, patience),
    redisFindings(settings.REDIS_URL, probe ? 'fault' : 'warning'),
    objectStoreFindings(settings, { probe }),
  ]);
  const read = [
    ...environmentFindings(settings),
    ...keyRingFindings(settings.KEYRING_FILE),
    ...outboundFindings(settings),
  ];
  return [...read, ...connected.flat()];
}

async function providerFindings(
  settings: ReadSettings,
  raw: Config['raw'],
  { probe }: { probe: boolean },
): Promise<Finding[]> {
  const remedy = 'docs/generated/configuration.md has every provider’s variables';
  try {
    const outside = await importProviderModules(settings.PROVIDER_MODULES ?? []);
    const choice = { enabled: settings.PROVIDERS ?? [], environment: raw, outside };
    const secrets = providerSecretFindings(ProviderRegistry.settings(choice), raw);
    const faults = ProviderRegistry.faults(choice);
    if (faults.length > 0) return [...faults.map((text) => named(text, remedy)), ...secrets];
    const registry = ProviderRegistry.load({ ...choice, ...CALLS_NOBODY });
    const own = await ownMachineFindings(registry, { probe }).finally(() => registry.close());
    return [...secrets, ...own, ...firstLookFindings(registry), ...(probe ? uncalled(registry) : [])];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.faults.map((text) => named(text, remedy));
  }
}

/** Partners are called for a person, or by a running service: a check that calls them could cost a session. */
function uncalled(registry: ProviderRegistry): Finding[] {
  const away = registry.all().filter(({ capabilities }) => capabilities.dataLeaves !== 'organisation');
  const names = away.map(({ id }) => id).join(', ');
  return away.length > 0
    ? [ok('PROVIDERS', `not called from here: ${names}; GET /v1/providers says how they are`)]
    : [];
}

/** Only what works on this machine is asked, and what it would log is in its answer. */
const CALLS_NOBODY = {
  http: { send: () => Promise.reject(new Error('A start check calls no partner.')) },
  clock: new SystemClock(),
  logger: Logger.create('silent'),
};

/** `NAME: what is wrong`, as the configuration says it, as a finding. */
export function named(text: string, remedy: string): Finding {
  const [subject = '', ...rest] = text.split(': ');
  return fault(subject, rest.join(': '), remedy);
}
