import { setTimeout as pause } from 'node:timers/promises';
import type { HttpClient } from '../harness/http-client.js';
import type { PageWalk } from '../harness/page-walk.js';
import { ask } from './page-calls.js';
import type { RepeatedOpening } from './under-way.js';

const ASK_EVERY_MS = 100;

/** Answers that a client may go on with, or simply repeat. */
const TAKEN = new Set([200, 201, 503]);

/** Somebody who is signed in and somebody of the staff, who keep asking, and who opens the same case again and again. */
export class SteadyLoad {
  readonly #answers = new Map<number, number>();
  #stopped = false;

  constructor(
    private readonly signedIn: PageWalk,
    private readonly staff: HttpClient,
    private readonly opening?: RepeatedOpening,
  ) {}

  async run(path: string): Promise<void> {
    while (!this.#stopped) {
      for (const status of await this.askAll(path)) this.#answers.set(status, (this.#answers.get(status) ?? 0) + 1);
      await pause(ASK_EVERY_MS);
    }
  }

  private async askAll(path: string): Promise<number[]> {
    const asked = [(await ask(this.signedIn, '/v1/session')).status, (await this.staff.get(path)).status];
    return this.opening ? [...asked, await this.opening.again()] : asked;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Answers by status. @throws Error for anything that a client may not simply repeat */
  requireNoRefusal(): string {
    const told = [...this.#answers].map(([status, count]) => `${count} × ${status}`).join(', ');
    if ([...this.#answers.keys()].some((status) => !TAKEN.has(status))) throw new Error(told);
    return told;
  }
}
