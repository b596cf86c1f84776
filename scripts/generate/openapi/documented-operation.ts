import type { INestApplication, Type } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { STATUS_CODES } from 'node:http';
import type { ZodObject } from 'zod';
import { OPERATION, type Audience, type OperationOptions } from '../../../src/platform/http/operation.js';
import { admissionOf, type Admission } from '../../../src/staff-access/staff-access.guard.js';
import type { NamedSchemas } from './named-schemas.js';
import { pathParameterWords } from './parameter-words.js';
import { problemResponses } from './problem-responses.js';
import { headersOfSuccess, referencesTo } from './response-headers.js';
import type { OpenApiSchema } from './schema-3-0.js';

/** One operation on its way into the document. */
interface Told {
  options: OperationOptions;
  admission: Admission;
  schemas: NamedSchemas;
}

/**
 * Tells `@nestjs/swagger` of every operation the service declares. It is told here and not where they are declared, so
 * that a running service neither loads it nor makes JSON schemas of its zod schemas at each start. Answers with the
 * bodies by operation: `@nestjs/swagger` takes no more of a body than one schema.
 */
export function documentOperations(app: INestApplication, schemas: NamedSchemas): ReadonlyMap<string, RequestBody> {
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()]);
  return new Map(controllers.flatMap(({ metatype }) => documentController(metatype as Type, schemas)));
}

/** The name of an operation in the document. */
export const operationId = (controller: string, method: string): string =>
  `${controller.replace(/Controller$/, '')}_${method}`;

function documentController(controller: Type, schemas: NamedSchemas): [string, RequestBody][] {
  const prototype = controller.prototype as object;
  const bodies: [string, RequestBody][] = [];
  for (const name of new MetadataScanner().getAllMethodNames(prototype)) {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
    const handler = descriptor?.value as object | undefined;
    const options = handler && (Reflect.getMetadata(OPERATION, handler) as OperationOptions | undefined);
    if (!descriptor || !options) continue;
    const told = { options, admission: admissionOf(handler), schemas };
    const decorators = [...decoratorsOf(told), ...pathParameters([controller, handler], options)];
    for (const decorate of decorators) decorate(prototype, name, descriptor);
    const body = requestBody(told);
    if (body) bodies.push([operationId(controller.name, name), body]);
  }
  return bodies;
}

function decoratorsOf(told: Told): MethodDecorator[] {
  const { options, schemas } = told;
  const description = describe(told);
  return [
    ApiTags(options.tag),
    ApiOperation({ summary: options.summary, ...(description && { description }) }),
    ...successResponses(told),
    ...problemResponses(options, schemas).map(([status, response]) => ApiResponse({ status, ...response } as never)),
    ...security(options.audience),
    ...queryDocs(options.query, schemas),
    ...(options.idempotent ? [IDEMPOTENCY_KEY] : []),
  ] as MethodDecorator[];
}

/** What the summary leaves out: who is let in, and what a repeated call does. */
function describe({ options, admission }: Told): string {
  const scopes = admission.scopes.map((scope) => `\`${scope}\``).join(' or ');
  return [
    options.keepsNoAnswer,
    scopes && `Scope: ${scopes}.`,
    admission.personOnly && 'Only for a person who has signed in, never for an API key.',
    options.repeated && `Called again: ${options.repeated}`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** The parts of the path that its route names: `IdParam` takes them itself, where `@nestjs/swagger` does not look. */
function pathParameters(route: object[], { pathWords = {} }: OperationOptions): MethodDecorator[] {
  const paths = route.flatMap((part) => (Reflect.getMetadata(PATH_METADATA, part) ?? '') as string | string[]);
  const names = new Set(paths.flatMap((path) => [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)));
  return [...names].map((name) => {
    const words = pathWords[name];
    const description = pathParameterWords(paths.join('/'), name);
    return ApiParam(
      words ? { name, description, enum: [...words] } : { name, description, schema: { type: 'string' } },
    );
  });
}

const IDEMPOTENCY_KEY = ApiParam({
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    '1 to 255 visible ASCII characters, made up anew for each thing to be done. Sent again with the same body, it gets the first answer again with `Idempotency-Replayed: true`, and nothing is done twice.',
  schema: { type: 'string', maxLength: 255 },
} as never);

const BINARY = { type: 'string', format: 'binary' };

function successResponses({ options, schemas }: Told): MethodDecorator[] {
  const status = options.status ?? 200;
  const response = { status, description: STATUS_CODES[status] ?? '', ...referencesTo(headersOfSuccess(options)) };
  return [
    ApiResponse({ ...response, ...contentOf({ options, schemas }) }),
    ...(options.accepted
      ? [
          ApiResponse({
            status: 202,
            description: 'Taken down, and not done yet.',
            ...referencesTo(headersOfSuccess({ ...options, status: 202 })),
            content: { 'application/json': { schema: schemas.of(options.accepted, 'output') } },
          }),
        ]
      : []),
  ];
}

function contentOf({ options, schemas }: Omit<Told, 'admission'>): {
  content?: Record<string, { schema: OpenApiSchema }>;
} {
  if (options.response === null) return {};
  const type = options.responseType ?? 'application/json';
  const schema = type.startsWith('image/') ? BINARY : schemas.of(options.response, 'output');
  const texts = (options.textTypes ?? []).map((text): [string, OpenApiSchema] => [text, { type: 'string' }]);
  return {
    content: Object.fromEntries([[type, schema] as const, ...texts].map(([media, schema]) => [media, { schema }])),
  };
}

function security(audience: Audience): MethodDecorator[] {
  if (audience === 'staff') return [ApiSecurity('staff')];
  if (audience === 'applicant') return [ApiSecurity('flowCookie')];
  if (audience === 'capture') return [ApiSecurity('captureCookie')];
  if (audience === 'session') return [ApiSecurity('sessionCookie')];
  return [];
}

export interface RequestBody {
  required: true;
  content: Record<string, object>;
}

function requestBody({ options, schemas }: Told): RequestBody | undefined {
  const { body, bodyTypes, bodyParts } = options;
  if (body) return { required: true, content: { 'application/json': { schema: schemas.of(body, 'input') } } };
  if (!bodyTypes) return undefined;
  const content = bodyParts ? partsOf(bodyParts, schemas) : { schema: BINARY };
  return { required: true, content: Object.fromEntries(bodyTypes.map((type) => [type, content])) };
}

/** The parts of a multipart body: JSON by its schema, a picture by its types. */
function partsOf(parts: NonNullable<OperationOptions['bodyParts']>, schemas: NamedSchemas): object {
  const entries = Object.entries(parts);
  return {
    schema: {
      type: 'object',
      properties: Object.fromEntries(
        entries.map(([name, { json }]) => [name, json ? schemas.of(json, 'input') : BINARY]),
      ),
      required: entries.filter(([, { optional }]) => !optional).map(([name]) => name),
    },
    encoding: Object.fromEntries(
      entries.map(([name, { types }]) => [name, { contentType: (types ?? ['application/json']).join(', ') }]),
    ),
  };
}

function queryDocs(query: ZodObject | undefined, schemas: NamedSchemas): MethodDecorator[] {
  if (!query) return [];
  const { properties = {}, required = [] } = schemas.of(query, 'input') as {
    properties?: Record<string, OpenApiSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => {
    if (typeof description !== 'string') throw new Error(`the query parameter ${name} has no words`);
    return ApiQuery({ name, description, required: required.includes(name), schema: schema as never });
  });
}
