import { setTimeout as pause } from 'node:timers/promises';
import type { HttpClient } from '../demo/http-client.js';
import type { PageWalk } from '../demo/page-walk.js';
import { ask } from './page-calls.js';

const ASK_EVERY_MS = 100;

/** Somebody who is signed in and somebody of the staff, who keep asking. */
export class SteadyLoad {
  readonly #answers = new Map<number, number>();
  #stopped = false;

  constructor(
    private readonly signedIn: PageWalk,
    private readonly staff: HttpClient,
  ) {}

  async run(path: string): Promise<void> {
    while (!this.#stopped) {
      for (const status of [(await ask(this.signedIn, '/v1/session')).status, (await this.staff.get(path)).status])
        this.#answers.set(status, (this.#answers.get(status) ?? 0) + 1);
      await pause(ASK_EVERY_MS);
    }
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Answers by status. @throws Error for anything that a client may not simply repeat */
  requireNoRefusal(): string {
    const told = [...this.#answers].map(([status, count]) => `${count} × ${status}`).join(', ');
    if ([...this.#answers.keys()].some((status) => status !== 200 && status !== 503)) throw new Error(told);
    return told;
  }
}
