import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { packagePath } from '../../../src/platform/package-root/package-root.js';

/** A JSON schema as openapi.yaml writes it, as far as the fuzzer reads it. */
export interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  $ref?: string;
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  additionalProperties?: boolean | Schema;
  nullable?: boolean;
}

export type Audience = 'staff' | 'applicant' | 'capture' | 'session' | 'anyone';

export interface FuzzedOperation {
  id: string;
  method: string;
  path: string;
  audience: Audience;
  pathParameters: string[];
  query: { name: string; schema: Schema }[];
  body?: Schema;
  /** What it answers when it did what was asked; JSON only. */
  answer?: Schema;
}

interface Document {
  components: { schemas: Record<string, unknown> };
  paths: Record<string, Record<string, RawOperation>>;
}

interface RawOperation {
  operationId?: string;
  security?: Record<string, unknown>[];
  parameters?: { name: string; in: string; schema?: Schema }[];
  requestBody?: { content: Record<string, { schema?: Schema }> };
  responses: Record<string, { content?: Record<string, { schema?: Schema }> }>;
}

const AUDIENCES: Record<string, Audience> = {
  staff: 'staff',
  flowCookie: 'applicant',
  captureCookie: 'capture',
  sessionCookie: 'session',
};

/** Every operation of openapi.yaml. */
export function operations(): FuzzedOperation[] {
  const document = inPlace(parse(readFileSync(packagePath('openapi.yaml'), 'utf8')) as Document);
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, raw]) => operation(path, { method: method.toUpperCase(), raw })),
  );
}

/** The document with every named schema in the place where it is referred to; none refers to itself. */
function inPlace(document: Document): Document {
  const placed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(placed);
    if (typeof value !== 'object' || value === null) return value;
    const [, name = ''] = /^#\/components\/schemas\/(.+)$/.exec(String((value as Schema).$ref)) ?? [];
    if (name) return placed(document.components.schemas[name]);
    const schema = Object.fromEntries(Object.entries(value).map(([key, member]) => [key, placed(member)])) as Schema;
    if (schema.allOf?.length !== 1) return schema;
    const { allOf, ...beside } = schema;
    return { ...allOf[0], ...beside };
  };
  return { ...document, paths: placed(document.paths) as Document['paths'] };
}

function operation(path: string, { method, raw }: { method: string; raw: RawOperation }): FuzzedOperation {
  const [scheme = ''] = (raw.security ?? []).flatMap((entry) => Object.keys(entry));
  const content = raw.requestBody?.content ?? {};
  const [, success] = Object.entries(raw.responses).find(([status]) => status.startsWith('2')) ?? [];
  return {
    id: raw.operationId ?? `${method} ${path}`,
    method,
    path,
    audience: AUDIENCES[scheme] ?? 'anyone',
    pathParameters: [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name ?? ''),
    query: (raw.parameters ?? [])
      .filter((parameter) => parameter.in === 'query')
      .map(({ name, schema = {} }) => ({ name, schema })),
    body: content['application/json']?.schema,
    answer: success?.content?.['application/json']?.schema,
  };
}
