import {
  decidesAlone,
  decisionOf,
  shownIdentity,
  type Decision,
  type Scenario,
  type SimulatedIdentity,
} from './scenario.js';

const MAX_SESSIONS = 10_000;

/** What every simulated partner keeps of a session; each adds what its protocol carries. */
export interface SimulatedSession {
  readonly id: string;
  /** The customer's own reference. */
  readonly reference: string;
  readonly expiresAt: Date;
  decision?: Decision;
  timer?: NodeJS.Timeout;
  /** Answers given so far, for partners that say things in stages. */
  reads: number;
}

export interface SessionBookOptions<Session> {
  slowSeconds: number;
  now: () => Date;
  /** The host's word about a reference, where nothing was set for it. */
  scenarioFor?: (reference: string) => Promise<Scenario | undefined>;
  identityFor?: (reference: string) => Promise<SimulatedIdentity | undefined>;
  /** Runs once, when a session is settled: the place to push. */
  onDecided: (session: Session) => void;
  /** Runs once, after a session was opened and before its create call is answered. */
  onOpened?: (session: Session, scenario: Scenario | undefined) => Promise<void>;
}

/** Sessions of a simulated partner in memory, and what decides them. */
export class SessionBook<Session extends SimulatedSession> {
  readonly #byId = new Map<string, Session>();
  readonly #byReference = new Map<string, Session>();
  readonly #scenarios = new Map<string, Scenario>();
  #defaultScenario: Scenario | undefined;

  constructor(private readonly options: SessionBookOptions<Session>) {}

  find(id: string): Session | undefined {
    return this.#byId.get(id);
  }

  findByReference(reference: string): Session | undefined {
    return this.#byReference.get(reference);
  }

  all(): Session[] {
    return [...this.#byId.values()];
  }

  async add(session: Session): Promise<void> {
    this.#byId.set(session.id, session);
    this.#byReference.set(session.reference, session);
    this.#forgetOldest();
    const scenario = await this.scenarioOf(session.reference);
    await this.options.onOpened?.(session, scenario);
    if (scenario && decidesAlone(scenario)) await this.arm(session);
  }

  forget(session: Session): void {
    clearTimeout(session.timer);
    this.#byId.delete(session.id);
    if (this.#byReference.get(session.reference) === session) this.#byReference.delete(session.reference);
  }

  setDefaultScenario(scenario: Scenario | undefined): void {
    this.#defaultScenario = scenario;
  }

  async setScenario(reference: string, scenario: Scenario | undefined): Promise<void> {
    if (scenario) this.#scenarios.set(reference, scenario);
    else this.#scenarios.delete(reference);
    const session = this.#byReference.get(reference);
    if (!session) return;
    clearTimeout(session.timer);
    session.timer = undefined;
    await this.arm(session);
  }

  /** What is in force right now: set for the reference, else what the host says, else the default. */
  async scenarioOf(reference: string): Promise<Scenario | undefined> {
    return this.#scenarios.get(reference) ?? (await this.options.scenarioFor?.(reference)) ?? this.#defaultScenario;
  }

  async identityOf(reference: string): Promise<SimulatedIdentity> {
    return (await this.options.identityFor?.(reference)) ?? {};
  }

  /** Starts the clock of a scenario that decides without the person. Ask as often as you like. */
  async arm(session: Session): Promise<void> {
    const scenario = await this.scenarioOf(session.reference);
    if (!scenario || session.decision || session.timer || !decidesAlone(scenario)) return;
    // Without a delay, `late` comes when `decide` is called.
    if (scenario.scenario === 'late' && scenario.delaySeconds === undefined) return;
    const seconds = scenario.delaySeconds ?? (scenario.scenario === 'slow' ? this.options.slowSeconds : 0);
    session.timer = setTimeout(() => {
      session.timer = undefined;
      // Fails only when the host could not say whose document it is; the next look at the session tries again.
      this.decide(session, scenario).catch(() => undefined);
    }, seconds * 1000);
    session.timer.unref();
  }

  /** Settles a session, once; its push is on its way when this resolves. */
  async decide(session: Session, { scenario, identity }: Scenario): Promise<void> {
    if (session.decision) return;
    const said = shownIdentity(await this.identityOf(session.reference), identity);
    if (session.decision || this.#byId.get(session.id) !== session) return;
    clearTimeout(session.timer);
    session.decision = decisionOf(scenario, said, this.options.now());
    this.options.onDecided(session);
  }

  /** Whether a session waits for the person, works by itself, has run out of time, or is decided. */
  async standing(session: Session): Promise<'waiting' | 'processing' | 'expired' | 'decided'> {
    if (session.decision) return session.decision.scenario === 'expired' ? 'expired' : 'decided';
    const scenario = await this.scenarioOf(session.reference);
    if (scenario?.scenario !== 'late' && session.expiresAt <= this.options.now()) return 'expired';
    return scenario && decidesAlone(scenario) ? 'processing' : 'waiting';
  }

  close(): void {
    for (const session of this.#byId.values()) clearTimeout(session.timer);
  }

  #forgetOldest(): void {
    const [oldest] = this.#byId.values();
    if (oldest && this.#byId.size > MAX_SESSIONS) this.forget(oldest);
  }
}
