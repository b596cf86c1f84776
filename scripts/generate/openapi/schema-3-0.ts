export type OpenApiSchema = Record<string, unknown>;
type Schemas = Record<string, OpenApiSchema>;

export const isSchema = (value: unknown): value is OpenApiSchema => typeof value === 'object' && value !== null;

/** What a reference points at, by its name. */
export const nameOf = (reference: string): string => reference.slice(reference.lastIndexOf('/') + 1);

/**
 * Makes `nullable` mean in OpenAPI 3.0.3 what zod means by it ("Schema Object"; proposal 2019-10-31, "Clarify Semantics
 * of nullable"): it adds null to the `type` beside it and to nothing where there is none; an enum without null refuses
 * null; and a reference stays as strict as what it refers to. So a named schema that may be null wherever it is used
 * says so itself, and beside any other stands null as a second choice.
 */
export function withNull<Document>(made: { document: Document; schemas: Schemas }): typeof made {
  const alwaysNullable = namesAlwaysNullable(made);
  const withNamed = (schema: OpenApiSchema): OpenApiSchema => {
    const { nullable: _said, allOf, ...beside } = schema;
    const [part] = allOf as [{ $ref: string }];
    if (alwaysNullable.has(nameOf(part.$ref))) return bare({ ...beside, allOf });
    const type = typeOf(part, made.schemas) ?? 'object';
    return { ...beside, anyOf: [part, { type, nullable: true, enum: [null] }] };
  };
  const settled = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(settled);
    if (!isSchema(value)) return value;
    const schema = Object.fromEntries(Object.entries(value).map(([key, member]) => [key, settled(member)]));
    if (schema.nullable !== true) return bare(schema);
    return referenceIn(schema) === undefined ? typed(schema, made.schemas) : withNamed(schema);
  };
  const schemas = Object.entries(made.schemas).map(([name, schema]) => [
    name,
    settled(alwaysNullable.has(name) ? { ...schema, nullable: true } : schema),
  ]);
  return { document: settled(made.document) as Document, schemas: Object.fromEntries(schemas) as Schemas };
}

function typed(schema: OpenApiSchema, schemas: Schemas): OpenApiSchema {
  const type = typeOf(schema, schemas);
  const values = schema.enum as unknown[] | undefined;
  return {
    ...(type !== undefined && { type }),
    ...schema,
    ...(values && !values.includes(null) && { enum: [...values, null] }),
  };
}

/** Zod refers to a part by an `allOf` of one, so that words can stand beside it; a bare reference needs none. */
const bare = (schema: OpenApiSchema): OpenApiSchema => {
  const [only] = Array.isArray(schema.allOf) ? (schema.allOf as OpenApiSchema[]) : [];
  return Object.keys(schema).length === 1 && only?.$ref !== undefined ? only : schema;
};

/** What a schema refers to by an `allOf` of one. */
function referenceIn({ allOf }: OpenApiSchema): string | undefined {
  const [only, ...others] = (allOf ?? []) as OpenApiSchema[];
  return others.length === 0 ? (only?.$ref as string | undefined) : undefined;
}

/** Named schemas that are never referred to but as nullable. */
function namesAlwaysNullable(made: unknown): ReadonlySet<string> {
  const nullable = new Set<string>();
  const plain = new Set<string>();
  const look = (value: unknown): void => {
    if (!isSchema(value)) return;
    const reference = value.nullable === true ? referenceIn(value) : undefined;
    if (reference) return void nullable.add(nameOf(reference));
    if (typeof value.$ref === 'string') plain.add(nameOf(value.$ref));
    for (const member of Object.values(value)) look(member);
  };
  look(made);
  return new Set([...nullable].filter((name) => !plain.has(name)));
}

/** The one type of all of a schema's parts; undefined where they differ. */
function typeOf(schema: OpenApiSchema, schemas: Schemas): unknown {
  if (schema.type !== undefined) return schema.type;
  if (typeof schema.$ref === 'string') return typeOf(schemas[nameOf(schema.$ref)] ?? {}, schemas);
  const parts = [schema.allOf, schema.oneOf, schema.anyOf].flatMap((list) => (list ?? []) as OpenApiSchema[]);
  const types = new Set(parts.map((part) => typeOf(part, schemas)));
  return types.size === 1 ? [...types][0] : undefined;
}
