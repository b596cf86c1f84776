import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Prometheus metrics. Labels are closed sets: never an id, a login or a path with one in it. */
export class Metrics {
  readonly registry = new Registry();

  readonly requests = new Histogram({
    name: 'regain_http_request_duration_seconds',
    help: 'Time to answer, by route and status class.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });
  readonly transitions = new Counter({
    name: 'regain_case_transitions_total',
    help: 'Case transitions.',
    labelNames: ['transition'],
    registers: [this.registry],
  });
  readonly jobs = new Counter({
    name: 'regain_jobs_total',
    help: 'Jobs by kind and end.',
    labelNames: ['job', 'end'],
    registers: [this.registry],
  });
  readonly providerCalls = new Counter({
    name: 'regain_provider_calls_total',
    help: 'Calls to providers.',
    labelNames: ['provider', 'call', 'end'],
    registers: [this.registry],
  });
  readonly providerCircuit = new Gauge({
    name: 'regain_provider_circuit',
    help: 'Circuit of a provider as this process sees it: 0 closed, 1 open.',
    labelNames: ['provider', 'aspect'],
    registers: [this.registry],
  });
  readonly providerLatencyP95 = new Gauge({
    name: 'regain_provider_latency_p95_seconds',
    help: 'Time 95 % of the calls of the last five minutes stayed below.',
    labelNames: ['provider', 'call'],
    registers: [this.registry],
  });
  readonly providerAlarms = new Counter({
    name: 'regain_provider_alarms_total',
    help: 'Alarms about a provider: approval (too many good results) and latency.',
    labelNames: ['provider', 'kind'],
    registers: [this.registry],
  });
  readonly staffAlarms = new Counter({
    name: 'regain_staff_alarms_total',
    help: 'Alarms about colleagues: much work in little time, or approvals that look alike.',
    labelNames: ['alarm'],
    registers: [this.registry],
  });
  readonly surplusSessions = new Counter({
    name: 'regain_surplus_sessions_total',
    help: 'Sessions at providers that nobody will use, by what became of them.',
    labelNames: ['provider', 'end'],
    registers: [this.registry],
  });
  readonly outboundSeconds = new Histogram({
    name: 'regain_outbound_call_duration_seconds',
    help: 'Outbound HTTP.',
    labelNames: ['end'],
    registers: [this.registry],
  });
  readonly securityEvents = new Counter({
    name: 'regain_security_events_total',
    help: 'Security events.',
    labelNames: ['type'],
    registers: [this.registry],
  });
  readonly outboxPending = new Gauge({
    name: 'regain_outbox_pending',
    help: 'Outbox rows not yet carried to the queue.',
    registers: [this.registry],
  });
  readonly openCases = new Gauge({
    name: 'regain_open_cases',
    help: 'Open cases by state.',
    labelNames: ['state'],
    registers: [this.registry],
  });
  readonly unsentNotices = new Gauge({
    name: 'regain_unsent_notices',
    help: 'Notices not yet handed over.',
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }
}
