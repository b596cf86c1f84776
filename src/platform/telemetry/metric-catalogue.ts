import { FLOW_EVENTS, FUNNEL_STEPS, PICTURE_WAYS } from './flow-labels.js';
import { SECURITY_EVENT_TYPES, TOKEN_OUTCOMES } from './outcome-labels.js';
import { FREQUENT_TASKS, HOURLY_TASKS } from './sweep-labels.js';

/**
 * Every metric of the service, named as Prometheus asks for (https://prometheus.io/docs/practices/naming/). A label's values
 * are a closed set: given here, or in words where the set is made elsewhere. Never an id, a login or a path with one in it.
 * `docs/generated/metrics.md` is made of it, and alerts and dashboard may use nothing else.
 */
export interface MetricEntry {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: Readonly<Record<string, readonly string[] | string>>;
  readonly buckets?: readonly number[];
}

export const STATUS_CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const;

export const QUEUE_STATES = ['waiting', 'active', 'delayed', 'failed'] as const;

const PATIENCE_SECONDS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 900, 3_600, 14_400, 86_400] as const;
const SHORT_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;
const CALL_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 45] as const;

const PROVIDERS = 'the enabled providers';
const CALLS = 'the kinds of calls (`src/verification/providers/provider-calls.ts`)';
const ERROR_CODES = '`ok` and the codes of `ProviderError` (`providers/kit/errors.ts`)';
const PICTURE_KINDS = ['document_front', 'document_back', 'selfie'] as const;
const QUEUES = 'the kinds of jobs (docs/generated/pipeline.md)';
const LIVING = 'the living states (docs/generated/states.md)';

export const METRIC_CATALOGUE = {
  regain_http_request_duration_seconds: {
    type: 'histogram',
    help: 'Time to answer from the last byte of the request, by route and status class.',
    labels: {
      method: 'HTTP methods',
      route: 'the routes of openapi.yaml and the pages, `none` for others',
      status: STATUS_CLASSES,
    },
    buckets: SHORT_SECONDS,
  },
  regain_case_transitions_total: {
    type: 'counter',
    help: 'Case transitions.',
    labels: { transition: 'the transitions (docs/generated/states.md)' },
  },
  regain_flow_steps_total: {
    type: 'counter',
    help: 'How far people get, each step as often as it was taken.',
    labels: { step: FUNNEL_STEPS },
  },
  regain_flow_browsers_total: {
    type: 'counter',
    help: 'Landings of links that still work and starts, by browser. Mail scanners open landings too: most call themselves no browser (`other`).',
    labels: {
      step: ['link_opened', 'started'],
      browser: 'the browsers of `src/flow-session/browser-kind.ts`, `other`',
      place: ['browser', 'in_app'],
    },
  },
  regain_flow_events_total: {
    type: 'counter',
    help: 'What people did beside the steps: refused consent, stopped their request, were asked by their device for a passkey; and what their browsers report about camera and passkey, which a client can make up.',
    labels: { event: FLOW_EVENTS },
  },
  regain_pictures_total: {
    type: 'counter',
    help: 'Pictures that were sent, by outcome and by how the browser says they were taken. All of a kind divided by the accepted ones are the tries that a side took.',
    labels: { kind: PICTURE_KINDS, outcome: ['accepted', 'refused'], taken: PICTURE_WAYS },
  },
  regain_picture_refusals_total: {
    type: 'counter',
    help: 'What was wrong with refused pictures; one may have several faults.',
    labels: { kind: PICTURE_KINDS, reason: 'the reasons (`src/identity-evidence/capture-reasons.ts`)' },
  },
  regain_answer_wait_seconds: {
    type: 'histogram',
    help: 'How long people waited from sending until the first answer: approved, held, denied, asked again, or referred to a reviewer.',
    labels: { answer: ['approve', 'hold', 'deny', 'retry', 'refer'] },
    buckets: PATIENCE_SECONDS,
  },
  regain_passkeys_made_total: {
    type: 'counter',
    help: 'Passkeys made, by whether they can be copied to other devices and whether the authenticator says which model it is.',
    labels: { device: ['singleDevice', 'multiDevice'], aaguid: ['known', 'unknown'] },
  },
  regain_open_cases: { type: 'gauge', help: 'Open cases by state.', labels: { state: LIVING } },
  regain_open_case_oldest_age_seconds: {
    type: 'gauge',
    help: 'Time since the last change of the open case that has been longest in its state.',
    labels: { state: LIVING },
  },
  regain_recovery_tokens_total: {
    type: 'counter',
    help: 'Recovery tokens that were requested or presented, by outcome.',
    labels: { outcome: TOKEN_OUTCOMES },
  },
  regain_recoveries_paused: { type: 'gauge', help: '1 while all recoveries are paused.', labels: {} },
  regain_jobs_total: {
    type: 'counter',
    help: 'Jobs by kind and end.',
    labels: { job: QUEUES, end: ['done', 'failed', 'paused'] },
  },
  regain_queue_jobs: {
    type: 'gauge',
    help: 'Jobs in a queue; `failed` are its dead letters. Reported by workers.',
    labels: { queue: QUEUES, state: QUEUE_STATES },
  },
  regain_queue_oldest_waiting_age_seconds: {
    type: 'gauge',
    help: 'Waiting time of the oldest due job in a queue. Reported by workers.',
    labels: { queue: QUEUES },
  },
  regain_outbox_pending: {
    type: 'gauge',
    help: 'Outbox rows not yet sent to the queue; counted up to 10,000.',
    labels: {},
  },
  regain_outbox_oldest_age_seconds: {
    type: 'gauge',
    help: 'Age of the oldest outbox row not yet sent to the queue.',
    labels: {},
  },
  regain_outbox_refused: {
    type: 'gauge',
    help: 'Outbox rows that cannot become a job and were set aside.',
    labels: {},
  },
  regain_push_inbox_oldest_age_seconds: {
    type: 'gauge',
    help: 'Age of the oldest stored delivery of a partner that no job has processed.',
    labels: {},
  },
  regain_unsent_notices: {
    type: 'gauge',
    help: 'Notices, and requested links and codes, not yet sent; counted up to 10,000.',
    labels: {},
  },
  regain_unsent_notice_oldest_age_seconds: {
    type: 'gauge',
    help: 'Age of the oldest notice, or requested link or code, not yet sent.',
    labels: {},
  },
  regain_notices_given_up: {
    type: 'gauge',
    help: 'Notices, and requested links, of the last seven days that an address never accepted.',
    labels: {},
  },
  regain_sweeper_finds_total: {
    type: 'counter',
    help: 'Work that the sweeper re-derived, by the event it announced again.',
    labels: { event: 'the events (docs/generated/pipeline.md)' },
  },
  regain_sweeper_failures_total: {
    type: 'counter',
    help: 'Parts of a worker’s rounds that failed; each is tried again in the next.',
    labels: {
      task: [...FREQUENT_TASKS, ...HOURLY_TASKS],
    },
  },
  regain_work_given_up_total: {
    type: 'counter',
    help: 'Work that failed every time, until the sweeper left it to people.',
    labels: { job: QUEUES },
  },
  regain_audit_unsealed_age_seconds: {
    type: 'gauge',
    help: 'Age of the oldest audit event that no checkpoint covers: the unsealed window.',
    labels: {},
  },
  regain_audit_unanchored_age_seconds: {
    type: 'gauge',
    help: 'Age of the oldest checkpoint of the audit trail that the object store lacks. Reported by workers.',
    labels: {},
  },
  regain_key_ring_end_timestamp_seconds: {
    type: 'gauge',
    help: 'Earliest end of an old master key whose secret is in the ring, as read at the start; 0 if none has an end.',
    labels: {},
  },
  regain_database_pool_connections: {
    type: 'gauge',
    help: 'Connections of this process to the database.',
    labels: { state: ['in_use', 'idle'] },
  },
  regain_database_pool_waiting: {
    type: 'gauge',
    help: 'Requests of this process that wait for a connection.',
    labels: {},
  },
  regain_scrape_source_up: {
    type: 'gauge',
    help: 'Whether the figures of a source could be read at scrape time; if not, they are left out. For `objects`, the object store: whether it answers.',
    labels: { source: ['database', 'queue', 'objects'] },
  },
  regain_provider_calls_total: {
    type: 'counter',
    help: 'Calls to providers by end.',
    labels: { provider: PROVIDERS, call: CALLS, end: ERROR_CODES },
  },
  regain_provider_call_duration_seconds: {
    type: 'histogram',
    help: 'How long calls to providers took, however they ended.',
    labels: { provider: PROVIDERS, call: CALLS },
    buckets: CALL_SECONDS,
  },
  regain_provider_circuit: {
    type: 'gauge',
    help: 'Circuit of a provider as this process sees it: 0 closed, 1 open, 0.5 when its rest is over and no person was sent there yet.',
    labels: { provider: PROVIDERS, aspect: ['create', 'fetch', 'result'] },
  },
  regain_provider_disabled: {
    type: 'gauge',
    help: '1 for a provider that was switched off.',
    labels: { provider: PROVIDERS },
  },
  regain_provider_latency_p95_seconds: {
    type: 'gauge',
    help: '95th percentile of the duration of the last five minutes’ calls.',
    labels: { provider: PROVIDERS, call: ['create', 'fetch'] },
  },
  regain_provider_alarms_total: {
    type: 'counter',
    help: 'Alarms about a provider: approval (too many good results) and latency.',
    labels: { provider: PROVIDERS, kind: ['approval', 'latency'] },
  },
  regain_surplus_sessions_total: {
    type: 'counter',
    help: 'Unused sessions at providers, by outcome.',
    labels: { provider: PROVIDERS, end: ['closed', 'absent', 'unresolved'] },
  },
  regain_inference_step_duration_seconds: {
    type: 'histogram',
    help: 'How long this machine took for a step of checking pictures; `wait` is the time until a process was free.',
    labels: { step: 'the steps (`INFERENCE_STEPS`, `providers/kit/ports.ts`)' },
    buckets: CALL_SECONDS,
  },
  regain_outbound_call_duration_seconds: {
    type: 'histogram',
    help: 'Outbound HTTP.',
    labels: { end: 'status classes and the codes of `ProviderError`' },
  },
  regain_security_events_total: {
    type: 'counter',
    help: 'Events that a security team should see.',
    labels: { type: SECURITY_EVENT_TYPES },
  },
  regain_staff_alarms_total: {
    type: 'counter',
    help: 'Alarms about colleagues: much work in little time, or approvals that look alike.',
    labels: { alarm: ['openings', 'steps', 'decisions', 'pictures', 'approvals', 'pair'] },
  },
} as const satisfies Record<string, MetricEntry>;

export type MetricName = keyof typeof METRIC_CATALOGUE;
