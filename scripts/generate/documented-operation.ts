import type { INestApplication, Type } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { ApiBody, ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { z, type ZodObject, type ZodType } from 'zod';
import { PROBLEM_CODES, PROBLEMS, type ProblemCode } from '../../src/platform/errors/problem-catalogue.js';
import { OPERATION, type Audience, type OperationOptions } from '../../src/platform/http/operation.js';

/** Every response may be one of these, whatever the operation. */
const ALWAYS: readonly ProblemCode[] = [
  'invalid_request',
  'too_many_requests',
  'internal_error',
  'dependency_unavailable',
  'recoveries_paused',
];

/** And an operation with a body, one of these. */
const WITH_BODY: readonly ProblemCode[] = ['malformed_body', 'body_too_large', 'unsupported_media_type'];

/** And one whose answer is kept under an `Idempotency-Key`, one of these. */
const WITH_KEY: readonly ProblemCode[] = ['idempotency_key_reused', 'request_in_progress'];

export const ProblemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.enum(PROBLEM_CODES),
    instance: z.string(),
    detail: z.string().optional(),
    errors: z.array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() })).optional(),
  })
  .describe('RFC 9457 problem details.');

type OpenApiSchema = Record<string, unknown>;

/** What an answer comes with besides its body, for `components.headers`. */
export const RESPONSE_HEADERS = {
  'Idempotency-Replayed': {
    description: '`true` where this is the first answer, given again for the same `Idempotency-Key`.',
    schema: { type: 'string', enum: ['true'] },
  },
  RateLimit: {
    description: 'The limit that was reached, what is left of it (`r`), and seconds until it is whole (`t`).',
    schema: { type: 'string' },
  },
  'RateLimit-Policy': {
    description: 'The limit (`q`) and its window in seconds (`w`).',
    schema: { type: 'string' },
  },
  'Retry-After': { description: 'Seconds until it may work.', schema: { type: 'integer', minimum: 0 } },
} as const;

type HeaderName = keyof typeof RESPONSE_HEADERS;

const headersOf = (...names: HeaderName[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

/** By the status of the problem. */
const PROBLEM_HEADERS: Readonly<Record<number, HeaderName[]>> = {
  429: ['Retry-After', 'RateLimit', 'RateLimit-Policy'],
  503: ['Retry-After'],
};

const replayed = ({ idempotent }: OperationOptions) => (idempotent ? headersOf('Idempotency-Replayed') : {});

/** OpenAPI 3.0.3 gives `nullable` a meaning only beside `type`; a choice of objects has none of its own. */
function typedWhenNullable({ jsonSchema }: { jsonSchema: OpenApiSchema }): void {
  const choices = (jsonSchema.oneOf ?? jsonSchema.anyOf) as OpenApiSchema[] | undefined;
  if (
    jsonSchema.nullable === true &&
    jsonSchema.type === undefined &&
    choices?.every((choice) => choice.type === 'object')
  )
    jsonSchema.type = 'object';
}

/** A zod schema as an OpenAPI 3.0 schema object. */
export function openApiSchema(schema: ZodType): OpenApiSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io: 'input',
    unrepresentable: 'any',
    override: typedWhenNullable,
  }) as OpenApiSchema;
  return rest;
}

/**
 * Tells `@nestjs/swagger` of every operation the service declares. It is told here and not where they are declared, so that
 * a running service neither loads it nor makes JSON schemas of its zod schemas at each start.
 */
export function documentOperations(app: INestApplication): void {
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()]);
  for (const { metatype } of controllers) documentController(metatype as Type);
}

function documentController(controller: Type): void {
  const prototype = controller.prototype as object;
  for (const name of new MetadataScanner().getAllMethodNames(prototype)) {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
    const options =
      descriptor && (Reflect.getMetadata(OPERATION, descriptor.value as object) as OperationOptions | undefined);
    if (!options) continue;
    const decorators = [...decoratorsOf(options), ...pathParameters([controller, descriptor.value as object], options)];
    for (const decorate of decorators) decorate(prototype, name, descriptor);
  }
}

function decoratorsOf(options: OperationOptions): MethodDecorator[] {
  const status = options.status ?? 200;
  const withBody = options.body !== undefined || options.bodyTypes !== undefined;
  const withKey = options.idempotent === true;
  const problems = [
    ...ALWAYS,
    ...(withBody ? WITH_BODY : []),
    ...(withKey ? WITH_KEY : []),
    ...(options.problems ?? []),
  ];
  return [
    ApiTags(options.tag),
    ApiOperation({ summary: options.summary, ...(options.keepsNoAnswer && { description: options.keepsNoAnswer }) }),
    successResponse(options, status),
    ...acceptedResponse(options),
    ...problemResponses(problems),
    ...security(options.audience),
    ...bodyDocs(options),
    ...queryDocs(options.query),
    ...(options.idempotent ? [IDEMPOTENCY_KEY] : []),
  ] as MethodDecorator[];
}

/** The parts of the path that its route names: `IdParam` takes them itself, where `@nestjs/swagger` does not look. */
function pathParameters(route: object[], { pathWords = {} }: OperationOptions): MethodDecorator[] {
  const paths = route.flatMap((part) => (Reflect.getMetadata(PATH_METADATA, part) ?? '') as string | string[]);
  const names = new Set(paths.flatMap((path) => [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)));
  return [...names].map((name) => {
    const words = pathWords[name];
    return ApiParam(words ? { name, enum: [...words] } : { name, schema: { type: 'string' } });
  });
}

const IDEMPOTENCY_KEY = ApiParam({
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', maxLength: 255 },
} as never);

function successResponse(options: OperationOptions, status: number): MethodDecorator {
  const description = options.summary;
  const headers = replayed(options);
  if (options.response === null) return ApiResponse({ status, description, headers });
  const type = options.responseType ?? 'application/json';
  const texts = (options.textTypes ?? []).map((text): [string, OpenApiSchema] => [text, { type: 'string' }]);
  const schemas: [string, OpenApiSchema][] = [[type, openApiSchema(options.response)], ...texts];
  const content = Object.fromEntries(schemas.map(([media, schema]) => [media, { schema }]));
  return ApiResponse({ status, description, content, headers });
}

function acceptedResponse(options: OperationOptions): MethodDecorator[] {
  if (!options.accepted) return [];
  const content = { 'application/json': { schema: openApiSchema(options.accepted) } };
  return [
    ApiResponse({ status: 202, description: 'Taken down, and not done yet.', content, headers: replayed(options) }),
  ];
}

function problemResponses(codes: readonly ProblemCode[]): MethodDecorator[] {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of new Set(codes))
    byStatus.set(PROBLEMS[code].status, [...(byStatus.get(PROBLEMS[code].status) ?? []), code]);
  return [...byStatus].map(([status, list]) =>
    ApiResponse({
      status,
      description: list.join(', '),
      headers: headersOf(...(PROBLEM_HEADERS[status] ?? [])),
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    }),
  );
}

function security(audience: Audience): MethodDecorator[] {
  if (audience === 'staff') return [ApiSecurity('staff')];
  if (audience === 'applicant') return [ApiSecurity('flowCookie')];
  if (audience === 'capture') return [ApiSecurity('captureCookie')];
  if (audience === 'session') return [ApiSecurity('sessionCookie')];
  return [];
}

function bodyDocs(options: OperationOptions): MethodDecorator[] {
  if (options.bodyTypes) {
    const content = Object.fromEntries(
      options.bodyTypes.map((type) => [type, { schema: { type: 'string', format: 'binary' } }]),
    );
    return [ApiBody({ required: true, content } as never)];
  }
  return options.body ? [ApiBody({ required: true, schema: openApiSchema(options.body) as never })] : [];
}

function queryDocs(query: ZodObject | undefined): MethodDecorator[] {
  if (!query) return [];
  const { properties = {}, required = [] } = openApiSchema(query) as {
    properties?: Record<string, OpenApiSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) =>
    ApiQuery({ name, required: required.includes(name), schema: schema as never }),
  );
}
