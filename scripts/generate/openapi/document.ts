import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { stringify } from 'yaml';
import { ApiModule } from '../../../src/api.module.js';
import { documentOperations, operationId, type RequestBody } from './documented-operation.js';
import { addExamples, EXAMPLES } from './examples.js';
import { NamedSchemas } from './named-schemas.js';
import { describeProfile } from './profile-words.js';
import { shareProblemResponses } from './problem-responses.js';
import { HEADERS } from './response-headers.js';
import { TAGS } from './tags.js';

/** What holds for all calls. */
const CONVENTIONS = `Account recovery without passwords.

- **Who calls.** Staff and machines send \`Authorization: Bearer\` with a JWT of the organisation’s identity provider or an API key \`rgk_…\`; each operation names the scope it needs. The locked-out person’s browser has cookies, and its writes need the same origin.
- **Repeating.** A POST that creates something takes an \`Idempotency-Key\`: the same key with the same body gets the first answer again, with another body it is 409 \`idempotency_key_reused\`, and while the first is under way 409 \`request_in_progress\`.
- **Lists** take \`limit\` and \`cursor\` and answer \`{data, nextCursor}\`; newest first where they do not say otherwise; the last page has \`nextCursor: null\`. A \`cursor\` is the \`nextCursor\` of the same list, unchanged: any other is 400 \`invalid_request\`, and one whose row has gone since goes on where that row was. A body with a member that is not described here is refused.
- **Errors** are RFC 9457 problem documents. \`code\` is one of a closed list (\`ProblemCode\`), \`type\` is the page that says when it happens, whether to try again and what to do. Where waiting helps, \`Retry-After\` says how long; a 401 names in \`WWW-Authenticate\` what the call takes. An id that does not exist and one that the caller may not see get the same 404.
- **Times** are RFC 3339 in UTC and end in \`At\`; durations name their unit. Ids are opaque. Answers may get further members: a client has to ignore those it does not know.`;

/** Cookies and bearer tokens: who calls what. */
function describe(): Omit<OpenAPIObject, 'paths'> {
  const cookie = (name: string, description: string) => ({ type: 'apiKey', in: 'cookie', name, description }) as const;
  return new DocumentBuilder()
    .setOpenAPIVersion('3.0.3')
    .setTitle('Regain')
    .setDescription(CONVENTIONS)
    .setVersion('0.1.0')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/')
    .addSecurity('staff', {
      type: 'http',
      scheme: 'bearer',
      description: 'JWT of the organisation’s IdP, or an API key `rgk_…`.',
    })
    .addSecurity('flowCookie', cookie('__Host-regain_flow', 'The page session of a recovery: `POST /v1/flow/start`.'))
    .addSecurity('captureCookie', cookie('__Host-regain_capture', 'The proof that this browser took the photos.'))
    .addSecurity(
      'sessionCookie',
      cookie('__Host-regain_session', 'Signed in with a passkey: `POST /v1/passkey-assertions`.'),
    )
    .build();
}

interface Operation {
  operationId: string;
  tags?: string[];
  security?: unknown[];
  requestBody?: RequestBody;
  responses: Parameters<typeof shareProblemResponses>[0][number]['responses'];
}

/** The OpenAPI 3.0 document of every `/v1` operation, made from the controllers without starting anything. */
export async function openApiObject(): Promise<OpenAPIObject> {
  const app = await NestFactory.create(ApiModule, new FastifyAdapter(), {
    logger: false,
    preview: true,
    abortOnError: false,
  });
  const schemas = new NamedSchemas();
  const bodies = documentOperations(app, schemas);
  const {
    paths: made,
    components,
    info,
    ...rest
  } = SwaggerModule.createDocument(app, describe(), {
    autoTagControllers: false,
    operationIdFactory: operationId,
  });
  const paths = Object.fromEntries(
    Object.entries(made)
      .filter(([path]) => path.startsWith('/v1/'))
      .sort(([a], [b]) => a.localeCompare(b)),
  );
  const operations = Object.values(paths).flatMap((item) => Object.values(item as Record<string, Operation>));
  for (const operation of operations) {
    operation.security ??= [];
    operation.requestBody = bodies.get(operation.operationId);
  }
  const responses = shareProblemResponses(operations);
  addExamples(operations);
  const settled = schemas.settle({ paths, responses });
  describeProfile(settled.schemas);
  const { contact: _none, ...about } = info;
  return {
    ...rest,
    info: about,
    tags: tagsOf(operations),
    paths: settled.document.paths,
    components: {
      ...components,
      examples: EXAMPLES,
      headers: HEADERS,
      responses: settled.document.responses,
      schemas: settled.schemas,
    },
  } as unknown as OpenAPIObject;
}

/** @throws Error for a tag that nobody has described */
function tagsOf(operations: readonly Operation[]): { name: string; description: string }[] {
  const names = [...new Set(operations.flatMap(({ tags = [] }) => tags))].sort();
  return names.map((name) => {
    if (!(name in TAGS)) throw new Error(`the tag ${name} has no words in tags.ts`);
    return { name, description: TAGS[name as keyof typeof TAGS] };
  });
}

export async function openApiDocument(): Promise<string> {
  return `# Generated from the controllers by \`npm run generate\`. Do not edit.\n${stringify(await openApiObject(), { lineWidth: 0, aliasDuplicateObjects: false })}`;
}
