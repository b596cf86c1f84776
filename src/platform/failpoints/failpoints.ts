import { AsyncLocalStorage } from 'node:async_hooks';
import { writeSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

const PROVIDER_CALLS = [
  'create',
  'find',
  'renew',
  'submit',
  'check_capture',
  'check_reference',
  'fingerprint',
  'fetch',
  'push',
  'return',
  'cancel',
  'erase',
  'health',
] as const;
const PLACES = [
  'transaction.before_commit',
  'transaction.after_commit',
  'transition.before',
  'transition.after',
  'outbox.before_publish',
  'outbox.after_publish',
  'queue.before_add',
  'queue.after_add',
  'job.before',
  'job.after',
  'http.before_send',
  'http.after_send',
  'object_store.before_put',
  'object_store.after_put',
  'object_store.before_get',
  'object_store.after_get',
  'object_store.before_delete',
  'object_store.after_delete',
  'object_store.before_list',
  'object_store.after_list',
  'mail.before_send',
  'mail.after_send',
  'request.before_response',
] as const;

type ProviderPlace = `provider.${'before' | 'after'}_${(typeof PROVIDER_CALLS)[number]}`;
export type Failpoint = (typeof PLACES)[number] | ProviderPlace;

/**
 * Named places where a fault can be made to happen: before and after each commit, each change of a case and each call
 * outside. Off unless `REGAIN_FAILPOINTS` names them; the production profile refuses to start with the variable set.
 */
export const FAILPOINTS: readonly Failpoint[] = [
  ...PLACES,
  ...PROVIDER_CALLS.flatMap((call): Failpoint[] => [`provider.before_${call}`, `provider.after_${call}`]),
];

/** Stands for each place, so that "the third one this job comes by" can be said without knowing which it is. */
const ANY_PLACE = 'any';

/** How an entry is written; the same words stand in the documentation and in the refusal of a wrong one. */
export const FAILPOINT_SYNTAX = 'name[:about]=crash|error|delay:ms|busy:ms[@nth]';
const ENTRY =
  /^(?<name>[a-z_.]+)(?::(?<about>[A-Za-z0-9_./: *-]{1,120}))?=(?<kind>crash|error|(?<wait>delay|busy):(?<ms>\d{1,6}))(?:@(?<nth>[1-9]\d{0,5}))?$/;

interface Armed {
  name: string;
  about: string | undefined;
  kind: 'crash' | 'error' | 'delay' | 'busy';
  ms: number;
  /** Only at this passage, from one; undefined: at each. */
  nth: number | undefined;
  passed: number;
}

/** What a failpoint throws: no defect, and nothing a caller is told of. */
export class FailpointError extends Error {
  override readonly name = 'FailpointError';

  constructor(name: Failpoint) {
    super(`failpoint ${name}`);
  }
}

let armed: Armed[] = [];
const work = new AsyncLocalStorage<string>();

function parseEntries(text: string): (Armed | undefined)[] {
  return text
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((entry) => {
      const { name = '', about, kind = '', wait, ms, nth } = ENTRY.exec(entry.trim())?.groups ?? {};
      if (name !== ANY_PLACE && !FAILPOINTS.includes(name as Failpoint)) return undefined;
      const action = (wait ?? kind) as Armed['kind'];
      return { name, about, kind: action, ms: Number(ms ?? 0), nth: nth ? Number(nth) : undefined, passed: 0 };
    });
}

/** The number of the first entry that is not {@link FAILPOINT_SYNTAX}, from one; undefined when all are. */
export function failpointFault(text: string): number | undefined {
  const at = parseEntries(text).indexOf(undefined);
  return at < 0 ? undefined : at + 1;
}

/**
 * Arms the named places; called once a service is ready, because what is tested is its work and not its start.
 * Parses {@link FAILPOINT_SYNTAX}, comma separated: `about` is a job, a route, a transition or what else the place is
 * about, `busy` blocks the event loop, `@3` means the third passage alone.
 * @throws Error with the number of the first entry that is not understood.
 */
export function configureFailpoints(text: string): void {
  const fault = failpointFault(text);
  if (fault !== undefined) throw new Error(`REGAIN_FAILPOINTS: entry ${fault} is not ${FAILPOINT_SYNTAX}`);
  armed = parseEntries(text).filter((entry) => entry !== undefined);
}

/** Does `run` under a name, by which the places it comes by can be told from others': a job, a route, a part of the worker. */
export function failpointsOf<Result>(name: string, run: () => Result): Result {
  return armed.length === 0 ? run() : work.run(name, run);
}

/** Marks the place, with what it is about besides the work that is being done. Nothing to wait for when nothing is configured. */
export function failpoint(name: Failpoint, about?: string): Promise<void> | undefined {
  return armed.length === 0 ? undefined : pass(name, about);
}

/** The same before and after `run`. */
export function betweenFailpoints<Result>(
  places: { before: Failpoint; after: Failpoint; about?: string },
  run: () => Promise<Result>,
): Promise<Result> {
  return armed.length === 0 ? run() : runBetween(places, run);
}

async function runBetween<Result>(
  { before, after, about }: { before: Failpoint; after: Failpoint; about?: string },
  run: () => Promise<Result>,
): Promise<Result> {
  await failpoint(before, about);
  const result = await run();
  await failpoint(after, about);
  return result;
}

async function pass(name: Failpoint, about?: string): Promise<void> {
  for (const entry of armed) {
    if (entry.name !== ANY_PLACE && entry.name !== name) continue;
    if (entry.about !== undefined && entry.about !== about && entry.about !== work.getStore()) continue;
    entry.passed += 1;
    if (entry.nth === undefined || entry.nth === entry.passed) await happen(name, entry);
  }
}

async function happen(name: Failpoint, { kind, ms }: Armed): Promise<void> {
  if (kind === 'crash') {
    writeSync(2, `failpoint ${name}: crash\n`);
    process.kill(process.pid, 'SIGKILL');
  }
  if (kind === 'error') throw new FailpointError(name);
  if (kind === 'delay') await new Promise((resolve) => setTimeout(resolve, ms));
  if (kind === 'busy') for (const until = performance.now() + ms; performance.now() < until;);
}
