import { readFileSync } from 'node:fs';

/**
 * Names one life of a process, so that a number the kernel hands out again is not taken for the old owner:
 * boot id and start time in clock ticks since boot, from `/proc/<pid>/stat` field 22 (proc(5)).
 *
 * Returns undefined when no such process lives in this pid namespace; a zombie counts as dead, because in a
 * container without a reaping init it would otherwise look alive for ever. Where `/proc` does not exist the
 * answer is only `alive`, from signal 0.
 */
export function processIdentity(pid: number): string | undefined {
  const bootId = readProcFile('/proc/sys/kernel/random/boot_id');
  if (bootId === undefined) return isSignallable(pid) ? 'alive' : undefined;
  const stat = readProcFile(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The command name (field 2) may hold spaces and brackets: fields are counted after its last bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTicks] = [fields[0], fields[19]];
  return state === 'Z' || state === 'X' ? undefined : `${bootId.trim()}:${startTicks}`;
}

/** The arguments a process was started with, program first; undefined when it is gone or `/proc` is not there. */
export function processArguments(pid: number): string[] | undefined {
  const commandLine = readProcFile(`/proc/${pid}/cmdline`);
  return commandLine === undefined || commandLine === '' ? undefined : commandLine.replace(/\0$/, '').split('\0');
}

function readProcFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function isSignallable(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
