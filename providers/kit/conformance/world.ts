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
import type { ConformanceOptions, ConformanceSimulator, PartnerOutcome } from './options.js';
import { PushReceiver } from './push-receiver.js';

/** Long enough for a busy machine, short enough to wait for in every test of hanging. */
const MAX_TIMEOUT_MS = 1500;
const PUSH_DEADLINE_MS = 15_000;

export interface OpenSession {
  context: CreateSessionContext;
  created: CreatedSession;
  session: SessionContext;
}

export type Settled<Value> = { value: Value; error?: undefined } | { value?: undefined; error: ProviderError };

/** Simulator, network and adapter of one run, and everything they showed, for the search for leaks at the end. */
export class ConformanceWorld {
  readonly shown: unknown[] = [];
  #skewMs = 0;

  private constructor(
    private readonly options: ConformanceOptions<unknown>,
    readonly simulator: ConformanceSimulator,
    readonly proxy: FaultProxy,
    readonly receiver: PushReceiver,
  ) {}

  static async start(options: ConformanceOptions<unknown>): Promise<ConformanceWorld> {
    const receiver = await PushReceiver.start();
    const simulator = await options.startSimulator({ pushUrl: receiver.url });
    const proxy = await FaultProxy.start(simulator.baseUrl, options.faultsHit);
    return new ConformanceWorld(options, simulator, proxy, receiver);
  }

  async close(): Promise<void> {
    await this.proxy.close();
    await this.simulator.close();
    await this.receiver.close();
  }

  /** A new adapter each time: nothing may depend on what an earlier one remembered. */
  adapter(baseUrl = this.proxy.baseUrl): ProviderAdapter {
    const { definition, environment } = this.options;
    const ports = {
      http: createNodeHttpPort({ maxTimeoutMs: MAX_TIMEOUT_MS }),
      clock: this.clock,
      logger: this.logger,
    };
    return definition.create(definition.environment.parse(environment(baseUrl)), ports);
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
    const created = await this.adapter().createSession(context);
    const { reference, attempt, nonce, expectedIdentity } = context;
    const { externalId, secretState } = created;
    const evidence = this.options.evidenceFor?.(reference);
    return {
      context,
      created,
      session: { reference, attempt, nonce, externalId, secretState, expectedIdentity, evidence },
    };
  }

  /** The person's part, and the browser's return where the protocol needs one. */
  async finish({ session, context }: OpenSession, outcome: PartnerOutcome): Promise<void> {
    const { externalId } = session;
    const hints = await this.simulator.finish({ reference: context.reference, externalId, outcome, identity: CANARY });
    if (hints?.returnQuery) await this.adapter().handleReturn?.(session, hints.returnQuery);
  }

  async openAndFinish(outcome: PartnerOutcome): Promise<OpenSession> {
    const opened = await this.open();
    await this.finish(opened, outcome);
    return opened;
  }

  async fetch({ session }: OpenSession): Promise<ProviderReport> {
    const report = await this.adapter().fetchResult(session);
    this.shown.push(report);
    return report;
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
  async pushesOf({ session }: OpenSession, count = 1): Promise<{ raw: RawPush; verified: AuthenticatedPush }[]> {
    const found: { raw: RawPush; verified: AuthenticatedPush }[] = [];
    for (let seen = 0; found.length < count; seen += 1) {
      const arrived = await this.receiver.anotherAfter(seen, PUSH_DEADLINE_MS);
      const raw = this.receiver.pushes[seen];
      if (!arrived || !raw) throw new Error(`only ${found.length} of ${count} pushes arrived`);
      const verified = await this.verify(raw);
      if (verified.externalId === session.externalId) found.push({ raw, verified });
    }
    return found;
  }

  secrets(): string[] {
    const environment = this.options.environment('http://127.0.0.1:9');
    return this.options.secretVariables.flatMap((name) => (environment[name] ?? '').split(/[\s,]+/)).filter(Boolean);
  }
}
