import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { controlRoutes } from './control.js';
import { dispatch, type DispatchOptions, type Route } from './http.js';
import type { Scenario, SimulatedIdentity } from './scenario.js';
import { SessionBook, type SessionBookOptions, type SimulatedSession } from './session-book.js';

/**
 * One simulated partner. `simulator/index.ts` of each provider exports one as `simulator`; demo, tests and
 * `npm run simulator` start them without knowing whose they are.
 */
export interface SimulatorDefinition<Credentials = unknown> {
  /** The provider's id. */
  readonly id: string;
  readonly displayName: string;
  /** Keys and names for one run, as both sides would have agreed on them; what the environment gives is kept. */
  credentials(given?: Readonly<Record<string, string | undefined>>): Credentials;
  /** The adapter's variables for this partner. */
  environment(baseUrl: string, credentials: Credentials): Record<string, string>;
  start(options: SimulatorOptions<Credentials>): Promise<RunningSimulator>;
}

export interface SimulatorOptions<Credentials> {
  credentials: Credentials;
  /** Default: any free one. */
  port?: number;
  /** Address to listen on. Default 127.0.0.1. */
  host?: string;
  /** Where the person's browser finds the partner, without a final slash. Default `http://localhost:{port}`. */
  publicUrl?: string;
  /** For partners whose push address is an account setting. */
  pushUrl?: string;
  /** Waits between deliveries that were not answered 2xx, in milliseconds. */
  retryDelaysMs?: readonly number[];
  slowSeconds?: number;
  sessionTtlSeconds?: number;
  /** Life of the address a person is sent to, where the protocol ends it before the session. Default: the protocol's. */
  handoffTtlSeconds?: number;
  now?: () => Date;
  /** Bearer key of the control calls. Default: they are closed. */
  controlKey?: string;
  scenarioFor?: (reference: string) => Promise<Scenario | undefined>;
  identityFor?: (reference: string) => Promise<SimulatedIdentity | undefined>;
}

export interface RunningSimulator {
  /** For the customer's own calls; a browser is sent to `publicUrl`. */
  readonly baseUrl: string;
  readonly publicUrl: string;
  /** How one session behaves, set before or after it was created; `undefined` leaves it to the person again. */
  setScenario(reference: string, scenario: Scenario | undefined): Promise<void>;
  /** How sessions behave that nothing else was said about. */
  setDefaultScenario(scenario: Scenario | undefined): void;
  /**
   * Settles a session now, as if the person had been there. Rejects for an unknown reference. `returnQuery` is what the
   * browser would come back with, where that carries something.
   */
  decide(reference: string, scenario: Scenario): Promise<{ returnQuery?: Record<string, string> }>;
  /** References of the sessions it holds, oldest first. */
  references(): string[];
  /** Drops every connection and timer; nothing is pushed any more. */
  close(): Promise<void>;
}

const DEFAULT_SESSION_TTL_SECONDS = 3600;
const DEFAULT_SLOW_SECONDS = 15;

/** The clock and the durations of a run, with the defaults of all simulators. */
export function timesOf({ now, sessionTtlSeconds, slowSeconds }: SimulatorOptions<unknown>) {
  return {
    now: now ?? (() => new Date()),
    sessionTtlSeconds: sessionTtlSeconds ?? DEFAULT_SESSION_TTL_SECONDS,
    slowSeconds: slowSeconds ?? DEFAULT_SLOW_SECONDS,
  };
}

/** A session book for a run; `hooks` is where a partner that pushes hears of its sessions. */
export function bookOf<Session extends SimulatedSession>(
  options: SimulatorOptions<unknown>,
  hooks: Partial<Pick<SessionBookOptions<Session>, 'onDecided' | 'onOpened'>> = {},
): SessionBook<Session> {
  const { now, slowSeconds } = timesOf(options);
  const { scenarioFor, identityFor } = options;
  return new SessionBook<Session>({ now, slowSeconds, scenarioFor, identityFor, onDecided: () => undefined, ...hooks });
}

export interface Listening {
  port: number;
  close(): Promise<void>;
}

/** Serves a table of routes on node's own HTTP server until it is closed. */
export async function listen(
  routes: () => readonly Route[],
  options: { port?: number; host?: string } & DispatchOptions,
): Promise<Listening> {
  const server = createServer(
    (request, response) => void dispatch(routes(), { request, response }, { errorBody: options.errorBody }),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

export interface Played<Session extends SimulatedSession> extends DispatchOptions {
  book: SessionBook<Session>;
  /** The partner's calls and pages; `publicUrl` is where a browser finds it. */
  routes: (publicUrl: string) => readonly Route[];
  /** Bearer key of the control calls where the caller gives none; without either they are closed. */
  controlKey?: string;
  /** What the person's browser would come back with. */
  returnQuery?: (session: Session) => Record<string, string> | undefined;
  /** What else ends with it: senders, timers. */
  parts?: readonly { close(): void }[];
}

/** Serves a simulated partner until it is closed. */
export async function play<Session extends SimulatedSession>(
  options: SimulatorOptions<unknown>,
  { book, parts = [], ...played }: Played<Session>,
): Promise<RunningSimulator> {
  const controlKey = options.controlKey ?? played.controlKey;
  let routes: readonly Route[] = [];
  const server = await listen(() => routes, { ...options, errorBody: played.errorBody });
  const publicUrl = options.publicUrl ?? `http://localhost:${server.port}`;
  routes = [...played.routes(publicUrl), ...(controlKey === undefined ? [] : controlRoutes(book, controlKey))];
  return {
    baseUrl: `http://127.0.0.1:${server.port}`,
    publicUrl,
    setScenario: (reference, scenario) => book.setScenario(reference, scenario),
    setDefaultScenario: (scenario) => book.setDefaultScenario(scenario),
    references: () => book.all().map((session) => session.reference),
    async decide(reference, scenario) {
      const session = book.findByReference(reference);
      if (!session) throw new RangeError('the partner has no session for this reference');
      await book.decide(session, scenario);
      return { returnQuery: played.returnQuery?.(session) };
    },
    async close() {
      for (const part of [book, ...parts]) part.close();
      await server.close();
    },
  };
}
