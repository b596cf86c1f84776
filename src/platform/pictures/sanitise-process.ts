import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { packagePath } from '../package-root/package-root.js';
import { SanitiserUnavailableError } from './image-sanitiser.errors.js';

/** Run as it is written, from the same place under the test runner and in the built product. */
const WORKER = packagePath('src/platform/pictures/sanitise-worker.mjs');

/** Above what a 2,560 x 2,560 JPEG of pure noise needs. */
const MAX_OUTPUT_BYTES = 32 * 1024 * 1024;

/** Room for the largest picture that is taken on any Node that is supported: with 2,048 a 50 megapixel WebP just fits Node 24. */
export const ADDRESS_SPACE_MEBIBYTES = 2_560;

export interface SanitiseProcessLimits {
  /** From the first byte in to the last byte out. */
  timeoutMs: number;
  /** Everything the process may map; where the kernel counts it (Linux). A bare Node 20 maps 743 at its start, Node 24 1,373. */
  addressSpaceMebibytes: number;
}

/**
 * Runs one child process for one picture. It has an empty environment, no file it may write (nor dump its memory into),
 * limits on memory and processor time set by the kernel, and two pipes. It is started ahead of need, since starting
 * takes longer than sanitising a small picture. It shares no memory with any other person's picture.
 */
export class SanitiseProcess {
  readonly #child: ChildProcess;
  readonly #stdin: Socket;
  readonly #stdout: Socket;
  readonly #output: Promise<Buffer>;
  /** Resolves when the process has ended, whatever the reason. */
  readonly ended: Promise<void>;

  /** @throws SanitiserUnavailableError when no process can be started at all */
  constructor(private readonly limits: SanitiseProcessLimits) {
    this.#child = start(limits);
    this.#stdin = this.#child.stdin as Socket;
    this.#stdout = this.#child.stdout as Socket;
    // A child that died before it read everything; its exit says so too.
    this.#stdin.on('error', () => undefined);
    this.#output = this.#collectOutput();
    this.ended = this.#output.then(
      () => undefined,
      () => undefined,
    );
    this.#child.unref();
    this.#stdin.unref();
    this.#stdout.unref();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** @throws SanitiserUnavailableError `timeout` | `crashed`; the process has ended in every case */
  async run(job: object, picture: Uint8Array): Promise<Buffer> {
    this.#child.ref();
    this.#stdout.ref();
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new SanitiserUnavailableError('timeout')), this.limits.timeoutMs);
    });
    try {
      this.#stdin.write(`${JSON.stringify(job)}\n`);
      this.#stdin.end(picture);
      return await Promise.race([this.#output, tooLate]);
    } finally {
      clearTimeout(timer);
      this.kill();
    }
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #collectOutput(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let length = 0;
    return new Promise((resolve, reject) => {
      const fail = () => reject(new SanitiserUnavailableError('crashed'));
      this.#stdout.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > MAX_OUTPUT_BYTES) this.kill();
        else chunks.push(chunk);
      });
      this.#child.once('error', fail);
      this.#child.once('close', (exitCode) => (exitCode === 0 ? resolve(Buffer.concat(chunks)) : fail()));
    });
  }
}

/** Without free file descriptors or processes, spawn fails at once instead of by event. */
function start(limits: SanitiseProcessLimits): ChildProcess {
  const [command, ...args] = commandLine(limits);
  try {
    return spawn(command, args, { env: {}, cwd: '/', stdio: ['pipe', 'pipe', 'ignore'] });
  } catch {
    throw new SanitiserUnavailableError('crashed');
  }
}

/**
 * The shell only sets limits (no core file, no file of any size, address space, processor seconds; POSIX ulimit and
 * its customary options) and replaces itself by Node, so the process id stays. WebAssembly's guard regions alone
 * would exceed the address space, hence the flag; nothing here runs WebAssembly but Node's own module lexer.
 */
function commandLine({ timeoutMs, addressSpaceMebibytes }: SanitiseProcessLimits): [string, ...string[]] {
  const node: [string, ...string[]] = [process.execPath, '--max-old-space-size=128'];
  if (process.platform !== 'linux') return [...node, WORKER];
  const script = 'ulimit -c 0 && ulimit -f 0 && ulimit -v "$1" && ulimit -t "$2" && shift 2 && exec "$@"';
  const limits = [String(addressSpaceMebibytes * 1024), String(Math.ceil((2 * timeoutMs) / 1000))];
  return ['/bin/sh', '-c', script, 'sanitise', ...limits, ...node, '--disable-wasm-trap-handler', WORKER];
}
