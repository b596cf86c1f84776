import { Injectable } from '@nestjs/common';
import { ProviderError, type ProviderAdapter } from '../../../providers/kit/index.js';
import { betweenFailpoints, FailpointError } from '../../platform/failpoints/failpoints.js';
import { Logger } from '../../platform/logging/logger.js';
import { Metrics } from '../../platform/telemetry/metrics.js';
import { inSpan } from '../../platform/telemetry/tracing.js';
import { ProviderVitals, type EndedCall } from './provider-vitals.js';

export type CallKind =
  | 'create'
  | 'find'
  | 'renew'
  | 'submit'
  | 'check_capture'
  | 'check_reference'
  | 'fingerprint'
  | 'fetch'
  | 'push'
  | 'return'
  | 'cancel'
  | 'erase'
  | 'health';

/** Longest a call may take whatever the adapter does about its own limits (F28). */
const DEADLINE_MS: Record<CallKind, number> = {
  // A person waits in front of a page. A partner that hangs must not cost them more than five seconds in all: three of
  // waiting for it, and two for the next one to answer in, on a busy machine too.
  create: 3_000,
  find: 3_000,
  renew: 3_000,
  submit: 45_000,
  // Advice while a person holds the camera: what comes later than this is of no use to them.
  check_capture: 6_000,
  check_reference: 10_000,
  // A person waits here too; what takes longer is made up for before the result is asked for.
  fingerprint: 10_000,
  fetch: 45_000,
  push: 5_000,
  return: 8_000,
  cancel: 10_000,
  erase: 10_000,
  health: 3_000,
};

/** They belong to normal operation: nobody has to look at them. */
export const EXPECTED_FAILURES: ReadonlySet<string> = new Set([
  'not_ready',
  'busy',
  'not_authentic',
  'session_unknown',
]);

/** Every call to an adapter goes through here: one deadline, one error type, one place that counts. */
@Injectable()
export class ProviderCalls {
  constructor(
    private readonly metrics: Metrics,
    private readonly logger: Logger,
    private readonly vitals: ProviderVitals,
  ) {}

  /** @throws ProviderError, and nothing else: an adapter that throws anything else is `broken` */
  async run<Result>(adapter: ProviderAdapter, kind: CallKind, work: () => Promise<Result>): Promise<Result> {
    const startedAt = performance.now();
    try {
      const attributes = { 'regain.provider': adapter.id, 'regain.call': kind };
      const result = await inSpan({ kind: 'provider', subject: `${adapter.id} ${kind}`, attributes }, () =>
        beforeDeadline(DEADLINE_MS[kind], () => betweenFailpoints(placesOf(adapter.id, kind), work)),
      );
      const noted = this.note(adapter.id, { kind, end: 'ok', durationMs: performance.now() - startedAt });
      if (noted) await noted;
      return result;
    } catch (error) {
      const failure = asProviderError(error);
      const { retryAfterSeconds } = failure.details;
      await this.note(adapter.id, {
        kind,
        end: failure.code,
        durationMs: performance.now() - startedAt,
        retryAfterSeconds,
      });
      if (!EXPECTED_FAILURES.has(failure.code))
        this.logger.warn('provider_call_failed', { provider: adapter.id, call: kind, end: failure.code, error });
      throw failure;
    }
  }

  private note(provider: string, call: Omit<EndedCall, 'kind'> & { kind: CallKind }): Promise<void> | undefined {
    this.metrics.providerCalls.inc({ provider, call: call.kind, end: call.end });
    this.metrics.providerCallSeconds.observe({ provider, call: call.kind }, call.durationMs / 1_000);
    // Another address is asked for where sessions are opened, while a person waits: it shows how that door is.
    const kind = call.kind === 'renew' ? 'create' : call.kind;
    return kind === 'create' || kind === 'fetch' ? this.vitals.note(provider, { ...call, kind }) : undefined;
  }
}

const placesOf = (provider: string, kind: CallKind) =>
  ({ before: `provider.before_${kind}`, after: `provider.after_${kind}`, about: provider }) as const;

/** The adapter's own limits should end the call long before; this is for the one that hangs. */
function beforeDeadline<Result>(timeoutMs: number, work: () => Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const running = work();
    const late = (): void => reject(new ProviderError('timeout', `no answer within ${timeoutMs} ms`));
    const timer = setTimeout(late, timeoutMs);
    const inTime =
      <Value>(settle: (value: Value) => void) =>
      (value: Value): void => {
        clearTimeout(timer);
        settle(value);
      };
    running.then(inTime(resolve), inTime(reject));
  });
}

function asProviderError(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  if (error instanceof FailpointError)
    return new ProviderError('unavailable', 'a fault was injected', { cause: error });
  return new ProviderError('broken', 'the adapter failed in a way that is not its contract', { cause: error });
}
