import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { stringify } from 'yaml';
import { ApiModule } from '../../src/api.module.js';
import { openApiSchema, ProblemSchema } from '../../src/platform/http/operation.js';

/** Cookies and bearer tokens of api.md, "Who calls what". */
function describe(): Omit<OpenAPIObject, 'paths'> {
  return new DocumentBuilder()
    .setTitle('Regain')
    .setDescription('Account recovery without passwords. Conventions: docs/adr and README.md.')
    .setVersion('0.1.0')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/')
    .addSecurity('staff', { type: 'http', scheme: 'bearer', description: 'JWT of the organisation’s IdP, or an API key `rgk_…`.' })
    .addSecurity('flowCookie', { type: 'apiKey', in: 'cookie', name: '__Host-regain_flow' })
    .addSecurity('captureCookie', { type: 'apiKey', in: 'cookie', name: '__Host-regain_capture' })
    .addSecurity('sessionCookie', { type: 'apiKey', in: 'cookie', name: '__Host-regain_session' })
    .build();
}

/** The OpenAPI 3.0 document of every `/v1` operation, made from the controllers without starting anything. */
export async function openApiObject(): Promise<OpenAPIObject> {
  const app = await NestFactory.create(ApiModule, new FastifyAdapter(), { logger: false, preview: true, abortOnError: false });
  const document = SwaggerModule.createDocument(app, describe(), { operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}` });
  const paths = Object.fromEntries(Object.entries(document.paths).filter(([path]) => path.startsWith('/v1/')).sort(([a], [b]) => a.localeCompare(b)));
  const tags = [...new Set(Object.values(paths).flatMap((item) => Object.values(item as Record<string, { tags?: string[] }>).flatMap((operation) => operation.tags ?? [])))].sort();
  return {
    ...document,
    tags: tags.map((name) => ({ name })),
    paths,
    components: { ...document.components, schemas: { Problem: openApiSchema(ProblemSchema) as never } },
  };
}

export async function openApiDocument(): Promise<string> {
  return `# Generated from the controllers by \`npm run generate\`. Do not edit.\n${stringify(await openApiObject(), { lineWidth: 0, aliasDuplicateObjects: false })}`;
}
