import { fork, type ChildProcess } from 'node:child_process';
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
  const kibibytes = String(memoryMegabytes * 1024);
  return { execPath: '/bin/sh', execArgv: ['-c', script, 'inference', kibibytes, process.execPath, ...node] };
}
