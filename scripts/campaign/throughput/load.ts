import autocannon, { type Request, type Result } from 'autocannon';
import { performance } from 'node:perf_hooks';

/** One request, made before the clock runs. */
export interface PreparedRequest {
  path: string;
  headers: Record<string, string>;
  body: string;
}

export interface LoadFigures {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Answers other than 2xx. */
  refused: number;
}

export const CONNECTIONS = 32;

/**
 * Sends each request once, over {@link CONNECTIONS} connections that each wait for their answer. The time is taken at the
 * last answer: autocannon itself looks once a second whether it is through.
 */
export async function load(baseUrl: string, requests: readonly PreparedRequest[]): Promise<LoadFigures> {
  let next = 0;
  const setupRequest = (request: Request): Request => ({ ...request, method: 'POST', ...requests[next++] });
  const startedAt = performance.now();
  let answeredAt = startedAt;
  const options = {
    url: baseUrl,
    connections: CONNECTIONS,
    amount: requests.length,
    timeout: 30,
    requests: [{ setupRequest }],
  };
  const result = await new Promise<Result>((resolve, reject) => {
    const running = autocannon(options, (error: Error | null, done: Result) => (error ? reject(error) : resolve(done)));
    running.on('response', () => (answeredAt = performance.now()));
  });
  const seconds = (answeredAt - startedAt) / 1_000;
  return {
    perSecond: requests.length / seconds,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    refused: result.non2xx + result.errors + result.timeouts,
  };
}
