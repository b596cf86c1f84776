import type { ZodType } from 'zod';
import { z } from 'zod';
import { packageRoot } from '../../src/platform/package-root/package-root.js';
import { PROVIDER_CATALOGUE } from '../../providers/index.js';
import { OF_ONE_ROLE } from '../../src/platform/config/config.js';
import { Environment } from '../../src/platform/config/environment.js';

interface Described {
  description?: string;
  default?: unknown;
}

function rowsOf(schema: ZodType): string[] {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, Described>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, member]) => {
    const fallback =
      member.default === undefined
        ? required.includes(name)
          ? '**needed**'
          : '–'
        : `\`${JSON.stringify(member.default).replaceAll(`${packageRoot()}/`, '')}\``;
    return `| \`${name}\` | ${fallback} | ${member.description ?? ''} |`;
  });
}

const listed = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

/** `docs/generated/configuration.md`: every variable that is read, with the adapters' own. */
export function configurationPage(): string {
  const head = ['| variable | default | meaning |', '|---|---|---|'];
  const adapters = PROVIDER_CATALOGUE.flatMap((definition) => [
    '',
    `## Provider ${definition.id}`,
    '',
    ...head,
    ...rowsOf(definition.environment),
  ]);
  return [
    '# Configuration',
    '',
    'Generated from the schemas the service validates itself with at start.',
    '',
    `Only API processes need ${listed(OF_ONE_ROLE.api)} (the console), and only workers ${listed(OF_ONE_ROLE.worker)}: the others`,
    'are not asked for them and do not look at them. The command line and the embedded profile read everything; `regain doctor',
    '--role api|worker` looks at the environment of one.',
    '',
    ...head,
    ...rowsOf(Environment),
    ...adapters,
    '',
  ].join('\n');
}
