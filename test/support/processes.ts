import { readdirSync, readFileSync } from 'node:fs';
import { processIdentity } from '../../src/embedded/process/index.js';

export interface ProcessEntry {
  pid: number;
  parent: number;
  name: string;
  /** In clock ticks since boot: a pid that is used again has another one. */
  startTime: string;
}

/** Every process of this machine that can be seen, by proc(5). */
function allProcesses(): ProcessEntry[] {
  return readdirSync('/proc').flatMap((entry) => (/^\d+$/.test(entry) ? readEntry(Number(entry)) : []));
}

/** The process `pid`, every one whose command line names one of `folders`, and all that came of them. */
export function familyOf(pid: number, folders: readonly string[] = []): ProcessEntry[] {
  const all = allProcesses();
  const named = (entry: ProcessEntry): boolean => folders.some((folder) => commandLine(entry.pid).includes(folder));
  const family = all.filter((entry) => entry.pid === pid || named(entry));
  for (const member of family) {
    family.push(...all.filter((entry) => entry.parent === member.pid && !family.includes(entry)));
  }
  return family;
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** Those of the given processes that live still. A zombie has ended. */
export function stillRunning(entries: readonly ProcessEntry[]): ProcessEntry[] {
  return entries.filter(({ pid, startTime }) => readEntry(pid)[0]?.startTime === startTime);
}

/** Whether a process lives under this number. A zombie has ended. */
export const isAlive = (pid: number): boolean => processIdentity(pid) !== undefined;

function readEntry(pid: number): ProcessEntry[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in brackets and may hold anything, brackets and spaces too.
    const end = text.lastIndexOf(')');
    const fields = text.slice(end + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return [];
    return [
      { pid, parent: Number(fields[1]), name: text.slice(text.indexOf('(') + 1, end), startTime: fields[19] ?? '' },
    ];
  } catch {
    return [];
  }
}
