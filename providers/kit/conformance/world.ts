import { randomBytes } from 'node:crypto';
import { expect } from '@jest/globals';
import { ProviderError, Sensitive } from '../index.js';
import type {
  AuthenticatedPush,
  ClockPort,
  CreatedSession,
  CreateSessionContext,
  LoggerPort,
  ProviderAdapter,
  ProviderReport,
  RawPush,
  SessionContext,
} from '../index.js';
import { CANARY } from './canary.js';
import type { Fault } from './fault.js';
import { FaultProxy } from './fault-proxy.js';
import { createNodeHttpPort } from './node-http-port.js';
import type { RunningSimulator } from '../simulator/index.js';
import type { CanaryIdentity, ConformanceOptions, PartnerOutcome } from './options.js';
import { PushReceiver } from './push-receiver.js';

/** Long enough for a busy machine, short enough to wait for in every test of hanging. */
const MAX_TIMEOUT_MS = 1500;
const PUSH_DEADLINE_MS = 15_000;

export interface OpenSession {
  context: CreateSessionContext;
  created: CreatedSession;
  session: SessionContext;
  /** What pushes and the return carried; `session` sees it too. */
  deliveries: Sensitive<string>[];
  /** The person's and the partner's part is over: a result that is not there yet is on its way. */
  finished: boolean;
  /** How many pushes of the receiver were looked at for this session. */
  seenPushes: number;
}

/** What the document says otherwise than that of {@link CANARY}. */
type Says = Partial<CanaryIdentity & { documentType: string }>;

export type Settled<Value> = { value: Value; error?: undefined } | { value?: undefined; error: ProviderError };

/** The options with one set of keys for the whole run. */
export type WorldOptions = ConformanceOptions<unknown, unknown> & { credentials: unknown };

/** Holds simulator, network and adapter of one run, and records everything they showed for the search for leaks at the end. */
export class ConformanceWorld {
  readonly shown: unknown[] = [];
  readonly #settings = new Map<string, unknown>();
  #skewMs = 0;

  private constructor(
    private readonly options: WorldOptions,
    readonly simulator: RunningSimulator,
    readonly proxy: FaultProxy,
    readonly receiver: PushReceiver,
    private readonly partnerTime: { aheadMs: number },
  ) {}

  static async start(options: WorldOptions): Promise<ConformanceWorld> {
    const receiver = await PushReceiver.start();
    const partnerTime = { aheadMs: 0 };
    const simulator = await options.simulator.start({
      credentials: options.credentials,
      pushUrl: receiver.url,
      retryDelaysMs: [],
      now: () => new Date(Date.now() + partnerTime.aheadMs),
    });
    const proxy = await FaultProxy.start(simulator.baseUrl, options.faultsHit);
    return new ConformanceWorld(options, simulator, proxy, receiver, partnerTime);
  }

  async close(): Promise<void> {
    await this.proxy.close();
    await this.simulator.close();
    await this.receiver.close();
  }

  /** A new adapter each time: nothing may depend on what an earlier one remembered. */
  adapter(baseUrl = this.proxy.baseUrl): ProviderAdapter {
    const { definition } = this.options;
    const ports = {
      http: createNodeHttpPort({ maxTimeoutMs: MAX_TIMEOUT_MS }),
      clock: this.clock,
      logger: this.logger,
    };
    return definition.create(this.settings(baseUrl), ports);
  }

  /** Read once for each address, and frozen: what an adapter is given holds nothing of an earlier one. */
  private settings(baseUrl: string): unknown {
    const known = this.#settings.get(baseUrl);
    if (known !== undefined) return known;
    const settings = Object.freeze(this.options.definition.environment.parse(environmentOf(this.options, baseUrl)));
    this.#settings.set(baseUrl, settings);
    return settings;
  }

  readonly clock: ClockPort = { now: () => new Date(Date.now() + this.#skewMs) };

  readonly logger: LoggerPort = {
    info: (message, fields) => void this.shown.push({ message, fields }),
    warn: (message, fields) => void this.shown.push({ message, fields }),
  };

  /** Runs something with the adapter's clock ahead (or behind) by so many seconds. */
  async withClockSkew<Value>(seconds: number, run: () => Promise<Value>): Promise<Value> {
    this.#skewMs = seconds * 1000;
    try {
      return await run();
    } finally {
      this.#skewMs = 0;
    }
  }

  /** Runs something so many seconds later, for the adapter and for the partner. */
  async later(seconds: number, run: () => Promise<void>): Promise<void> {
    this.partnerTime.aheadMs = seconds * 1000;
    try {
      await this.withClockSkew(seconds, run);
    } finally {
      this.partnerTime.aheadMs = 0;
    }
  }

  context(reference = `vs_${randomBytes(16).toString('hex').slice(0, 26)}`): CreateSessionContext {
    const matching = this.adapter().capabilities.expectedIdentityMatching;
    const { givenName, familyName, birthDate } = CANARY;
    return {
      reference,
      attempt: 1,
      nonce: randomBytes(32).toString('base64url'),
      returnUrl: 'http://localhost:3000/v1/providers/return?state=one-time',
      webhookUrl: this.receiver.url,
      language: 'en',
      ...(matching && { expectedIdentity: new Sensitive({ givenName, familyName, birthDate }) }),
    };
  }

  async open(context = this.context()): Promise<OpenSession> {
    const seenPushes = this.receiver.pushes.length;
    return this.opened(context, { created: await this.adapter().createSession(context), seenPushes });
  }

  opened(context: CreateSessionContext, made: { created: CreatedSession; seenPushes: number }): OpenSession {
    const { created, seenPushes } = made;
    const { reference, attempt, nonce, returnUrl, expectedIdentity } = context;
    const { externalId, secretState } = created;
    const evidence = this.options.evidenceFor?.(reference);
    const deliveries: Sensitive<string>[] = [];
    return {
      context,
      created,
      session: {
        reference,
        attempt,
        nonce,
        returnUrl,
        externalId,
        secretState,
        expectedIdentity,
        evidence,
        deliveries,
      },
      deliveries,
      finished: false,
      seenPushes,
    };
  }

  /** Our pictures, where we take them; then the person's and the partner's part. What the browser would come back with. */
  async play(opened: OpenSession, outcome: PartnerOutcome | 'duplicate' | 'bad_signature', says: Says = {}) {
    await this.adapter().submitEvidence?.(opened.session);
    const hints = await this.simulator.decide(opened.context.reference, {
      scenario: outcome,
      identity: { ...CANARY, ...says },
    });
    opened.finished = true;
    return hints?.returnQuery;
  }

  /** The same, with the browser's return where the protocol needs one. */
  async finish(
    opened: OpenSession,
    outcome: PartnerOutcome | 'duplicate' | 'bad_signature',
    says: Says = {},
  ): Promise<void> {
    const returnQuery = await this.play(opened, outcome, says);
    if (returnQuery) await this.comeBack(opened, returnQuery);
  }

  async comeBack(opened: OpenSession, query: Record<string, string>): Promise<void> {
    const arrival = await this.adapter().handleReturn?.(opened.session, query);
    if (arrival?.payload) opened.deliveries.push(arrival.payload);
  }

  async openAndFinish(outcome: PartnerOutcome): Promise<OpenSession> {
    const opened = await this.open();
    await this.finish(opened, outcome);
    return opened;
  }

  /** The report. A result that comes by push and no other way is waited for once the session is finished. */
  async fetch(opened: OpenSession): Promise<ProviderReport> {
    for (;;) {
      try {
        const report = await this.adapter().fetchResult(opened.session);
        this.shown.push(report);
        return report;
      } catch (error) {
        if (!this.mayStillCome(opened, error) || !(await this.takeNextPush(opened))) throw error;
      }
    }
  }

  private mayStillCome({ finished }: OpenSession, error: unknown): boolean {
    const pushed = this.adapter().capabilities.resultTransport === 'callback_only';
    return pushed && finished && error instanceof ProviderError && error.code === 'not_ready';
  }

  /** Files the next push if it is about this session, as the host does. False when none comes. */
  private async takeNextPush(opened: OpenSession): Promise<boolean> {
    if (!(await this.receiver.anotherAfter(opened.seenPushes, PUSH_DEADLINE_MS))) return false;
    const raw = this.receiver.pushes[opened.seenPushes];
    opened.seenPushes += 1;
    if (raw) this.file(opened, await this.verify(raw).catch(() => undefined));
    return true;
  }

  file(opened: OpenSession, push: AuthenticatedPush | undefined): void {
    const { content } = push ?? {};
    if (content?.reference === opened.context.reference) opened.deliveries.push(content.payload);
  }

  /** Settles a call while the network misbehaves; `asked` counts the requests that met the fault. */
  async under<Value>(fault: Fault, run: () => Promise<Value>): Promise<Settled<Value> & { asked: number }> {
    this.proxy.arm(fault);
    const settled = await this.settle(run());
    const asked = this.proxy.faulted;
    this.proxy.arm(undefined);
    return { ...settled, asked };
  }

  /** The value or the error; anything thrown that is not a `ProviderError` fails the test. */
  async settle<Value>(promise: Promise<Value>): Promise<Settled<Value>> {
    try {
      const value = await promise;
      this.shown.push(value);
      return { value };
    } catch (error) {
      this.shown.push(error);
      expect(error).toBeInstanceOf(ProviderError);
      return { error: error as ProviderError };
    }
  }

  async verify(push: RawPush): Promise<AuthenticatedPush> {
    const { verifyPush } = this.adapter();
    if (!verifyPush) throw new TypeError('this adapter takes no pushes');
    return verifyPush(push);
  }

  /** The first `count` genuine pushes about a session, in the order they came. */
  async pushesOf(opened: OpenSession, count = 1): Promise<{ raw: RawPush; verified: AuthenticatedPush }[]> {
    const found: { raw: RawPush; verified: AuthenticatedPush }[] = [];
    for (let seen = opened.seenPushes; found.length < count; seen += 1) {
      const arrived = await this.receiver.anotherAfter(seen, PUSH_DEADLINE_MS);
      const raw = this.receiver.pushes[seen];
      if (!arrived || !raw) throw new Error(`only ${found.length} of ${count} genuine pushes arrived`);
      const verified = await this.verify(raw).catch(() => undefined);
      if (verified?.externalId === opened.session.externalId) found.push({ raw, verified });
    }
    return found;
  }

  secrets(): string[] {
    const environment = environmentOf(this.options, 'http://127.0.0.1:9');
    return this.options.secretVariables.flatMap((name) => (environment[name] ?? '').split(/[\s,]+/)).filter(Boolean);
  }
}

/** The adapter's variables, with the partner at `baseUrl`. */
export function environmentOf(options: WorldOptions, baseUrl: string): Record<string, string> {
  return { ...options.simulator.environment(baseUrl, options.credentials), ...options.environment };
}
