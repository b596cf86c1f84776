import { ProviderError } from '../kit/index.js';

export interface CheckRoomOptions {
  /** Checks whose tasks may be in the queue at one time. */
  atOnce: number;
  /** Checks that may wait for that. */
  waiting: number;
  /** How long one may wait; for ever when left out. */
  patienceMs?: number;
}

const DEFAULT_WAITING = 24;
/** Whoever asks for a check gives it 45 seconds, of which it is to have some left when its turn comes. */
const LONGEST_PATIENCE_MS = 15_000;

export interface QueueOptions {
  workers: number;
  timeoutMs: number;
  maxWaiting?: number;
  maxWaitingChecks?: number;
}

/**
 * One more check than are looked at, so that no process is idle between two of them and no task grows old in the queue.
 * Whoever lets any number of tasks wait, as a batch does, lets checks wait too.
 */
export function roomForChecks({ workers, timeoutMs, maxWaiting, maxWaitingChecks }: QueueOptions): CheckRoom {
  const atOnce = workers + 1;
  if (maxWaiting === Number.POSITIVE_INFINITY) return new CheckRoom({ atOnce, waiting: maxWaiting });
  const patienceMs = Math.min(LONGEST_PATIENCE_MS, timeoutMs);
  return new CheckRoom({ atOnce, waiting: maxWaitingChecks ?? DEFAULT_WAITING, patienceMs });
}

/** Asked again after this; the next check of those at work is done by then. */
const RETRY_AFTER_SECONDS = 3;

/**
 * Lets whole checks in, first come first served: a check has several tasks, and one of which a part was refused is of no
 * use. Too many at once is no fault of anybody and says nothing of how well this machine does: whoever asks comes again.
 */
export class CheckRoom {
  private inside = 0;
  private readonly line = new Map<() => void, NodeJS.Timeout | undefined>();

  constructor(private readonly options: CheckRoomOptions) {}

  /** @throws ProviderError `busy` when there is no room in time, and whatever `check` throws */
  async during<Result>(check: () => Promise<Result>): Promise<Result> {
    await this.enter();
    try {
      return await check();
    } finally {
      this.leave();
    }
  }

  private enter(): Promise<void> {
    if (this.inside < this.options.atOnce) {
      this.inside += 1;
      return Promise.resolve();
    }
    if (this.line.size >= this.options.waiting) return Promise.reject(busy());
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.line.delete(resolve);
        reject(busy());
      };
      const { patienceMs } = this.options;
      this.line.set(resolve, patienceMs === undefined ? undefined : setTimeout(giveUp, patienceMs));
    });
  }

  /** The place goes to whoever has waited longest. */
  private leave(): void {
    const [next] = this.line;
    if (!next) {
      this.inside -= 1;
      return;
    }
    const [admit, patience] = next;
    clearTimeout(patience);
    this.line.delete(admit);
    admit();
  }
}

function busy(): ProviderError {
  return new ProviderError('busy', 'This machine is busy with other checks.', {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}
