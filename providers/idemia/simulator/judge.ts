import type { Scenario, SessionBook } from '../../kit/simulator/index.js';
import { isComplete, isInAdjudication, verdictOf, type GipsIdentity } from './gips-identity.js';
import type { Notifications } from './notifications.js';

/** How long the partner looks at pictures that nobody said anything about. */
const LOOKING_MS = 2_000;

/** Decides about identities: by scenario, by itself after a moment, or as the back office says. */
export class Judge {
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(
    private readonly book: SessionBook<GipsIdentity>,
    private readonly notifications: Notifications,
  ) {}

  /** A decision may be there before the pictures are; it shows with them. */
  decided(identity: GipsIdentity): void {
    const { scenario } = identity.decision ?? {};
    // GIPS knows no end without a verdict but that the transaction is gone.
    if (scenario === 'cancelled' || scenario === 'failed') return this.book.forget(identity);
    if (scenario === 'expired') return void this.notifications.paused(identity);
    this.#announce(identity);
  }

  evidenceCame(identity: GipsIdentity): void {
    if (!isComplete(identity)) return;
    if (identity.decision) return this.#announce(identity);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#decideAlone(identity).catch(() => undefined);
    }, LOOKING_MS);
    timer.unref();
    this.#timers.add(timer);
  }

  /** The back office's word: at once while nothing is decided, and the last one about what waits for adjudication. */
  async rule(identity: GipsIdentity, scenario: Scenario): Promise<void> {
    if (isInAdjudication(identity)) {
      if (scenario.scenario === 'review') return;
      identity.decision = undefined;
    }
    await this.book.decide(identity, scenario);
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  async #decideAlone(identity: GipsIdentity): Promise<void> {
    const scenario = await this.book.scenarioOf(identity.reference);
    if (scenario === undefined || scenario.scenario === 'early_push')
      await this.book.decide(identity, { scenario: 'pass' });
  }

  #announce(identity: GipsIdentity): void {
    const verdict = verdictOf(identity);
    if (!verdict || !isComplete(identity) || identity.announced) return;
    identity.announced = true;
    void this.notifications.evidenceSettled(identity, verdict.scenario);
  }
}
