import type { ZodType } from 'zod';
import { z } from 'zod';
import { packageRoot } from '../../src/platform/package-root/package-root.js';
import { PROVIDER_CATALOGUE } from '../../providers/index.js';
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
    ...head,
    ...rowsOf(Environment),
    ...adapters,
    '',
  ].join('\n');
}
