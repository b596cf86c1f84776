import { mkdirSync, readFileSync, existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '../src/platform/package-root/package-root.js';
import { configurationPage } from './generate/configuration-page.js';
import { errorsPage } from './generate/errors-page.js';
import { failpointsPage } from './generate/failpoints-page.js';
import { logsPage } from './generate/logs-page.js';
import { matchTablePage } from './generate/match-table-page.js';
import { metricsPage } from './generate/metrics-page.js';
import { openApiDocument } from './generate/openapi/document.js';
import { pipelinePage } from './generate/pipeline-page.js';
import { policiesPage } from './generate/policies-page.js';
import { providersPage } from './generate/providers-page.js';
import { statesPage } from './generate/states-page.js';

/** Every generated file and what makes it. `--check` compares and fails on a stale one; without it they are written. */
const FILES: Record<string, () => string | Promise<string>> = {
  'openapi.yaml': openApiDocument,
  'docs/errors.md': errorsPage,
  'docs/generated/states.md': statesPage,
  'docs/generated/pipeline.md': pipelinePage,
  'docs/generated/configuration.md': configurationPage,
  'docs/providers.md': providersPage,
  'docs/policies.md': policiesPage,
  'docs/generated/failpoints.md': failpointsPage,
  'docs/generated/metrics.md': metricsPage,
  'docs/generated/logs.md': logsPage,
  'docs/generated/match-table.md': matchTablePage,
};

const check = process.argv.includes('--check');
const stale: string[] = [];
for (const [file, make] of Object.entries(FILES)) {
  const path = join(packageRoot(), file);
  const content = await make();
  if (existsSync(path) && readFileSync(path, 'utf8') === content) continue;
  stale.push(file);
  if (check) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
if (stale.length > 0) process.stdout.write(`${check ? 'stale' : 'written'}: ${stale.join(', ')}\n`);
process.exit(check && stale.length > 0 ? 1 : 0);
