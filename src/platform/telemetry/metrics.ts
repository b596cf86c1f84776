import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry, type MetricConfiguration } from 'prom-client';
import { METRIC_CATALOGUE, type MetricEntry, type MetricName } from './metric-catalogue.js';

type Catalogue = typeof METRIC_CATALOGUE;
type Labels<Name extends MetricName> = keyof Catalogue[Name]['labels'] & string;
type OfType<Type extends MetricEntry['type']> = {
  [Name in MetricName]: Catalogue[Name]['type'] extends Type ? Name : never;
}[MetricName];

/** Holds the catalogue's metrics, ready to count. Each process has its own. */
export class Metrics {
  readonly registry = new Registry();

  readonly requests = this.histogram('regain_http_request_duration_seconds');
  readonly transitions = this.counter('regain_case_transitions_total');
  readonly flowSteps = this.counter('regain_flow_steps_total');
  readonly flowBrowsers = this.counter('regain_flow_browsers_total');
  readonly flowEvents = this.counter('regain_flow_events_total');
  readonly pictures = this.counter('regain_pictures_total');
  readonly pictureRefusals = this.counter('regain_picture_refusals_total');
  readonly answerWait = this.histogram('regain_answer_wait_seconds');
  readonly passkeysMade = this.counter('regain_passkeys_made_total');
  readonly openCases = this.gauge('regain_open_cases');
  readonly openCaseAge = this.gauge('regain_open_case_oldest_age_seconds');
  readonly tokens = this.counter('regain_recovery_tokens_total');
  readonly paused = this.gauge('regain_recoveries_paused');
  readonly jobs = this.counter('regain_jobs_total');
  readonly queueJobs = this.gauge('regain_queue_jobs');
  readonly queueAge = this.gauge('regain_queue_oldest_waiting_age_seconds');
  readonly outboxPending = this.gauge('regain_outbox_pending');
  readonly outboxAge = this.gauge('regain_outbox_oldest_age_seconds');
  readonly outboxRefused = this.gauge('regain_outbox_refused');
  readonly inboxAge = this.gauge('regain_push_inbox_oldest_age_seconds');
  readonly unsentNotices = this.gauge('regain_unsent_notices');
  readonly unsentNoticeAge = this.gauge('regain_unsent_notice_oldest_age_seconds');
  readonly noticesGivenUp = this.gauge('regain_notices_given_up');
  readonly sweeperFinds = this.counter('regain_sweeper_finds_total');
  readonly sweeperFailures = this.counter('regain_sweeper_failures_total');
  readonly workGivenUp = this.counter('regain_work_given_up_total');
  readonly auditUnanchoredAge = this.gauge('regain_audit_unanchored_age_seconds');
  readonly auditUnsealedAge = this.gauge('regain_audit_unsealed_age_seconds');
  readonly keyRingEnd = this.gauge('regain_key_ring_end_timestamp_seconds');
  readonly poolConnections = this.gauge('regain_database_pool_connections');
  readonly poolWaiting = this.gauge('regain_database_pool_waiting');
  readonly sourceUp = this.gauge('regain_scrape_source_up');
  readonly providerCalls = this.counter('regain_provider_calls_total');
  readonly providerCallSeconds = this.histogram('regain_provider_call_duration_seconds');
  readonly providerCircuit = this.gauge('regain_provider_circuit');
  readonly providerDisabled = this.gauge('regain_provider_disabled');
  readonly providerLatencyP95 = this.gauge('regain_provider_latency_p95_seconds');
  readonly providerAlarms = this.counter('regain_provider_alarms_total');
  readonly surplusSessions = this.counter('regain_surplus_sessions_total');
  readonly inferenceSeconds = this.histogram('regain_inference_step_duration_seconds');
  readonly outboundSeconds = this.histogram('regain_outbound_call_duration_seconds');
  readonly securityEvents = this.counter('regain_security_events_total');
  readonly staffAlarms = this.counter('regain_staff_alarms_total');

  readonly #ofNow: (() => void)[] = [];

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** For what a process knows and what changes without anything happening, as an age: it is told whenever a scrape asks. */
  atScrape(tell: () => void): void {
    this.#ofNow.push(tell);
  }

  /** A scrape asks. */
  tellOfNow(): void {
    for (const tell of this.#ofNow) tell();
  }

  private counter<Name extends OfType<'counter'>>(name: Name): Counter<Labels<Name>> {
    const counter = new Counter(this.configuration(name));
    // A series that begins at one is no increase to Prometheus: the first event of a kind would raise no alert.
    for (const labels of closedLabels(name)) counter.inc(labels as Partial<Record<Labels<Name>, string>>, 0);
    return counter;
  }

  private gauge<Name extends OfType<'gauge'>>(name: Name): Gauge<Labels<Name>> {
    return new Gauge(this.configuration(name));
  }

  private histogram<Name extends OfType<'histogram'>>(name: Name): Histogram<Labels<Name>> {
    const { buckets }: MetricEntry = METRIC_CATALOGUE[name];
    return new Histogram({ ...this.configuration(name), ...(buckets ? { buckets: [...buckets] } : {}) });
  }

  private configuration<Name extends MetricName>(name: Name): MetricConfiguration<Labels<Name>> {
    const { help, labels } = METRIC_CATALOGUE[name];
    return { name, help, labelNames: Object.keys(labels) as Labels<Name>[], registers: [this.registry] };
  }
}

/** Every combination of a metric's labels, when it has one or more and the catalogue gives all values of each. */
function closedLabels(name: MetricName): Record<string, string>[] {
  const labels = Object.entries<readonly string[] | string>(METRIC_CATALOGUE[name].labels);
  if (labels.length === 0 || labels.some(([, values]) => typeof values === 'string')) return [];
  return labels.reduce<Record<string, string>[]>(
    (made, [label, values]) => made.flatMap((one) => [...values].map((value) => ({ ...one, [label]: value }))),
    [{}],
  );
}
