import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessFigures {
  name: string;
  residentMegabytes: number;
  openFiles: number;
}

/** What a process holds of the machine (Linux, proc(5): `status`, `fd`). @throws when it is not there */
export function figuresOf({ name, pid }: { name: string; pid: number }): ProcessFigures {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const residentMegabytes = Math.round(Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1_024);
  return { name, residentMegabytes, openFiles: readdirSync(`/proc/${pid}/fd`).length };
}
