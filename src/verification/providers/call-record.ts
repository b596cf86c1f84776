export interface RecordedCall {
  kind: 'create' | 'fetch';
  /** `ok`, or the code of a `ProviderError`. */
  end: string;
  /** Whether that end says that the partner is unwell. */
  fault: boolean;
  durationMs: number;
  /** Milliseconds of any steady clock. */
  atMs: number;
}

export interface CallSummary {
  /** Calls the figures are made of; zero means that nothing is known. */
  calls: number;
  successRatio: number | null;
  medianLatencyMs: number | null;
  p95LatencyMs: number | null;
  /** How often each way of failing occurred, by error code. */
  errors: Record<string, number>;
}

const WINDOW_CALLS = 500;
/** Older calls say nothing about how a partner is now. */
export const WINDOW_SECONDS = 300;

/** The last calls to one provider, in memory: what this process saw, and no promise about others. */
export class CallRecord {
  #calls: RecordedCall[] = [];

  add(call: RecordedCall): void {
    this.#calls.push(call);
    if (this.#calls.length > WINDOW_CALLS) this.#calls.shift();
  }

  /** Over the window that ends at `nowMs`; of one kind of call, or of both. */
  summary(nowMs: number, kind?: RecordedCall['kind']): CallSummary {
    const since = nowMs - WINDOW_SECONDS * 1_000;
    this.#calls = this.#calls.filter((call) => call.atMs >= since);
    const calls = this.#calls.filter((call) => kind === undefined || call.kind === kind);
    const durations = calls.map((call) => call.durationMs).sort((a, b) => a - b);
    const failed = calls.filter((call) => call.end !== 'ok').map((call) => call.end);
    return {
      calls: calls.length,
      successRatio: calls.length === 0 ? null : calls.filter((call) => !call.fault).length / calls.length,
      medianLatencyMs: quantile(durations, 0.5),
      p95LatencyMs: quantile(durations, 0.95),
      errors: Object.fromEntries([...new Set(failed)].map((end) => [end, failed.filter((one) => one === end).length])),
    };
  }
}

/** Nearest rank, in whole units; null when there is nothing. */
function quantile(sorted: readonly number[], part: number): number | null {
  const value = sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)];
  return value === undefined ? null : Math.round(value);
}
