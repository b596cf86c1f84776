import { writeSync } from 'node:fs';

/**
 * Named places where a fault can be made to happen: before and after each commit and each call outside. Off unless
 * `REGAIN_FAILPOINTS` names them; the production profile refuses to start with the variable set.
 */
export const FAILPOINTS = [
  'transaction.before_commit',
  'transaction.after_commit',
  'outbox.before_publish',
  'outbox.after_publish',
  'job.before',
  'job.after',
  'provider.before_create',
  'provider.after_create',
  'provider.before_fetch',
  'provider.after_fetch',
  'object_store.before_put',
  'object_store.after_put',
  'object_store.before_get',
  'object_store.before_delete',
  'mail.before_send',
  'mail.after_send',
  'request.before_response',
] as const;
export type Failpoint = (typeof FAILPOINTS)[number];

type Action = { kind: 'crash' } | { kind: 'error' } | { kind: 'delay'; ms: number };

export class FailpointError extends Error {
  constructor(name: Failpoint) {
    super(`failpoint ${name}`);
    this.name = 'FailpointError';
  }
}

const active = new Map<Failpoint, Action>();

function parseEntries(text: string): { name: string; action: Action | undefined }[] {
  return text
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((entry) => {
      const [name = '', action = ''] = entry.trim().split('=');
      const delay = /^delay:(\d{1,6})$/.exec(action);
      if (delay) return { name, action: { kind: 'delay', ms: Number(delay[1]) } };
      return { name, action: action === 'crash' || action === 'error' ? { kind: action } : undefined };
    });
}

/** The number of the first entry that is not `name=crash|error|delay:ms`, from one; undefined when all are. */
export function failpointFault(text: string): number | undefined {
  const at = parseEntries(text).findIndex(({ name, action }) => !action || !FAILPOINTS.includes(name as Failpoint));
  return at < 0 ? undefined : at + 1;
}

/**
 * Arms the named places; called once a service is ready, because what is tested is its work and not its start.
 * Parses `name=crash|error|delay:ms,…`. @throws Error with the number of the first entry that is not understood.
 */
export function configureFailpoints(text: string): void {
  const fault = failpointFault(text);
  if (fault !== undefined) throw new Error(`REGAIN_FAILPOINTS: entry ${fault} is not name=crash|error|delay:ms`);
  active.clear();
  for (const { name, action } of parseEntries(text)) if (action) active.set(name as Failpoint, action);
}

/** Marks the place. Free when nothing is configured. */
export async function failpoint(name: Failpoint): Promise<void> {
  const action = active.get(name);
  if (!action) return;
  if (action.kind === 'crash') {
    writeSync(2, `failpoint ${name}: crash\n`);
    process.kill(process.pid, 'SIGKILL');
  }
  if (action.kind === 'error') throw new FailpointError(name);
  if (action.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, action.ms));
}
