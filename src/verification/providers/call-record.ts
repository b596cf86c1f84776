export interface CallSummary {
  /** Calls the figures are made of; zero means that nothing is known. */
  calls: number;
  successRatio: number | null;
  medianLatencyMs: number | null;
}

const WINDOW_CALLS = 100;

/** The last calls to one provider, in memory: what this process saw, and no promise about others. */
export class CallRecord {
  readonly #calls: { ok: boolean; durationMs: number }[] = [];

  add(call: { ok: boolean; durationMs: number }): void {
    this.#calls.push(call);
    if (this.#calls.length > WINDOW_CALLS) this.#calls.shift();
  }

  summary(): CallSummary {
    const calls = this.#calls.length;
    if (calls === 0) return { calls, successRatio: null, medianLatencyMs: null };
    const durations = this.#calls.map((call) => call.durationMs).sort((a, b) => a - b);
    return {
      calls,
      successRatio: this.#calls.filter((call) => call.ok).length / calls,
      medianLatencyMs: Math.round(durations[Math.floor(calls / 2)] ?? 0),
    };
  }
}
