import { spawn } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { NamedTest } from './mutant-file.js';

const NOT_NEEDED = ['.git', '.cache', '.campaign', '.regain', 'coverage'];
const SHARED = ['node_modules', 'dist'];

const SETTINGS = ['-c', 'jest.config.mjs', '--setupFiles', './test/support/same-seed.ts'];

/** A mutant may make a test wait for what never comes; no run of its specs takes nearly as long. */
const LONGEST_RUN_MS = 15 * 60_000;

/** What a run of specs showed; `broken` says why it showed nothing. */
export type SpecRun = { red: NamedTest[]; broken?: undefined } | { broken: string };

/** The part of the test runner's report that is read. */
interface Report {
  success: boolean;
  numRuntimeErrorTestSuites: number;
  testResults: { name: string; assertionResults: { status: string; fullName: string }[] }[];
}

/** A copy of the checkout to break things in, outside of it. */
export class WorkCopy {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'regain-mutants-')));
  readonly #environment: Record<string, string>;
  readonly #signal: AbortSignal;

  constructor(root: string, options: { environment: Record<string, string>; signal: AbortSignal }) {
    this.#environment = options.environment;
    this.#signal = options.signal;
    const left = readdirSync(root).filter((name) => ![...NOT_NEEDED, ...SHARED].includes(name));
    for (const name of left) cpSync(join(root, name), join(this.folder, name), { recursive: true });
    for (const name of SHARED) symlinkSync(join(root, name), join(this.folder, name));
  }

  /** Runs `work` while a source of the copy reads differently. */
  async during<T>(file: string, change: (source: string) => string, work: () => Promise<T>): Promise<T> {
    const path = join(this.folder, file);
    const original = readFileSync(path, 'utf8');
    writeFileSync(path, change(original));
    try {
      return await work();
    } finally {
      writeFileSync(path, original);
    }
  }

  /** Red means that a test failed; specs that do not even load prove nothing. */
  async run(specs: readonly string[]): Promise<SpecRun> {
    const file = join(this.folder, 'report.json');
    rmSync(file, { force: true });
    const output = await this.#jest(['--json', '--outputFile', file, '--forceExit', '--runTestsByPath', ...specs]);
    const report = readReport(file);
    if (!report || report.numRuntimeErrorTestSuites > 0) return { broken: output.slice(-1_000) };
    const red = report.testResults.flatMap(({ name, assertionResults }) =>
      assertionResults
        .filter(({ status }) => status === 'failed')
        .map(({ fullName }) => ({
          spec: relative(this.folder, name),
          name: fullName.replace(/\s+/g, ' ').trim(),
        })),
    );
    return report.success === (red.length === 0) ? { red } : { broken: output.slice(-1_000) };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #jest(flags: string[]): Promise<string> {
    const env = {
      ...process.env,
      ...this.#environment,
      NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
    };
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, ['node_modules/jest/bin/jest.js', ...SETTINGS, ...flags], {
        cwd: this.folder,
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: LONGEST_RUN_MS,
        signal: this.#signal,
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => (output += String(chunk)));
      child.on('error', reject);
      child.on('close', () => resolve(output));
    });
  }
}

function readReport(file: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    return undefined;
  }
}
