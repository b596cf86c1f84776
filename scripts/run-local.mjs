import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * `npm run -s local`: builds when a source is newer than the last build it made, then runs the compiled command. What the
 * build says goes to standard error: standard output is for answers.
 */
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stamp = join(root, 'dist/.local-build');
const SOURCES = ['package-lock.json', 'tsconfig.json', 'src', 'providers', 'directories', 'web', 'scripts', 'test'];

if (isStale()) {
  const startedAt = new Date();
  const { status } = spawnSync('npm', ['run', '-s', 'build'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(4);
  writeFileSync(stamp, '');
  // What was saved while it was being built is newer than this build.
  utimesSync(stamp, startedAt, startedAt);
}
await import('../dist/scripts/local.js');

function isStale() {
  if (!existsSync(stamp) || !existsSync(join(root, 'dist/scripts/local.js'))) return true;
  const builtAt = statSync(stamp).mtimeMs;
  return SOURCES.some((source) => newestOf(join(root, source)) > builtAt);
}

function newestOf(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  let newest = 0;
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) newest = Math.max(newest, statSync(join(entry.parentPath, entry.name)).mtimeMs);
  }
  return newest;
}
