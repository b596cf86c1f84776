import { readdirSync, readFileSync } from 'node:fs';

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

/** A process and all that came of it. */
export function familyOf(pid: number): ProcessEntry[] {
  const all = allProcesses();
  const family = all.filter((entry) => entry.pid === pid);
  for (const member of family) family.push(...all.filter((entry) => entry.parent === member.pid));
  return family;
}

/** Those of the given processes that live still. A zombie has ended. */
export function stillRunning(entries: readonly ProcessEntry[]): ProcessEntry[] {
  return entries.filter(({ pid, startTime }) => readEntry(pid)[0]?.startTime === startTime);
}

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
