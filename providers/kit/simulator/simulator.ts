import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dispatch, type DispatchOptions, type Route } from './http.js';
import type { Scenario, SimulatedIdentity } from './scenario.js';
import type { SessionBook, SimulatedSession } from './session-book.js';

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
  /** False: everything it says comes from its test environment. Default true. */
  live?: boolean;
  /** Waits between deliveries that were not answered 2xx, in milliseconds. */
  retryDelaysMs?: readonly number[];
  slowSeconds?: number;
  sessionTtlSeconds?: number;
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
  decide(reference: string, scenario: Scenario): Promise<{ returnQuery?: Record<string, string> } | void>;
  /** References of the sessions it holds, oldest first. */
  references(): string[];
  /** Drops every connection and timer; nothing is pushed any more. */
  close(): Promise<void>;
}

export const DEFAULT_SESSION_TTL_SECONDS = 3600;
export const DEFAULT_SLOW_SECONDS = 15;

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

/** The part of a running simulator that is the same for all: it is about the book. */
export function bookControls<Session extends SimulatedSession>(
  book: SessionBook<Session>,
): Pick<RunningSimulator, 'setScenario' | 'setDefaultScenario' | 'references'> & {
  decide(reference: string, scenario: Scenario): Promise<Session>;
} {
  return {
    setScenario: (reference, scenario) => book.setScenario(reference, scenario),
    setDefaultScenario: (scenario) => book.setDefaultScenario(scenario),
    references: () => book.all().map((session) => session.reference),
    async decide(reference, scenario) {
      const session = book.findByReference(reference);
      if (!session) throw new RangeError('the partner has no session for this reference');
      await book.decide(session, scenario);
      return session;
    },
  };
}
