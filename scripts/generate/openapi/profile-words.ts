import { MEMBER_WORDS } from '../../../src/policy/member-words.js';
import { isSchema, nameOf, type OpenApiSchema } from './schema-3-0.js';

/** The two sides of a recovery profile, and the views that have its members beside others. */
const PROFILES = /^(?:Saved)?Policy(?:Profile|View|Patch)/;

const isDirected = (stricter: string): boolean => !stricter.startsWith('neither');

/** Says of each member of a profile what docs/policies.md says of it. */
export function describeProfile(schemas: Record<string, OpenApiSchema>): void {
  for (const [name, schema] of Object.entries(schemas)) {
    if (!PROFILES.test(name)) continue;
    for (const [path, { meaning, stricter }] of Object.entries(MEMBER_WORDS)) {
      const member = memberAt(path.split('.'), schema, schemas);
      if (member) say(member, isDirected(stricter) ? `${meaning}. Stricter: ${stricter}.` : `${meaning}.`);
    }
  }
}

/** Beside a reference OpenAPI 3.0 takes no words; it takes them beside an `allOf`. */
function say(member: OpenApiSchema, words: string): void {
  const { $ref } = member;
  if ($ref !== undefined) {
    delete member.$ref;
    member.allOf = [{ $ref }];
  }
  member.description ??= words;
}

function memberAt(
  [first = '', ...others]: string[],
  schema: OpenApiSchema,
  schemas: Record<string, OpenApiSchema>,
): OpenApiSchema | undefined {
  const target = referred(schema, schemas);
  const member = isSchema(target.properties) ? (target.properties[first] as OpenApiSchema | undefined) : undefined;
  if (!member || others.length === 0) return member;
  return memberAt(others, member, schemas);
}

function referred(schema: OpenApiSchema, schemas: Record<string, OpenApiSchema>): OpenApiSchema {
  const [only] = (schema.allOf ?? [schema]) as OpenApiSchema[];
  const { $ref } = only ?? {};
  return typeof $ref === 'string' ? (schemas[nameOf($ref)] ?? schema) : schema;
}
