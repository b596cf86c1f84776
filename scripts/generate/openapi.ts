import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { stringify } from 'yaml';
import { ApiModule } from '../../src/api.module.js';
import { documentOperations, openApiSchema, ProblemSchema, RESPONSE_HEADERS } from './documented-operation.js';

/** Cookies and bearer tokens: who calls what. */
function describe(): Omit<OpenAPIObject, 'paths'> {
  return new DocumentBuilder()
    .setTitle('Regain')
    .setDescription('Account recovery without passwords. Conventions: docs/adr and README.md.')
    .setVersion('0.1.0')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/')
    .addSecurity('staff', {
      type: 'http',
      scheme: 'bearer',
      description: 'JWT of the organisation’s IdP, or an API key `rgk_…`.',
    })
    .addSecurity('flowCookie', { type: 'apiKey', in: 'cookie', name: '__Host-regain_flow' })
    .addSecurity('captureCookie', { type: 'apiKey', in: 'cookie', name: '__Host-regain_capture' })
    .addSecurity('sessionCookie', { type: 'apiKey', in: 'cookie', name: '__Host-regain_session' })
    .build();
}

/** Who each group of operations is for. */
const TAGS: Readonly<Record<string, string>> = {
  Audit: 'The append-only trail: reading, exporting, verifying. For auditors.',
  Flow: 'The locked-out person’s browser. Writes need the same origin.',
  'Help desk': 'Opening and following cases. Nothing here verifies anybody.',
  Notices: 'What the reader of a security notice can do: stop and freeze, nothing else.',
  Partners: 'Deliveries and returns of verification partners.',
  Passkeys: 'Registration and sign-in at the built-in relying party.',
  Policies: 'Recovery profiles.',
  Providers: 'Verification partners.',
  Reviews: 'Cases that people have to decide.',
  'Self-service': 'Asking for a recovery without the help desk.',
  Subjects: 'The built-in directory.',
  'Legal holds': 'Keeping what a case holds beyond its time. Two people begin one, and two end it.',
  'Recovery pause': 'Stopping every recovery at once; another person ends it.',
};

/** The OpenAPI 3.0 document of every `/v1` operation, made from the controllers without starting anything. */
export async function openApiObject(): Promise<OpenAPIObject> {
  const app = await NestFactory.create(ApiModule, new FastifyAdapter(), {
    logger: false,
    preview: true,
    abortOnError: false,
  });
  documentOperations(app);
  const document = SwaggerModule.createDocument(app, describe(), {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
    // Each operation says its heading itself (`Operation`).
    autoTagControllers: false,
  });
  const paths = Object.fromEntries(
    Object.entries(document.paths)
      .filter(([path]) => path.startsWith('/v1/'))
      .sort(([a], [b]) => a.localeCompare(b)),
  );
  for (const operation of Object.values(paths).flatMap((item) =>
    Object.values(item as Record<string, { security?: unknown[] }>),
  ))
    operation.security ??= [];
  const tags = [
    ...new Set(
      Object.values(paths).flatMap((item) =>
        Object.values(item as Record<string, { tags?: string[] }>).flatMap((operation) => operation.tags ?? []),
      ),
    ),
  ].sort();
  return {
    ...document,
    tags: tags.map((name) => ({ name, description: TAGS[name] ?? name })),
    paths,
    components: {
      ...document.components,
      headers: RESPONSE_HEADERS as never,
      schemas: { Problem: openApiSchema(ProblemSchema) as never },
    },
  };
}

export async function openApiDocument(): Promise<string> {
  return `# Generated from the controllers by \`npm run generate\`. Do not edit.\n${stringify(await openApiObject(), { lineWidth: 0, aliasDuplicateObjects: false })}`;
}
