import { performance } from 'node:perf_hooks';

const NAME_WIDTH = 58;
const MS_WIDTH = 7;

/** A step that failed, with what it was doing. */
export class StepFailedError extends Error {
  override readonly name = 'StepFailedError';

  constructor(
    readonly step: string,
    cause: unknown,
  ) {
    super(`${step}: ${firstLines(cause)}`, { cause });
  }
}

/** Playwright adds a log of every attempt; the sentence before it says what is wrong. */
function firstLines(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.split('\nCall log:')[0] ?? text;
}

interface Line {
  step: string;
  tookMs: number;
}

/** Prints what happens while it happens: chapters, and in them steps with their time and a remark. */
export class Story {
  readonly #lines: Line[] = [];
  readonly #startedAt = performance.now();

  constructor(private readonly write: (text: string) => void) {}

  title(text: string): void {
    this.write(`\n${text}\n${'='.repeat([...text].length)}\n`);
  }

  fact(name: string, value: string): void {
    this.write(`  ${name.padEnd(12)}${value}\n`);
  }

  chapter(text: string): void {
    this.write(`\n${text}\n`);
  }

  note(text: string): void {
    this.write(`    ${text}\n`);
  }

  /**
   * Does one step and prints it. What `work` returns is given back; `remark` makes a few words of it.
   * @throws StepFailedError
   */
  async step<Result>(name: string, work: () => Promise<Result>, remark?: (result: Result) => string): Promise<Result> {
    const startedAt = performance.now();
    try {
      const result = await work();
      const tookMs = performance.now() - startedAt;
      this.#lines.push({ step: name, tookMs });
      this.print({ mark: 'ok', name, tookMs, remark: remark?.(result) });
      return result;
    } catch (error) {
      this.print({ mark: 'FAILED', name, tookMs: performance.now() - startedAt });
      throw error instanceof StepFailedError ? error : new StepFailedError(name, error);
    }
  }

  /** Steps done, and the time of the whole in seconds. */
  summary(): { steps: number; seconds: string } {
    return { steps: this.#lines.length, seconds: ((performance.now() - this.#startedAt) / 1_000).toFixed(1) };
  }

  private print(line: { mark: string; name: string; tookMs: number; remark?: string }): void {
    const time = `${Math.round(line.tookMs)} ms`.padStart(MS_WIDTH + 3);
    const text = `  ${line.mark.padEnd(7)}${line.name.padEnd(NAME_WIDTH)}${time}  ${line.remark ?? ''}`;
    this.write(`${text.trimEnd()}\n`);
  }
}
