import { applyDecorators, HttpCode, SetMetadata } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { z, type ZodObject, type ZodType } from 'zod';
import { PROBLEM_CODES, PROBLEMS, type ProblemCode } from '../errors/problem-catalogue.js';

export const OPERATION = 'regain:operation';

/** Who may call: decides the documented security scheme. The guards decide for real. */
export type Audience = 'staff' | 'applicant' | 'capture' | 'session' | 'partner' | 'notice' | 'anyone';

export interface OperationOptions {
  summary: string;
  tag: string;
  audience: Audience;
  /** Success status. Default 200. */
  status?: number;
  body?: ZodType;
  /** For bodies that are not JSON, e.g. `image/jpeg`. */
  bodyTypes?: readonly string[];
  query?: ZodObject;
  /** `null`: no body. */
  response: ZodType | null;
  /** The answer of 202, where a request may also be taken down to be done later. */
  accepted?: ZodType;
  responseType?: string;
  /** Types of text that the caller may ask for instead, e.g. `text/csv`. */
  textTypes?: readonly string[];
  problems?: readonly ProblemCode[];
  idempotent?: boolean;
}

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
 * Declares one operation: the same declaration documents it in `openapi.yaml`, validates its input (through
 * `ValidBody`/`ValidQuery`, which take the same schemas) and is what the tests hold every response against.
 */
export function Operation(options: OperationOptions): MethodDecorator {
  const status = options.status ?? 200;
  const decorators: (MethodDecorator | ClassDecorator)[] = [
    SetMetadata(OPERATION, options),
    ApiTags(options.tag),
    ApiOperation({ summary: options.summary }),
    HttpCode(status),
    successResponse(options, status),
    ...acceptedResponse(options.accepted),
    ...problemResponses([
      ...ALWAYS,
      ...(options.body || options.bodyTypes ? WITH_BODY : []),
      ...(options.problems ?? []),
    ]),
    ...security(options.audience),
    ...bodyDocs(options),
    ...queryDocs(options.query),
  ];
  if (options.idempotent) {
    decorators.push(
      ApiParam({
        name: 'Idempotency-Key',
        in: 'header',
        required: false,
        schema: { type: 'string', maxLength: 255 },
      } as never),
    );
  }
  return applyDecorators(...(decorators as MethodDecorator[]));
}

function successResponse(options: OperationOptions, status: number): MethodDecorator {
  const description = options.summary;
  if (options.response === null) return ApiResponse({ status, description });
  const type = options.responseType ?? 'application/json';
  const texts = (options.textTypes ?? []).map((text): [string, OpenApiSchema] => [text, { type: 'string' }]);
  const schemas: [string, OpenApiSchema][] = [[type, openApiSchema(options.response)], ...texts];
  const content = Object.fromEntries(schemas.map(([media, schema]) => [media, { schema }]));
  return ApiResponse({ status, description, content });
}

function acceptedResponse(accepted: ZodType | undefined): MethodDecorator[] {
  if (!accepted) return [];
  const content = { 'application/json': { schema: openApiSchema(accepted) } };
  return [ApiResponse({ status: 202, description: 'Taken down, and not done yet.', content })];
}

function problemResponses(codes: readonly ProblemCode[]): MethodDecorator[] {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of new Set(codes))
    byStatus.set(PROBLEMS[code].status, [...(byStatus.get(PROBLEMS[code].status) ?? []), code]);
  return [...byStatus].map(([status, list]) =>
    ApiResponse({
      status,
      description: list.join(', '),
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
