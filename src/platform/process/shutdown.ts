import { performance } from 'node:perf_hooks';

const TOTAL_MS = 4500;
const DEFAULT_STEP_MS = 1500;
/** npm passes on the Ctrl-C that the terminal sends to the whole process group as well: two signals, one key press. */
const SAME_KEY_PRESS_MS = 300;
/** With the exit code that a shell reports. SIGHUP: the terminal was closed. */
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

type StopSignal = keyof typeof SIGNALS;

interface ShutdownStep {
  name: string;
  stop: () => Promise<void> | void;
  timeoutMs: number;
}

/** The part of `process` that is needed, so that a test can play it. */
export interface SignalSource {
  on(signal: StopSignal, listener: () => void): unknown;
  off(signal: StopSignal, listener: () => void): unknown;
  exit(code: number): void;
}

export interface ShutdownOptions {
  source?: SignalSource;
  /** Stopping begins; by which signal, when it was one. */
  onStopping?: (signal: string | undefined) => void;
  /** A step failed or took too long. */
  onFailedStep?: (step: string, error: unknown) => void;
  /** Everything has stopped, after so long. */
  onStopped?: (tookMs: number) => void;
  /** Exit code after an orderly stop by a signal. A service that was asked to stop has done its job: 0. */
  signalExitCode?: number;
  totalMs?: number;
  /** Signals that follow the first one within this time are the same request. */
  repeatedSignalMs?: number;
}

/**
 * Stops what was started, in the opposite order, on SIGINT, SIGTERM or SIGHUP, within `totalMs` (4.5 s) altogether. A
 * second signal exits at once with 128 + its number. A step that fails or takes too long is logged, the next ones still
 * run, and the exit code becomes 1.
 */
export class ShutdownCoordinator {
  private readonly steps: ShutdownStep[] = [];
  private readonly source: SignalSource;
  private readonly listeners: [StopSignal, () => void][];
  private running: Promise<void> | undefined;
  private startedAt = 0;
  private exitCode = 0;

  constructor(private readonly options: ShutdownOptions = {}) {
    this.source = options.source ?? process;
    this.listeners = (Object.keys(SIGNALS) as StopSignal[]).map((signal) => [signal, () => this.onSignal(signal)]);
    for (const [signal, listener] of this.listeners) this.source.on(signal, listener);
  }

  /** Registers a step; what is registered last stops first. `timeoutMs` shrinks when all steps together want too much. */
  onShutdown(name: string, stop: () => Promise<void> | void, { timeoutMs = DEFAULT_STEP_MS } = {}): void {
    this.steps.push({ name, stop, timeoutMs });
  }

  /**
   * Runs the steps once, then exits with the highest `exitCode` it was given, or with 1 when a step failed. Later calls
   * wait for the first.
   */
  shutdown(exitCode = 0): Promise<void> {
    return this.stop(exitCode, undefined);
  }

  private stop(exitCode: number, signal: StopSignal | undefined): Promise<void> {
    this.exitCode = Math.max(this.exitCode, exitCode);
    if (!this.running) {
      this.startedAt = performance.now();
      this.options.onStopping?.(signal);
      this.running = this.runSteps().then((clean) => {
        for (const [signal, listener] of this.listeners) this.source.off(signal, listener);
        this.options.onStopped?.(Math.round(performance.now() - this.startedAt));
        this.source.exit(clean ? this.exitCode : Math.max(1, this.exitCode));
      });
    }
    return this.running;
  }

  private onSignal(signal: StopSignal): void {
    if (!this.running) {
      void this.stop(this.options.signalExitCode ?? 0, signal);
    } else if (performance.now() - this.startedAt >= (this.options.repeatedSignalMs ?? SAME_KEY_PRESS_MS)) {
      this.source.exit(SIGNALS[signal]);
    }
  }

  private async runSteps(): Promise<boolean> {
    const deadline = performance.now() + (this.options.totalMs ?? TOTAL_MS);
    let clean = true;
    for (let step = this.steps.pop(); step; step = this.steps.pop()) {
      const wantedLaterMs = this.steps.reduce((sum, later) => sum + later.timeoutMs, 0);
      const remainingMs = Math.max(0, deadline - performance.now());
      // Proportional shares: a step that hangs cannot eat the time of the database, which stops last.
      const shareMs = (remainingMs * step.timeoutMs) / (step.timeoutMs + wantedLaterMs);
      clean = (await this.runStep(step, Math.min(step.timeoutMs, shareMs))) && clean;
    }
    return clean;
  }

  private async runStep(step: ShutdownStep, timeoutMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`took longer than ${Math.round(timeoutMs)} ms`)), timeoutMs);
    });
    try {
      await Promise.race([Promise.resolve().then(() => step.stop()), timeout]);
      return true;
    } catch (error) {
      this.options.onFailedStep?.(step.name, error);
      return false;
    } finally {
      clearTimeout(timer);
    }
  }
}
