import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ProviderDefinition } from '../../../providers/kit/index.js';
import { ConfigurationError } from '../../platform/config/config.js';

/** As npm has it: letters, digits, dashes, dots and underscores, with a scope or without. */
const PACKAGE_NAME = /^(@[a-z0-9-][a-z0-9._-]*\/)?[a-z0-9-][a-z0-9._-]*$/;
const PROVIDER_ID = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/**
 * The definitions of adapters from outside the repository, one of each module: what it exports as `provider`. This runs
 * the modules' code with everything that the service itself may do.
 * @param names absolute paths and package names, as in `PROVIDER_MODULES`
 * @throws ConfigurationError with the faults of all of them
 */
export async function importProviderModules(names: readonly string[]): Promise<ProviderDefinition[]> {
  const faults: string[] = [];
  const definitions: ProviderDefinition[] = [];
  for (const name of names) {
    const outcome = await importProvider(name);
    if (typeof outcome === 'string') faults.push(`PROVIDER_MODULES: ${JSON.stringify(name.slice(0, 200))} ${outcome}`);
    else definitions.push(outcome);
  }
  if (faults.length > 0) throw new ConfigurationError(faults);
  return definitions;
}

/** The definition, or what is wrong with the module. */
async function importProvider(name: string): Promise<ProviderDefinition | string> {
  if (!isAbsolute(name) && !PACKAGE_NAME.test(name)) return 'is neither an absolute path nor the name of a package';
  try {
    const specifier = isAbsolute(name) ? pathToFileURL(name).href : name;
    const { provider } = (await import(specifier)) as { provider?: unknown };
    return isProviderDefinition(provider) ? provider : 'does not export a ProviderDefinition as "provider"';
  } catch (error) {
    return `cannot be imported (${describe(error)})`;
  }
}

/** What failed, without the message: a module's own error may quote anything, the environment included. */
function describe(error: unknown): string {
  const { code, name } = Object(error) as { code?: unknown; name?: unknown };
  return [code, name].find((word) => typeof word === 'string') ?? typeof error;
}

function isProviderDefinition(value: unknown): value is ProviderDefinition {
  if (typeof value !== 'object' || value === null) return false;
  const { id, environment, create } = value as Partial<Record<keyof ProviderDefinition, unknown>>;
  return typeof id === 'string' && PROVIDER_ID.test(id) && typeof create === 'function' && canParse(environment);
}

function canParse(environment: unknown): boolean {
  return (
    typeof environment === 'object' &&
    environment !== null &&
    'safeParse' in environment &&
    typeof environment.safeParse === 'function'
  );
}
