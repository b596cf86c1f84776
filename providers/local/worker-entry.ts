import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ProviderError } from '../kit/index.js';

/** The folder that holds `package.json`: the same whether this file runs compiled or as TypeScript. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new ProviderError('broken', 'The package root was not found.');
    folder = parent;
  }
  return folder;
}

/** The compiled worker. A child process cannot run TypeScript, so under a test runner it comes from the last build. */
export function workerEntry(): string {
  const compiled = !import.meta.url.endsWith('.ts');
  const folder = compiled ? dirname(fileURLToPath(import.meta.url)) : join(packageRoot(), 'dist/providers/local');
  const entry = join(folder, 'inference-worker.js');
  if (!existsSync(entry)) throw new ProviderError('broken', 'The inference worker has not been built.');
  return entry;
}
