import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { FaceModelChoice } from './face-models.js';
import type { TaskMessage, WorkerMessage } from './types.js';

export interface WorkerProcessOptions {
  /** Compiled worker entry. */
  entry: string;
  modelsDir: string;
  faces: FaceModelChoice;
  /** Everything the process may hold that it can write to and shares with nobody. */
  memoryMegabytes: number;
  onMessage: (message: WorkerMessage) => void;
  /** The process is gone, for whatever reason. Called once. */
  onExit: () => void;
}

const HEAP_MEGABYTES = 512;

/** A mapping of this size that can be both written and run is room that was set aside, not machine code that is there. */
const RESERVED_BYTES = 64 * 2 ** 20;

/** One child process and its channel. While it is idle it does not keep the parent alive. */
export class WorkerProcess {
  private readonly child: ChildProcess;

  constructor({ entry, modelsDir, faces, memoryMegabytes, onMessage, onExit }: WorkerProcessOptions) {
    this.child = fork(entry, [modelsDir, JSON.stringify(faces)], {
      ...commandLine(memoryMegabytes),
      // Structured clone: pictures stay bytes.
      serialization: 'advanced',
      // The child is given nothing of the parent's environment. That keeps secrets from a decoder that leaks what it
      // holds, not from one that is made to run foreign code: it runs as the same user, who may read /proc and files.
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    let gone = false;
    const leave = (): void => {
      if (gone) return;
      gone = true;
      onExit();
    };
    this.child.on('message', (message) => onMessage(message as WorkerMessage));
    this.child.on('exit', leave);
    this.child.on('error', leave);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  send(message: TaskMessage): void {
    // A failed send means that the process is going; its exit is what counts.
    this.child.send(message, () => undefined);
  }

  /** SIGKILL also ends a process that is stopped or stuck in native code. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  setBusy(busy: boolean): void {
    if (busy) {
      this.child.ref();
      this.child.channel?.ref();
    } else {
      this.child.unref();
      this.child.channel?.unref();
    }
  }
}

/**
 * One process, one core: V8's collector would otherwise help itself with threads on the core of the process beside it, and
 * with its small first generation it collects hundreds of times a check. Measured by `local-check-time`: two processes do
 * 1.83 × the work of one instead of 1.67 ×, and one is no slower.
 */
const GARBAGE_COLLECTION = ['--single-threaded-gc', '--min-semi-space-size=16'];

/**
 * The shell only sets limits and replaces itself by Node, so that process id and channel stay: no core file with a face
 * in it, no file at all, and RLIMIT_DATA, which counts whatever a process can write to and shares with nobody, be it
 * V8's, ONNX Runtime's, libvips' or WebAssembly's (getrlimit(2); Linux 4.7). The address space itself cannot be the
 * limit: WebAssembly reserves ten gigabytes of it and uses little. Elsewhere than on Linux the heap alone is limited.
 */
function commandLine(memoryMegabytes: number): { execPath?: string; execArgv: string[] } {
  const node = [`--max-old-space-size=${HEAP_MEGABYTES}`, ...GARBAGE_COLLECTION];
  if (process.platform !== 'linux') return { execArgv: node };
  const script = 'ulimit -c 0 && ulimit -f 0 && ulimit -d "$1" && shift && exec "$@"';
  const kibibytes = String(memoryMegabytes * 1024 + roomForCode() / 1024);
  return { execPath: '/bin/sh', execArgv: ['-c', script, 'inference', kibibytes, process.execPath, ...node] };
}

/**
 * V8 of Node 24 maps its whole room for machine code as writable when it starts, 510 MiB on x86-64, of which few are ever
 * used; Node 20 and 22 map what they use. RLIMIT_DATA counts mappings. So that as much is left for pictures under each of
 * them, that room comes on top: in bytes, as much as this process has, whose program the other one runs, too.
 */
function roomForCode(): number {
  return readFileSync('/proc/self/maps', 'utf8')
    .split('\n')
    .map((line) => /^([0-9a-f]+)-([0-9a-f]+) rwxp /.exec(line))
    .map((range) => (range ? parseInt(range[2] ?? '', 16) - parseInt(range[1] ?? '', 16) : 0))
    .filter((bytes) => bytes >= RESERVED_BYTES)
    .reduce((sum, bytes) => sum + bytes, 0);
}
