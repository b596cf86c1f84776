import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * `npm run mutants [-- NAME…]`: takes one guard at a time out of a copy of the sources and runs the specs that are there
 * for it. A mutant that leaves them green has found a guard that nothing proves; so has a search text that is no longer
 * in its file. One that is named after a threat (`T33-…`) has to turn a test red that is named after it too. Needs the
 * build, for the database.
 */
const SOURCES = [
  'src',
  'providers',
  'directories',
  'web',
  'scripts',
  'test',
  'package.json',
  'tsconfig.json',
  'jest.config.mjs',
  'nest-cli.json',
  'openapi.yaml',
];
const root = process.cwd();
const wanted = process.argv.slice(2);
const mutants = readdirSync(join(root, 'test/mutants'))
  .filter((file) => file.endsWith('.mutant'))
  .map((file) => ({
    name: file.slice(0, -'.mutant'.length),
    ...parse(readFileSync(join(root, 'test/mutants', file), 'utf8')),
  }))
  .filter(({ name }) => wanted.length === 0 || wanted.includes(name));

const copy = mkdtempSync(join(tmpdir(), 'regain-mutants-'));
for (const source of SOURCES) cpSync(join(root, source), join(copy, source), { recursive: true });
for (const shared of ['node_modules', 'dist']) symlinkSync(join(root, shared), join(copy, shared));

const database = await openDatabase();
let failed = 0;
try {
  const specs = [...new Set(mutants.flatMap(({ specs }) => specs))];
  const healthy = await runSpecs(specs);
  if (!healthy.green) throw new Error(`the specs are not green without a mutant: ${healthy.text}`);
  for (const mutant of mutants) {
    const { caught, text } = await tryMutant(mutant);
    if (!caught) failed += 1;
    process.stdout.write(
      `${caught ? 'caught  ' : 'SURVIVED'}  ${mutant.name.padEnd(26)} ${mutant.guards}${caught ? '' : `\n          ${text}`}\n`,
    );
  }
} finally {
  await database.stop();
  rmSync(copy, { recursive: true, force: true });
}
process.stdout.write(`${mutants.length - failed} of ${mutants.length} mutants were caught\n`);
process.exitCode = failed === 0 ? 0 : 1;

function parse(text) {
  const [head = '', search = '', replace = ''] = text.split(/^---- (?:search|replace)\n/m);
  const members = [...head.matchAll(/^(\w+): (.*)$/gm)].map(([, name, value]) => [name, value]);
  const one = Object.fromEntries(members);
  return {
    guards: one.guards,
    file: one.file,
    specs: members.filter(([name]) => name === 'spec').map(([, value]) => value),
    search: search.trim(),
    replace: replace.trim(),
  };
}

/** White space may differ: a formatter moves lines and changes nothing. */
function patternOf(search) {
  const escaped = search.split(/\s+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(escaped.join('\\s+'), 'g');
}

async function tryMutant({ name, file, specs, search, replace }) {
  const path = join(copy, file);
  const original = readFileSync(path, 'utf8');
  const found = original.match(patternOf(search)) ?? [];
  if (found.length !== 1) return { caught: false, text: `its search text is ${found.length} times in ${file}` };
  writeFileSync(
    path,
    original.replace(patternOf(search), () => replace),
  );
  try {
    const { green, broken, failed: red, text } = await runSpecs(specs);
    if (broken) return { caught: false, text: `the specs could not run: ${text}` };
    const [threat] = name.match(/^T\d+(?=-)/) ?? [];
    if (!green && threat && !red.some((title) => title.split(/\W/).includes(threat)))
      return { caught: false, text: `no test named ${threat} turned red: ${text}` };
    return { caught: !green, text: `green: ${specs.join(', ')}` };
  } finally {
    writeFileSync(path, original);
  }
}

/** Red means that a test failed; specs that do not even load prove nothing. */
async function runSpecs(specs) {
  const report = join(copy, 'report.json');
  rmSync(report, { force: true });
  const env = {
    ...process.env,
    ...database.env,
    NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
  };
  const jest = [
    'node_modules/jest/bin/jest.js',
    '-c',
    'jest.config.mjs',
    '--json',
    '--outputFile',
    report,
    '--runTestsByPath',
    ...specs,
  ];
  const output = await run(process.execPath, jest, env);
  const result = readReport(report);
  if (!result) return { green: false, broken: true, failed: [], text: output.slice(-500) };
  const names = result.testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
  );
  return {
    green: result.success,
    broken: result.numRuntimeErrorTestSuites > 0,
    failed: names,
    text: names.slice(0, 5).join('; ') || output.slice(-500),
  };
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function run(command, args, env) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: copy, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('close', () => resolve(output));
  });
}

/** The server a superuser's URL names, or one of our own for this run. */
async function openDatabase() {
  if (process.env.TEST_DATABASE_SUPERUSER_URL) return { env: {}, stop: async () => undefined };
  const { startEmbeddedPostgres, removeEmbeddedPostgres } = await import(
    join(root, 'dist/src/embedded/postgres/index.js')
  );
  const directory = mkdtempSync(join(tmpdir(), 'regain-mutants-db-'));
  const postgres = await startEmbeddedPostgres({ dataDir: directory });
  return {
    env: { TEST_POSTGRES_DATA_DIR: directory },
    async stop() {
      await postgres.stop();
      await removeEmbeddedPostgres(directory);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
