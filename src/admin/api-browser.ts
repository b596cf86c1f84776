import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { packagePath } from '../platform/package-root/package-root.js';

const TYPES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
};

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Regain API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css" />
  </head>
  <body>
    <div id="ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script>
      SwaggerUIBundle({ url: '/docs/openapi.yaml', dom_id: '#ui', deepLinking: true, validatorUrl: null });
    </script>
  </body>
</html>`;

const require = createRequire(import.meta.url);

function uiFile(name: string): Buffer {
  return readFileSync(join(require.resolve('swagger-ui-dist/package.json'), '..', name));
}

/** The contract, browsable, on the operators' port (T113). */
export function apiBrowser(server: FastifyInstance): void {
  server.get('/docs', async (_request, reply) => reply.type('text/html; charset=utf-8').send(PAGE));
  server.get('/docs/openapi.yaml', async (_request, reply) =>
    reply.type('application/yaml').send(readFileSync(packagePath('openapi.yaml'))),
  );
  for (const [name, type] of Object.entries(TYPES)) {
    server.get(`/docs/${name}`, async (_request, reply) => reply.type(type).send(uiFile(name)));
  }
}
