import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleAll,
  SamplingBreaker,
  type CircuitBreakerPolicy,
  type IBreaker,
} from 'cockatiel';

/**
 * What a partner can fail in, each on its own: opening sessions, answering what became of them, and telling the truth –
 * a result whose binding is refused. Success in one says nothing about another.
 */
export type CircuitAspect = 'create' | 'fetch' | 'result';

interface AspectRule {
  /** Faults in a row that open it. Five: one dropped connection is no outage, and five people have waited for nothing. */
  faultsInARow: number;
  /** How long nobody is sent there. */
  restMs: number;
  /** How long the one who is sent there after the rest may take to show how it is. */
  trialMs: number;
}

export type CircuitRules = Record<CircuitAspect, AspectRule>;

export const CIRCUIT_RULES: CircuitRules = {
  // Ten seconds: a partner that is back has its share within a minute, one that hangs costs one person a try per rest.
  create: { faultsInARow: 5, restMs: 10_000, trialMs: 5_000 },
  // The first look comes many seconds after the session was opened.
  fetch: { faultsInARow: 5, restMs: 10_000, trialMs: 60_000 },
  // A partner that lies is not back after a moment.
  result: { faultsInARow: 5, restMs: 60_000, trialMs: 120_000 },
};

/** Half of the calls of half a minute, when there were at least ten: a partner that answers every other call. */
const SAMPLE = { threshold: 0.5, duration: 30_000, minimumRps: 1 / 3 };

export interface CircuitView {
  state: 'closed' | 'open' | 'half_open';
  /** Nobody is sent there before. */
  openUntil?: Date;
}

/** Tells whether one partner is asked, as far as this process has seen. Times are milliseconds since the epoch. */
export class ProviderCircuit {
  readonly #aspects: Record<CircuitAspect, AspectCircuit>;
  #restUntilMs = 0;

  constructor(
    onOpen: (aspect: CircuitAspect, restSeconds: number) => void,
    onClose: (aspect: CircuitAspect) => void,
    rules: CircuitRules = CIRCUIT_RULES,
  ) {
    const make = (aspect: CircuitAspect): AspectCircuit =>
      new AspectCircuit(rules[aspect], {
        opened: () => onOpen(aspect, rules[aspect].restMs / 1_000),
        closed: () => onClose(aspect),
      });
    this.#aspects = { create: make('create'), fetch: make('fetch'), result: make('result') };
  }

  async observe(aspect: CircuitAspect, ok: boolean, nowMs: number): Promise<void> {
    await this.#aspects[aspect].observe(ok, nowMs);
  }

  /** The partner asked to be left alone (RFC 9110, 10.2.3, `Retry-After`). */
  rest(seconds: number, nowMs: number): void {
    this.#restUntilMs = Math.max(this.#restUntilMs, nowMs + seconds * 1_000);
  }

  /** Seconds until a person may be sent there; 0 when it may be now. Changes nothing. */
  restSeconds(nowMs: number): number {
    const untilMs = Math.max(this.#restUntilMs, ...this.#all().map((aspect) => aspect.closedToAllUntilMs(nowMs)));
    return Math.max(0, (untilMs - nowMs) / 1_000);
  }

  /**
   * Takes the right to send a person there: after a rest one person may go first, and the others wait for the outcome.
   */
  ask(nowMs: number): boolean {
    if (this.restSeconds(nowMs) > 0) return false;
    for (const aspect of this.#all()) aspect.startTrial(nowMs);
    return true;
  }

  /** Its state in each respect; `half_open` is a rest that is over, after which nobody has been sent there. */
  states(nowMs: number): [CircuitAspect, CircuitView['state']][] {
    const aspects = Object.entries(this.#aspects) as [CircuitAspect, AspectCircuit][];
    return aspects.map(([aspect, one]) => [
      aspect,
      !one.open ? 'closed' : one.openUntilMs > nowMs ? 'open' : 'half_open',
    ]);
  }

  view(nowMs: number): CircuitView {
    const untilMs = Math.max(this.#restUntilMs, ...this.#all().map((aspect) => aspect.openUntilMs));
    if (untilMs > nowMs) return { state: 'open', openUntil: new Date(untilMs) };
    return { state: this.#all().some((aspect) => aspect.open) ? 'half_open' : 'closed' };
  }

  #all(): AspectCircuit[] {
    return Object.values(this.#aspects);
  }
}

/** One breaker. It is told how calls ended and never stands between a caller and the partner. */
class AspectCircuit {
  readonly #policy: CircuitBreakerPolicy;
  #openUntilMs = 0;
  #trialUntilMs = 0;

  constructor(
    private readonly rule: AspectRule,
    on: { opened: () => void; closed: () => void },
  ) {
    const breaker = anyOf(new ConsecutiveBreaker(rule.faultsInARow), new SamplingBreaker(SAMPLE));
    // The breaker's own clock starts a moment after ours: a person who is let through at our time must count with it.
    this.#policy = circuitBreaker(handleAll, { breaker, halfOpenAfter: Math.floor(rule.restMs * 0.9) });
    this.#policy.onBreak(on.opened);
    this.#policy.onReset(on.closed);
  }

  get open(): boolean {
    return this.#policy.state !== CircuitState.Closed;
  }

  get openUntilMs(): number {
    return this.open ? this.#openUntilMs : 0;
  }

  async observe(ok: boolean, nowMs: number): Promise<void> {
    const was = this.#policy.state;
    await this.#policy.execute(() => (ok ? undefined : Promise.reject(new Error('fault')))).catch(() => undefined);
    if (!this.open || was === CircuitState.Closed || nowMs >= this.#openUntilMs) this.#trialUntilMs = 0;
    if (this.open && (was === CircuitState.Closed || nowMs >= this.#openUntilMs))
      this.#openUntilMs = nowMs + this.rule.restMs;
  }

  /** 0 when it keeps nobody away. */
  closedToAllUntilMs(nowMs: number): number {
    if (!this.open) return 0;
    return this.#openUntilMs > nowMs ? this.#openUntilMs : this.#trialUntilMs;
  }

  startTrial(nowMs: number): void {
    if (this.open) this.#trialUntilMs = nowMs + this.rule.trialMs;
  }
}

/** Opens when either would. */
function anyOf(...breakers: IBreaker[]): IBreaker {
  return {
    state: undefined,
    success: (state) => breakers.forEach((breaker) => breaker.success(state)),
    failure: (state) => breakers.map((breaker) => breaker.failure(state)).includes(true),
  };
}
