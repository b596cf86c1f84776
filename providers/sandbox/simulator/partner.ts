import { randomBytes } from 'node:crypto';
import { HttpFault } from './http.js';
import { verdictOf, type Scenario, type ScenarioName } from './scenario.js';
import type { SandboxIdentity, Session, SessionRequest } from './types.js';
import type { WebhookSender } from './webhook-sender.js';

const MAX_SESSIONS = 10_000;
const DUPLICATE_COPIES = 5;
const FICTIONAL: Required<SandboxIdentity> = {
  givenName: 'Erika',
  familyName: 'Sandbox',
  birthDate: '1990-01-01',
  nationality: 'UTO',
  documentNumber: 'SANDBOX00',
  documentType: 'passport',
  issuingCountry: 'UTO',
  expiryDate: '2099-12-31',
};

export interface PartnerBehaviour {
  environment: 'live' | 'test';
  sessionTtlSeconds: number;
  slowSeconds: number;
  now: () => Date;
  scenarioFor?: (reference: string) => Promise<Scenario | undefined>;
  defaultIdentityFor?: (reference: string) => Promise<SandboxIdentity | undefined>;
}

/** The partner itself, without HTTP: sessions, what decides them, and the pushes that follow a decision. */
export class Partner {
  readonly #byId = new Map<string, Session>();
  readonly #byReference = new Map<string, Session>();
  readonly #scenarios = new Map<string, Scenario>();
  #defaultScenario: Scenario | undefined;

  constructor(
    private readonly behaviour: PartnerBehaviour,
    private readonly sender: WebhookSender,
  ) {}

  get environment(): 'live' | 'test' {
    return this.behaviour.environment;
  }

  find(id: string): Session | undefined {
    return this.#byId.get(id);
  }

  findByReference(reference: string): Session | undefined {
    return this.#byReference.get(reference);
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

  /** What is in force for a reference right now: set for it, else what the host says, else the default. */
  async scenarioOf(reference: string): Promise<Scenario | undefined> {
    return this.#scenarios.get(reference) ?? (await this.behaviour.scenarioFor?.(reference)) ?? this.#defaultScenario;
  }

  async refuseDuringOutage(reference: string): Promise<void> {
    if ((await this.scenarioOf(reference))?.scenario === 'outage') throw new HttpFault(503, 'unavailable');
  }

  /** The reference is the idempotency key: the same request gets the same session, another one gets `undefined`. */
  async open(request: SessionRequest): Promise<{ session: Session; created: boolean } | undefined> {
    const known = this.#byReference.get(request.reference);
    if (known) return known.nonce === request.nonce ? { session: known, created: false } : undefined;
    const expiresAt = new Date(this.behaviour.now().getTime() + this.behaviour.sessionTtlSeconds * 1000);
    const session: Session = { ...request, id: `sbx_${randomBytes(16).toString('base64url')}`, expiresAt, reads: 0 };
    this.#byId.set(session.id, session);
    this.#byReference.set(session.reference, session);
    this.#forgetOldest();
    const scenario = await this.scenarioOf(session.reference);
    if (scenario?.scenario === 'early_push') await this.#push(session, 1);
    else await this.arm(session);
    return { session, created: true };
  }

  /** Starts the clock of a scenario that decides without the person. Asked as often as one likes. */
  async arm(session: Session): Promise<void> {
    const scenario = await this.scenarioOf(session.reference);
    if (!scenario || session.verdict || session.timer || !decidesAlone(scenario)) return;
    // Without a delay, `late` comes when `decide` is called.
    if (scenario.scenario === 'late' && scenario.delaySeconds === undefined) return;
    const seconds = scenario.delaySeconds ?? (scenario.scenario === 'slow' ? this.behaviour.slowSeconds : 0);
    session.timer = setTimeout(() => {
      session.timer = undefined;
      // Fails only when the host could not say whose document it is; the next look at the session tries again.
      this.decide(session, scenario).catch(() => undefined);
    }, seconds * 1000);
    session.timer.unref();
  }

  /** Settles a session, once; the push is on its way when this resolves. */
  async decide(session: Session, { scenario, identity }: Scenario): Promise<void> {
    if (session.verdict) return;
    const said = { ...(await this.identityFor(session.reference)), ...identity };
    if (session.verdict || this.#byId.get(session.id) !== session) return;
    clearTimeout(session.timer);
    session.verdict = verdictOf(scenario, said, this.behaviour.now());
    void this.#push(session, scenario === 'duplicate' ? DUPLICATE_COPIES : 1);
  }

  async identityFor(reference: string): Promise<SandboxIdentity> {
    return { ...FICTIONAL, ...(await this.behaviour.defaultIdentityFor?.(reference)) };
  }

  /** Ends what is still open and says so by push; a settled session stays as it is. */
  async cancel(session: Session): Promise<void> {
    await this.decide(session, { scenario: 'cancelled' });
  }

  forget(session: Session): void {
    clearTimeout(session.timer);
    this.#byId.delete(session.id);
    this.#byReference.delete(session.reference);
    this.#scenarios.delete(session.reference);
  }

  /** The status in the partner's own words. */
  async statusOf(session: Session): Promise<string> {
    if (session.verdict) return session.verdict.status;
    const scenario = await this.scenarioOf(session.reference);
    if (scenario?.scenario !== 'late' && session.expiresAt <= this.behaviour.now()) return 'expired';
    return scenario && decidesAlone(scenario) ? 'processing' : 'waiting';
  }

  close(): void {
    for (const session of this.#byId.values()) clearTimeout(session.timer);
    this.sender.close();
  }

  async #push(session: Session, copies: number): Promise<void> {
    const status = await this.statusOf(session);
    await this.sender.push({ url: session.webhookUrl, sessionId: session.id, status, copies });
  }

  #forgetOldest(): void {
    const [oldest] = this.#byId.values();
    if (oldest && this.#byId.size > MAX_SESSIONS) this.forget(oldest);
  }
}

const NEEDS_SOMEBODY: readonly ScenarioName[] = ['outage', 'early_push'];

function decidesAlone({ scenario }: Scenario): boolean {
  return !NEEDS_SOMEBODY.includes(scenario);
}
