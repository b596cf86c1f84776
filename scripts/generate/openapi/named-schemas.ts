import { isDeepStrictEqual } from 'node:util';
import { z, type ZodType } from 'zod';
import { isSchema, withNull, type OpenApiSchema } from './schema-3-0.js';

/** Who writes a value of a schema: the caller (`input`: what has a default may be left out) or the service (`output`). */
export type Side = 'input' | 'output';

const PLACE = '#/components/schemas/';
const ZODS_PLACE = '#/definitions/';

/**
 * The schemas that have a name (`.meta({ id })` where they are defined), each written once under `components/schemas`.
 * A name that means two things, since what a caller writes leaves out what has a default, is two schemas: `X` as
 * it is answered and `XInput` as it is sent.
 */
export class NamedSchemas {
  readonly #found = { input: new Map<string, OpenApiSchema>(), output: new Map<string, OpenApiSchema>() };

  /** A zod schema as an OpenAPI 3.0 schema object, with references to those of its parts that have a name. */
  of(schema: ZodType, side: Side): OpenApiSchema {
    const { definitions = {}, ...rest } = z.toJSONSchema(schema, {
      target: 'openapi-3.0',
      io: side,
      unrepresentable: 'any',
      override: ({ zodSchema, jsonSchema }) => {
        plain(jsonSchema, { isOpen: isOpen(zodSchema), side });
        withDefault(jsonSchema, zodSchema);
      },
    }) as OpenApiSchema & { definitions?: Record<string, OpenApiSchema> };
    for (const [name, definition] of Object.entries(definitions)) this.keep(name, { definition, side });
    return markSide(rest, side) as OpenApiSchema;
  }

  private keep(name: string, { definition, side }: { definition: OpenApiSchema; side: Side }): void {
    const known = this.#found[side].get(name);
    const marked = markSide(definition, side) as OpenApiSchema;
    if (known && !isDeepStrictEqual(known, marked)) throw new Error(`two schemas are called ${name}`);
    this.#found[side].set(name, marked);
  }

  /** The document with every reference at its last place, and the named schemas, in the order of their names. */
  settle<Document>(document: Document): { document: Document; schemas: Record<string, OpenApiSchema> } {
    const twofold = this.twofold();
    const nameOf = (name: string, side: Side): string =>
      side === 'input' && twofold.has(name) ? `${name}Input` : name;
    const settled = <Value>(value: Value): Value => unmarkSide(value, nameOf) as Value;
    const all = (['output', 'input'] as const).flatMap((side) =>
      [...this.#found[side]].map(([name, schema]): [string, OpenApiSchema] => [nameOf(name, side), settled(schema)]),
    );
    const schemas = Object.fromEntries(all.sort(([one], [other]) => (one < other ? -1 : 1)));
    return withNull({ document: settled(document), schemas });
  }

  /** Names whose two sides differ, themselves or in a schema that they refer to. */
  private twofold(): Set<string> {
    const { input, output } = this.#found;
    const twofold = new Set<string>();
    const sideless = (schema: OpenApiSchema | undefined): unknown => unmarkSide(schema, (name) => name);
    for (const [name, schema] of input)
      if (output.has(name) && !isDeepStrictEqual(sideless(schema), sideless(output.get(name)))) twofold.add(name);
    for (let before = -1; before < twofold.size;) {
      before = twofold.size;
      for (const [name, schema] of input)
        if (output.has(name) && namesIn(schema).some((other) => twofold.has(other))) twofold.add(name);
    }
    return twofold;
  }
}

/** What zod writes into a schema and says nothing to a reader, or promises more than the service does. */
function plain(schema: OpenApiSchema, { isOpen, side }: { isOpen: boolean; side: Side }): void {
  // Beside a format of time its own pattern, of 300 characters, says the same again.
  if (['date-time', 'date'].includes(schema.format as string)) delete schema.pattern;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  // An answer may get further members; a strict object refuses them.
  if (side === 'output' && isOpen && schema.additionalProperties === false) delete schema.additionalProperties;
}

/** Zod leaves out the default of what it reads from a text, since the default is the value and not the text. */
function withDefault(schema: OpenApiSchema, { _zod: { def } }: z.core.$ZodType): void {
  if (def.type === 'default') schema.default ??= (def as z.core.$ZodDefaultDef).defaultValue;
}

/** Whether a schema is that of an object which says nothing of further members. */
const isOpen = ({ _zod: { def } }: z.core.$ZodType): boolean =>
  def.type === 'object' && (def as z.core.$ZodObjectDef).catchall === undefined;

/** A schema of what a caller sends with all of its parts in place, whether they have a name or not. */
export const inputSchema = (schema: ZodType): OpenApiSchema =>
  z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io: 'input',
    unrepresentable: 'any',
    metadata: z.registry<Record<string, unknown>>(),
    override: ({ jsonSchema }) => plain(jsonSchema, { isOpen: false, side: 'input' }),
  });

/** Until both sides of all schemas are known, a reference carries its side. */
const markSide = (value: unknown, side: Side): unknown =>
  withReferences(value, (reference) =>
    reference.startsWith(ZODS_PLACE) ? `${side}:${reference.slice(ZODS_PLACE.length)}` : reference,
  );

const unmarkSide = (value: unknown, nameOf: (name: string, side: Side) => string): unknown =>
  withReferences(value, (reference) => {
    const [, side, name] = /^(input|output):(.+)$/.exec(reference) ?? [];
    return side && name ? `${PLACE}${nameOf(name, side as Side)}` : reference;
  });

function namesIn(schema: OpenApiSchema): string[] {
  const names: string[] = [];
  withReferences(schema, (reference) => {
    names.push(reference.replace(/^(?:input|output):/, ''));
    return reference;
  });
  return names;
}

function withReferences(value: unknown, change: (reference: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => withReferences(item, change));
  if (!isSchema(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === '$ref' && typeof member === 'string' ? change(member) : withReferences(member, change),
    ]),
  );
}
