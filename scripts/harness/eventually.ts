import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';

const EVERY_MS = 50;
const TIMEOUT_MS = 15_000;

/** What was waited for did not come in time. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/**
 * Asks `probe` again and again until it gives something other than `undefined` or `false`. Everything the demo and the
 * journeys wait for is a condition with a deadline, never a fixed time.
 *
 * @throws DeadlineError naming `what` after `timeoutMs` (default 15 s). What `probe` throws passes through at once.
 */
export async function eventually<Value>(
  what: string,
  probe: () => Promise<Value | undefined | false>,
  { timeoutMs = TIMEOUT_MS }: { timeoutMs?: number } = {},
): Promise<Value> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (performance.now() >= deadline) throw new DeadlineError(`${what}: not within ${timeoutMs / 1_000} s`);
    await pause(EVERY_MS);
  }
}
