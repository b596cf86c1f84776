import { Injectable } from '@nestjs/common';
import type { ProviderErrorCode } from '../../../providers/kit/index.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Logger } from '../../platform/logging/logger.js';
import { Metrics } from '../../platform/telemetry/metrics.js';
import { CallRecord, type CallSummary } from './call-record.js';
import { ProviderCircuit, type CircuitAspect, type CircuitView } from './provider-circuit.js';
import { ProviderControls } from './provider-controls.js';

export interface EndedCall {
  kind: 'create' | 'fetch';
  end: 'ok' | ProviderErrorCode;
  durationMs: number;
  /** What the partner asked for. */
  retryAfterSeconds?: number;
}

/** Ends of calls that are no sign that the partner is unwell: our request, this session or somebody else is at fault. */
const NOT_THE_PARTNERS_FAULT: ReadonlySet<string> = new Set([
  'ok',
  'rejected',
  'not_ready',
  'busy',
  'not_authentic',
  'session_unknown',
]);

/** No partner keeps us away for longer by a header. */
const LONGEST_REST_SECONDS = 900;

/** Most of the time a create call is given: a person waits in front of a page meanwhile. */
const SLOW_CREATE_MS = 2_000;
const LATENCY_ALARM_CALLS = 20;

/** Of the gauge: the worse the more. */
const CIRCUIT_FIGURES = { closed: 0, half_open: 0.5, open: 1 } as const;

interface Known {
  record: CallRecord;
  circuit: ProviderCircuit;
  slow: boolean;
}

/**
 * Measures how each provider does, as this process sees it, and opens its circuit when it fails. An opening is told to
 * the other processes, because sessions are opened in one and their results read in another.
 */
@Injectable()
export class ProviderVitals {
  readonly #known = new Map<string, Known>();

  constructor(
    private readonly metrics: Metrics,
    private readonly logger: Logger,
    private readonly clock: Clock,
    private readonly database: Database,
    private readonly controls: ProviderControls,
  ) {
    metrics.atScrape(() => this.tellCircuits());
  }

  async note(provider: string, call: EndedCall): Promise<void> {
    const { record, circuit } = this.of(provider);
    const fault = !NOT_THE_PARTNERS_FAULT.has(call.end);
    record.add({ ...call, fault, atMs: this.nowMs() });
    if (call.end === 'rate_limited' && call.retryAfterSeconds !== undefined)
      this.rest(provider, Math.min(LONGEST_REST_SECONDS, call.retryAfterSeconds));
    await circuit.observe(call.kind, !fault, this.nowMs());
    this.watchLatency(provider, call.kind);
  }

  /** A result came in whose binding held, or did not: a partner that lies is not well (T33, T37). */
  async noteResult(provider: string, end: 'accepted' | 'refused'): Promise<void> {
    await this.of(provider).circuit.observe('result', end === 'accepted', this.nowMs());
  }

  /** Seconds until this process would send a person there; 0 when it would now. */
  restSeconds(provider: string): number {
    return this.of(provider).circuit.restSeconds(this.nowMs());
  }

  /** Takes the right to open a session there. False: the circuit is open, or somebody else tries it out. */
  ask(provider: string): boolean {
    return this.of(provider).circuit.ask(this.nowMs());
  }

  circuit(provider: string): CircuitView {
    return this.of(provider).circuit.view(this.nowMs());
  }

  /** What this process has seen of a provider lately. */
  summary(provider: string): CallSummary {
    return this.of(provider).record.summary(this.nowMs());
  }

  private rest(provider: string, seconds: number): void {
    this.of(provider).circuit.rest(seconds, this.nowMs());
    this.tellOthers(provider, seconds);
  }

  private opened(provider: string, aspect: CircuitAspect, restSeconds: number): void {
    this.logger.warn('provider_circuit_changed', { provider, aspect, state: 'open', restSeconds });
    this.tellOthers(provider, restSeconds);
  }

  private closed(provider: string, aspect: CircuitAspect): void {
    this.logger.info('provider_circuit_changed', { provider, aspect, state: 'closed' });
  }

  /** A rest ends without anything happening: nobody may come who would be told of. */
  private tellCircuits(): void {
    for (const [provider, { circuit }] of this.#known)
      for (const [aspect, state] of circuit.states(this.nowMs()))
        this.metrics.providerCircuit.set({ provider, aspect }, CIRCUIT_FIGURES[state]);
  }

  /** Best effort: without it the others find out by themselves. */
  private tellOthers(provider: string, seconds: number): void {
    this.database
      .transaction((tx) => this.controls.suspend(tx, provider, seconds))
      .catch((error: unknown) => this.logger.warn('dependency_unavailable', { provider, error }));
  }

  private watchLatency(provider: string, kind: EndedCall['kind']): void {
    const known = this.of(provider);
    const { calls, p95LatencyMs } = known.record.summary(this.nowMs(), kind);
    if (p95LatencyMs === null) return;
    this.metrics.providerLatencyP95.set({ provider, call: kind }, p95LatencyMs / 1_000);
    if (kind !== 'create') return;
    const slow = calls >= LATENCY_ALARM_CALLS && p95LatencyMs > SLOW_CREATE_MS;
    if (slow && !known.slow) {
      this.metrics.providerAlarms.inc({ provider, kind: 'latency' });
      this.logger.warn('provider_alarm', { provider, kind: 'latency', p95LatencyMs, calls });
    }
    known.slow = slow;
  }

  private of(provider: string): Known {
    const known = this.#known.get(provider) ?? {
      record: new CallRecord(),
      circuit: new ProviderCircuit(
        (aspect, restSeconds) => this.opened(provider, aspect, restSeconds),
        (aspect) => this.closed(provider, aspect),
      ),
      slow: false,
    };
    this.#known.set(provider, known);
    return known;
  }

  private nowMs(): number {
    return this.clock.now().getTime();
  }
}
