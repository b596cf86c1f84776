import { spawn } from 'node:child_process';

/**
 * `npm run check`: everything a machine can say about the tree without running the product. All checks run; the first
 * failing one does not hide the others.
 */
const CHECKS = [
  ['types', 'npx tsc --noEmit -p tsconfig.check.json'],
  // The recovery token lives in one of these scripts, and another one gives strangers' bytes to a decoder.
  ['browser scripts', 'npx tsc -p tsconfig.browser.json'],
  ['decoder script', 'npx tsc -p tsconfig.node-scripts.json'],
  ['lint', 'npx eslint . --max-warnings 0 --cache --cache-location .cache/eslint'],
  ['format', 'npx prettier --check --log-level warn .'],
  [
    'import rules',
    'npx depcruise --config .dependency-cruiser.cjs src providers directories web scripts test --output-type err',
  ],
  ['dead exports', 'npx knip --no-progress'],
  // What the product exports for its specs alone is tagged `@internal`, export by export; nothing else may be.
  ['product exports', 'npx knip --config knip.product.json --include files,exports --no-progress'],
  ['build', 'npx nest build'],
  ['generated files', 'node dist/scripts/generate.js --check'],
  ['openapi', 'npx redocly lint openapi.yaml --format summary'],
];

const only = process.argv.slice(2);
const failed = [];
for (const [name, command] of CHECKS.filter(([title]) => only.length === 0 || only.includes(title))) {
  const started = Date.now();
  const { code, output } = await run(command);
  process.stdout.write(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)\n`);
  if (code !== 0) {
    process.stdout.write(`${output}\n`);
    failed.push(name);
  }
}
if (failed.length > 0) process.stdout.write(`failed: ${failed.join(', ')}\n`);
process.exitCode = failed.length > 0 ? 1 : 0;

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
