import { performance } from 'node:perf_hooks';

/**
 * Loaded before the product in a process whose wall clock is to be wrong: `Date` says so many milliseconds more (or less)
 * than it is, and after a while steps to the next of them. Timers run on as they do on such a machine.
 */
const STEP_AFTER_MS = 12_000;
const shifts = (process.env.WRONG_CLOCK_MS ?? '0').split(',').map(Number);
const TrueDate = Date;

function now(): number {
  const at = Math.min(shifts.length - 1, Math.floor(performance.now() / STEP_AFTER_MS));
  return TrueDate.now() + (shifts[at] ?? 0);
}

globalThis.Date = new Proxy(TrueDate, {
  construct: (target, given: unknown[], made) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, made) as Date,
  apply: (target) => new target(now()).toString(),
  get: (target, name, receiver) => (name === 'now' ? now : (Reflect.get(target, name, receiver) as unknown)),
});
