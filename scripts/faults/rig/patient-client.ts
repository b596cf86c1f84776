import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Answer, HttpClient, type RequestOptions } from '../../harness/http-client.js';

const ANSWER_TIMEOUT_MS = 12_000;
const PATIENCE_MS = 180_000;
const LONGEST_WAIT_MS = 1_000;

/** What became of every request of a run, so that errors nobody may repeat are seen. */
export class AnswerBook {
  readonly counts = new Map<string, number>();
  #retried = 0;

  get retried(): number {
    return this.#retried;
  }

  note(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  noteRetry(): void {
    this.#retried += 1;
  }

  /** Answers a client can do nothing about: 5xx other than 503, and a 503 that does not say when to come back. */
  failures(): string[] {
    return [...this.counts].filter(([what]) => what.startsWith('5')).map(([what, count]) => `${count} × ${what}`);
  }

  /** Requests that were refused for good, by kind. */
  refusals(): Map<string, number> {
    return new Map([...this.counts].filter(([what]) => what.startsWith('4')));
  }
}

/**
 * A client as the contract wants it: repeats what was not answered or was answered "later", with the same
 * `Idempotency-Key`, and nothing else.
 */
export class PatientClient extends HttpClient {
  constructor(
    options: ConstructorParameters<typeof HttpClient>[0],
    private readonly book: AnswerBook,
  ) {
    super(options);
  }

  override async send(method: string, path: string, request: RequestOptions = {}): Promise<Answer> {
    const headers = { ...(method === 'POST' ? { 'idempotency-key': randomUUID() } : {}), ...request.headers };
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const answer = await this.once(method, path, { ...request, headers });
      if (answer && !isLater(answer)) {
        this.note(answer);
        return answer;
      }
      if (answer?.status === 503 && !answer.headers.has('retry-after')) this.note(answer, 'without Retry-After');
      this.book.noteRetry();
      if (Date.now() > until) throw new Error(`${method} ${path} was not answered in ${PATIENCE_MS} ms`);
      await pause(Math.min(LONGEST_WAIT_MS, 1_000 * Number(answer?.headers.get('retry-after') ?? 0.2)));
    }
  }

  private note({ status, code = '', method, path }: Answer, more = ''): void {
    this.book.note(`${status} ${code} ${method} ${path.replaceAll(/rc_\w+|sub_\w+/g, ':id')} ${more}`.trimEnd());
  }

  /** Undefined: refused, cut, or no answer in time. */
  private async once(method: string, path: string, request: RequestOptions): Promise<Answer | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), ANSWER_TIMEOUT_MS);
    });
    const answered = super.send(method, path, request).catch(() => undefined);
    return Promise.race([answered, late]).finally(() => clearTimeout(timer));
  }
}

const isLater = (answer: Answer): boolean => answer.status === 503 || answer.code === 'request_in_progress';
