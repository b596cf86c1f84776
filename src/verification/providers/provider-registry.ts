import { PROVIDER_CATALOGUE } from '../../../providers/index.js';
import type { ProviderAdapter, ProviderDefinition } from '../../../providers/kit/index.js';
import type { Subject } from '../../directory/subject.js';
import { ConfigurationError, variableFault } from '../../platform/config/config.js';
import type { PolicyDocument } from '../../policy/policy.js';
import { providerIds } from '../../policy/provider-rules.js';
import { portsFor, type HostParts } from './provider-ports.js';

export interface CatalogueOptions {
  /** Ids to load, as in `PROVIDERS`. */
  enabled: readonly string[];
  environment: Readonly<Record<string, string | undefined>>;
  catalogue?: readonly ProviderDefinition[];
  /** Definitions beside the catalogue, as `PROVIDER_MODULES` brings them. None may take an id that exists. */
  outside?: readonly ProviderDefinition[];
}

export interface RegistryOptions extends HostParts, CatalogueOptions {}

/** The providers this deployment has loaded. Nobody else knows what stands behind an id. */
export class ProviderRegistry {
  readonly #adapters: ReadonlyMap<string, ProviderAdapter>;

  constructor(adapters: readonly ProviderAdapter[]) {
    this.#adapters = new Map(adapters.map((adapter) => [adapter.id, adapter]));
  }

  /** Loads every enabled provider or none. @throws ConfigurationError naming every fault of every provider at once */
  static load(options: RegistryOptions): ProviderRegistry {
    const { faults, settled } = readSettings(options);
    if (faults.length > 0) throw new ConfigurationError(faults);
    return new ProviderRegistry(
      settled.flatMap(
        ({ definition, settings }) => definition?.create(settings, portsFor(options, definition.id)) ?? [],
      ),
    );
  }

  /** Every fault that `load` would throw, without loading anything. */
  static faults(options: CatalogueOptions): string[] {
    return readSettings(options).faults;
  }

  /** What the schema of each enabled provider made of the environment, of those that could be read. */
  static settings(options: CatalogueOptions): unknown[] {
    return readSettings(options).settled.map(({ settings }) => settings);
  }

  get(id: string): ProviderAdapter | undefined {
    return this.#adapters.get(id);
  }

  all(): ProviderAdapter[] {
    return [...this.#adapters.values()];
  }

  /**
   * The policy's providers that are loaded, in its order. For a privileged subject the organisation's own machine never
   * stands in for a partner: it is offered only where the policy asks it first, and then its result is reviewed (rule 7).
   */
  offered(policy: Pick<PolicyDocument, 'providers'>, subject: Pick<Subject, 'privileged'>): ProviderAdapter[] {
    const loaded = providerIds(policy).flatMap((id) => this.get(id) ?? []);
    if (!subject.privileged) return loaded;
    return loaded.filter(
      (adapter) => adapter.id === providerIds(policy)[0] || adapter.capabilities.dataLeaves === 'partner',
    );
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.all().map(async (adapter) => adapter.close?.()));
  }
}

/** The settings of every enabled provider, and all that is wrong with them. */
function readSettings(options: CatalogueOptions): {
  faults: string[];
  settled: { definition: ProviderDefinition | undefined; settings: unknown }[];
} {
  const catalogue = [...(options.catalogue ?? PROVIDER_CATALOGUE), ...(options.outside ?? [])];
  const faults = takenIds(catalogue).map((id) => `PROVIDER_MODULES: there is a provider ${JSON.stringify(id)} already`);
  const settled = options.enabled.map((id) => {
    const definition = catalogue.find((candidate) => candidate.id === id);
    if (!definition) faults.push(`PROVIDERS: there is no provider ${JSON.stringify(id.slice(0, 40))}`);
    const environment = withoutEmpty(options.environment);
    const parsed = definition?.environment.safeParse(environment);
    for (const issue of parsed?.error?.issues ?? []) {
      const name = issue.path.join('.');
      faults.push(`${name}: ${variableFault(environment[name], issue)}`);
    }
    return { definition, settings: parsed?.data };
  });
  return { faults, settled };
}

/** Ids that more than one definition has: which of them is meant must never be a question of order. */
function takenIds(definitions: readonly ProviderDefinition[]): string[] {
  const ids = definitions.map(({ id }) => id);
  return [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))];
}

/** An empty variable is an absent one, as everywhere in the configuration. */
function withoutEmpty(environment: RegistryOptions['environment']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  );
}
