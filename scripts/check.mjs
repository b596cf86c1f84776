import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

/**
 * `npm run check`: everything a machine can say about the tree without running the product. All checks run; the first
 * failing one does not hide the others.
 */

/** More at once would need more memory than a small machine has: the greatest two take a gigabyte or two each. */
const AT_ONCE = Math.min(2, availableParallelism());

/** Longest first. A third member is the check whose result this one reads. */
const CHECKS = [
  ['lint', 'npx eslint . --max-warnings 0 --cache --cache-location .cache/eslint'],
  ['types', 'npx tsc --noEmit -p tsconfig.check.json'],
  ['build', 'npx nest build'],
  [
    'import rules',
    'npx depcruise --config .dependency-cruiser.cjs src providers directories web scripts test --output-type err',
  ],
  ['format', 'npx prettier --check --log-level warn .'],
  ['dead exports', 'npx knip --no-progress'],
  // What the product exports for its specs alone is tagged `@internal`, export by export; nothing else may be.
  ['product exports', 'npx knip --config knip.product.json --include files,exports --no-progress'],
  ['generated files', 'node dist/scripts/generate.js --check', 'build'],
  // The recovery token lives in one of these scripts, and another one gives strangers' bytes to a decoder.
  ['browser scripts', 'npx tsc -p tsconfig.browser.json'],
  ['decoder script', 'npx tsc -p tsconfig.node-scripts.json'],
  ['openapi', 'npx redocly lint openapi.yaml --format summary'],
];

const only = process.argv.slice(2);
const chosen = CHECKS.filter(([title]) => only.length === 0 || only.includes(title));
const failed = [];
const running = new Map();
for (const [name, command, needed] of chosen) {
  while (running.size >= AT_ONCE) await Promise.race(running.values());
  running.set(
    name,
    check(name, command, running.get(needed)).finally(() => running.delete(name)),
  );
}
await Promise.all(running.values());
if (failed.length > 0) process.stdout.write(`failed: ${failed.join(', ')}\n`);
process.exitCode = failed.length > 0 ? 1 : 0;

async function check(name, command, needed) {
  await needed;
  const started = Date.now();
  const { code, output } = await run(command);
  process.stdout.write(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)\n`);
  if (code === 0) return;
  process.stdout.write(`${output}\n`);
  failed.push(name);
}

function run(command) {
  return new Promise((resolve) => {
    const child = spawn(command, {
      shell: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, REDOCLY_TELEMETRY: 'off', NODE_NO_WARNINGS: '1' },
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('close', (code) => resolve({ code, output }));
  });
}
