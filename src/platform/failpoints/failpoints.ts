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

/** Parses `name=crash|error|delay:ms,…`. @throws Error naming the first entry that is not understood. */
export function configureFailpoints(text: string): void {
  active.clear();
  for (const entry of text.split(',').filter((part) => part.trim() !== '')) {
    const [name = '', action = ''] = entry.trim().split('=');
    const delay = /^delay:(\d{1,6})$/.exec(action);
    if (!FAILPOINTS.includes(name as Failpoint) || !(delay || action === 'crash' || action === 'error')) {
      throw new Error(`REGAIN_FAILPOINTS: "${name}" is not name=crash|error|delay:ms`);
    }
    active.set(name as Failpoint, delay ? { kind: 'delay', ms: Number(delay[1]) } : { kind: action as 'crash' | 'error' });
  }
}

/** Marks the place. Free when nothing is configured. */
export async function failpoint(name: Failpoint): Promise<void> {
  const action = active.get(name);
  if (!action) return;
  if (action.kind === 'crash') process.kill(process.pid, 'SIGKILL');
  if (action.kind === 'error') throw new FailpointError(name);
  if (action.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, action.ms));
}
