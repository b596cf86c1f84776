import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { INFERENCE_STEPS, PROVIDER_ERROR_CODES } from '../../providers/kit/index.js';
import { eventually } from '../../scripts/harness/eventually.js';
import { HttpClient } from '../../scripts/harness/http-client.js';
import { PIPELINE } from '../../src/pipeline.js';
import { packagePath } from '../../src/platform/package-root/package-root.js';
import { METRIC_CATALOGUE, STATUS_CLASSES, type MetricEntry } from '../../src/platform/telemetry/metric-catalogue.js';
import { CAPTURE_REASONS } from '../../src/identity-evidence/capture-reasons.js';
import { SPAN_ATTRIBUTES, SPAN_CATALOGUE } from '../../src/platform/telemetry/span-catalogue.js';
import { CASE_EVENTS } from '../../src/recovery-case/case-events.js';
import { LIVING_STATES } from '../../src/recovery-case/case-states.js';
import { TRANSITION_NAMES } from '../../src/recovery-case/case-transitions.js';
import { SoftwareAuthenticator } from '../support/software-authenticator.js';
import { startService, type TestService } from '../support/service.js';
import { readExpression } from './promql.js';
import { metricOf, parseScrape, type Scrape } from './scraped-metrics.js';
import { TraceReceiver } from './trace-receiver.js';

/** Of a person, and of anything that is one person's: none of it may be seen from outside. */
// Three letters stand in a random id now and then: that one is looked for as a word.
const PERSONAL = /\bbea\b|oakley|reyes|@|(rc|sub|vs|tok|pk|ntc|ses)_[0-9A-Za-z]{26}/i;
const QUEUES = new Set(Object.values(PIPELINE).flatMap((steps) => steps.map(({ contract }) => contract.name)));

let service: TestService;
let collector: TraceReceiver;

beforeAll(async () => {
  collector = await TraceReceiver.open();
  service = await startService({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, LOG_LEVEL: 'debug' } });
  await service.trial.setScenario({ subjectId: await service.desk.subjectId('demo.bea'), scenario: 'pass' });
  const { id } = await service.desk.openCase({ login: 'demo.bea' });
  const applicant = service.applicant();
  const link = await service.trial.recoveryLink('bea@example.test');
  for (const [name, headers] of Object.entries(LANDINGS))
    expect([name, await landing(link, headers)]).toEqual([name, 200]);
  await applicant.start(link);
  await applicant.agree();
  await applicant.chooseDocument();
  await applicant.chooseProvider('sandbox');
  await service.desk.caseWhen(id, ({ state }) => state === 'approved');
  const { token } = await applicant.token();
  const options = (await applicant.present(token)).expect(200).json<Parameters<SoftwareAuthenticator['create']>[0]>();
  const credential = new SoftwareAuthenticator({ origin: service.url }).create(options);
  (await applicant.http.post('/v1/passkey-registrations', { token, credential })).expect(201);
  await showNoPicture();
});
afterAll(async () => {
  await service?.end();
  await collector?.close();
});

const PHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const LANDINGS: Readonly<Record<string, Record<string, string>>> = {
  'a browser': { 'user-agent': `${PHONE} Version/17.5 Mobile/15E148 Safari/604.1` },
  'an app': { 'user-agent': `${PHONE} Mobile/15E148 Instagram 330.0` },
  'a mail scanner': { 'user-agent': 'bea-scanner (bea@example.test)' },
};

const landing = async (link: string, headers: Record<string, string>): Promise<number> =>
  (await fetch(link, { headers })).status;

/** Somebody who says no first, and then sends what is no picture. */
async function showNoPicture(): Promise<void> {
  await service.desk.openCase({ login: 'demo.ana' });
  const applicant = service.applicant();
  await applicant.start(await service.trial.recoveryLink('ana@example.test'));
  const { consent } = await applicant.flow();
  (await applicant.http.post('/v1/flow/consent', { noticeVersion: consent.noticeVersion, agreed: false })).expect(200);
  await applicant.agree();
  await applicant.chooseDocument();
  await applicant.chooseProvider('local');
  const body = { bytes: Buffer.from('no picture'), type: 'image/jpeg' };
  await applicant.http.send('PUT', '/v1/flow/evidence/document_front', { body });
  await applicant.upload('selfie', await service.trial.picture('demo.ana', 'selfie'));
  for (const event of ['camera_denied', 'passkey_aborted'])
    (await applicant.http.post('/v1/flow/browser-events', { event })).expect(204);
  (await applicant.http.post('/v1/flow/browser-events', { event: 'ana@example.test' })).expect(400);
  (await applicant.http.post('/v1/flow/stop')).expect(200);
  // Stays open.
  await service.desk.openCase({ login: 'demo.ana' });
}

interface LogLine {
  code: string;
  level: number;
  correlationId?: string;
  traceId?: string;
  requestId?: string;
  route?: string;
  job?: string;
}
const logLines = (): LogLine[] =>
  service
    .log()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as LogLine);

const OPENING = 'http POST /v1/recovery-cases';

describe('one trace', () => {
  const arrived = (name: string) =>
    eventually(`a span ${name}`, async () => collector.traceOf(OPENING).find((span) => span.name === name));

  it('goes from the request through outbox and job to the mail', async () => {
    await arrived('mail send');
    const trace = collector.traceOf(OPENING);
    const chainOf = (name: string): string[] => {
      const span = trace.find((one) => one.name === name);
      const parent = trace.find(({ spanId }) => spanId === span?.parentSpanId);
      return span ? [span.name, ...(parent ? chainOf(parent.name) : [])] : [];
    };
    const [mail, job, outbox, ...request] = chainOf('mail send');
    expect([mail, job?.split(' ')[0], outbox?.split(' ')[0], request.at(-1)]).toEqual([
      'mail send',
      'job',
      'outbox',
      OPENING,
    ]);
    expect(new Set(trace.map((span) => span.attributes['regain.correlation_id'])).size).toBe(1);
    expect([...collector.paths]).toEqual(['POST /v1/traces']);
  });

  it('covers calls to partners', async () => {
    await eventually('a call to the partner', async () =>
      collector.spans.some(({ name }) => name === 'provider sandbox fetch'),
    );
  });

  it('has the ids that the log has, in the request and in its jobs', async () => {
    await arrived('mail send');
    const [root] = collector.traceOf(OPENING).filter(({ name }) => name === OPENING);
    const correlationId = root?.attributes['regain.correlation_id'];
    const answered = logLines().filter(
      ({ route, code }) => code === 'request_completed' && route === '/v1/recovery-cases',
    );
    expect(answered).toContainEqual(
      expect.objectContaining({ requestId: correlationId, correlationId, traceId: root?.traceId }),
    );
    const jobs = logLines().filter((line) => line.code === 'job_completed' && line.correlationId === correlationId);
    expect(jobs.length).toBeGreaterThan(0);
    expect(new Set(jobs.map(({ traceId }) => traceId))).toEqual(new Set([root?.traceId]));
  });

  it('says nothing but what its catalogue lists, and nothing about a person (T112)', () => {
    const kinds = new Set(Object.keys(SPAN_CATALOGUE));
    const allowed = new Set<string>(SPAN_ATTRIBUTES);
    expect(collector.spans.length).toBeGreaterThan(20);
    for (const { name, attributes } of collector.spans) {
      expect([...kinds].some((kind) => name.startsWith(`${kind} `))).toBe(true);
      expect(Object.keys(attributes).filter((key) => !allowed.has(key))).toEqual([]);
    }
    expect(PERSONAL.exec(JSON.stringify(collector.spans.map(({ name, attributes }) => [name, attributes])))).toBeNull();
  });
});

it('every line of a request or a job says which', () => {
  const lines = logLines().filter(({ code }) => /^(request|job)_/.test(code));
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.filter(({ correlationId }) => !correlationId)).toEqual([]);
  for (const line of lines.filter(({ requestId }) => requestId)) expect(line.correlationId).toBe(line.requestId);
});

describe('a scrape', () => {
  let scrape: Scrape;
  let text: string;

  beforeAll(async () => {
    const admin = new HttpClient({ baseUrl: service.ready.adminUrl, bearer: service.ready.adminToken });
    await admin.get('/metrics');
    text = (await admin.get('/metrics')).expect(200).text;
    scrape = parseScrape(text);
  });

  it('needs the token (T113)', async () => {
    for (const bearer of [undefined, 'x', service.ready.apiKey])
      expect((await new HttpClient({ baseUrl: service.ready.adminUrl, bearer }).get('/metrics')).status).toBe(401);
  });

  it('tells exactly the metrics of the list, under the types of the list', () => {
    const told = [...scrape.types].filter(([name]) => name.startsWith('regain_'));
    const listed = Object.entries(METRIC_CATALOGUE).map(([name, { type }]) => [name, type]);
    expect(told.sort()).toEqual(listed.sort());
    const others = [...scrape.types.keys()].filter((name) => !/^(regain|nodejs|process)_/.test(name));
    expect(others).toEqual([]);
  });

  it('has labels with values of closed sets only', () => {
    const elsewhere = closedElsewhere();
    for (const { name, labels } of scrape.samples.filter((sample) => sample.name.startsWith('regain_'))) {
      const metric = metricOf(name, scrape.types);
      const entry: MetricEntry | undefined = (METRIC_CATALOGUE as Record<string, MetricEntry>)[metric];
      for (const [label, value] of Object.entries(labels).filter(([key]) => key !== 'le')) {
        const values = entry?.labels[label];
        const allowed =
          typeof values === 'string'
            ? (elsewhere[`${metric} ${label}`] ?? elsewhere[label])
            : values && new Set(values);
        expect({ metric, label, value, allowed: allowed?.has(value) }).toEqual({ metric, label, value, allowed: true });
      }
    }
  });

  it('says nothing about a person (T113)', () => {
    expect(PERSONAL.exec(text)?.[0]).toBeUndefined();
  });

  it.each([
    ['regain_flow_steps_total', { step: 'started' }],
    ['regain_flow_steps_total', { step: 'consented' }],
    ['regain_flow_browsers_total', { step: 'link_opened', browser: 'Safari', place: 'browser' }],
    ['regain_flow_browsers_total', { step: 'link_opened', browser: 'other', place: 'in_app' }],
    ['regain_flow_browsers_total', { step: 'link_opened', browser: 'other', place: 'browser' }],
    ['regain_flow_browsers_total', { step: 'started', browser: 'other', place: 'browser' }],
    ['regain_flow_events_total', { event: 'consent_declined' }],
    ['regain_flow_events_total', { event: 'passkey_prompted' }],
    ['regain_flow_events_total', { event: 'stopped' }],
    ['regain_flow_events_total', { event: 'camera_denied' }],
    ['regain_flow_events_total', { event: 'passkey_aborted' }],
    ['regain_pictures_total', { kind: 'document_front', outcome: 'refused', taken: 'not_said' }],
    ['regain_pictures_total', { kind: 'selfie', outcome: 'accepted', taken: 'not_said' }],
    ['regain_picture_refusals_total', { kind: 'document_front', reason: 'not_a_picture' }],
    ['regain_answer_wait_seconds_count', { answer: 'approve' }],
    ['regain_passkeys_made_total', { device: 'singleDevice', aaguid: 'unknown' }],
    ['regain_case_transitions_total', { transition: 'start' }],
    ['regain_provider_calls_total', { provider: 'sandbox', call: 'create', end: 'ok' }],
    ['regain_provider_call_duration_seconds_count', { provider: 'sandbox', call: 'create' }],
    ['regain_open_cases', {}],
    ['regain_database_pool_connections', { state: 'idle' }],
    ['regain_scrape_source_up', { source: 'database' }],
    ['regain_scrape_source_up', { source: 'queue' }],
  ])('counted the journey: %s %j', (name, labels) => {
    const found = scrape.samples.find(
      (sample) =>
        sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
    );
    expect(found?.value).toBeGreaterThan(0);
  });

  it('begins at zero wherever an alarm waits for the first increase', () => {
    const awaited = awaitedSeries();
    const told = (one: (typeof awaited)[number]): number | undefined =>
      scrape.samples.find(
        ({ name, labels }) => name === one.name && Object.entries(one.labels).every(([key, is]) => labels[key] === is),
      )?.value;
    expect(new Set(awaited.map(({ name }) => name)).size).toBeGreaterThanOrEqual(5);
    expect(awaited.filter((one) => told(one) !== 0)).toEqual([]);
  });

  it('tells every queue', () => {
    const told = scrape.samples.filter(({ name }) => name === 'regain_queue_oldest_waiting_age_seconds');
    expect(new Set(told.map(({ labels }) => labels.queue))).toEqual(QUEUES);
  });
});

/** Every series of which an alarm waits for the first increase: a metric with one value for each of its labels. */
function awaitedSeries(): { name: string; labels: Record<string, string> }[] {
  const { groups } = parse(readFileSync(packagePath('deploy/prometheus/alerts.yml'), 'utf8')) as {
    groups: { rules: { expr: string }[] }[];
  };
  const first = groups.flatMap(({ rules }) => rules).filter(({ expr }) => /\bincrease\(.*> 0$/.test(expr));
  const elsewhere: Record<string, Iterable<string>> = { job: QUEUES, provider: ['local', 'sandbox'] };
  return first
    .flatMap(({ expr }) => readExpression(expr).selectors)
    .flatMap(({ metric, matchers }) => {
      const { labels }: MetricEntry = METRIC_CATALOGUE[metric as keyof typeof METRIC_CATALOGUE];
      const series = Object.entries(labels).reduce<Record<string, string>[]>(
        (made, [label, values]) => {
          const all =
            typeof values === 'string' ? [...(elsewhere[label] ?? [`the ${label}s, not listed here`])] : values;
          return made.flatMap((one) => all.map((value) => ({ ...one, [label]: value })));
        },
        [{}],
      );
      return series
        .filter((one) => matchers.every(({ label, value }) => one[label] === value))
        .map((one) => ({ name: metric, labels: one }));
    });
}

/** What labels may say whose values are made elsewhere. */
function closedElsewhere(): Record<string, { has(value: string): boolean }> {
  const ends = new Set(['ok', ...Object.keys(PROVIDER_ERROR_CODES)]);
  const calls = 'create find renew submit check_capture fingerprint fetch push return cancel erase health'.split(' ');
  return {
    method: new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']),
    // A template: what was in its place is not told.
    route: { has: (route) => route === 'none' || /^\/[a-zA-Z0-9_./:*-]*$/.test(route) },
    transition: new Set<string>(TRANSITION_NAMES),
    state: new Set<string>(LIVING_STATES),
    job: QUEUES,
    queue: QUEUES,
    event: new Set<string>(CASE_EVENTS),
    provider: new Set(['local', 'sandbox']),
    call: new Set(calls),
    step: new Set<string>(INFERENCE_STEPS),
    end: ends,
    browser: new Set(['Edge', 'Samsung Internet', 'Firefox', 'Chrome', 'Safari', 'other']),
    reason: new Set<string>(CAPTURE_REASONS),
    'regain_outbound_call_duration_seconds end': new Set([...STATUS_CLASSES, ...ends]),
  };
}
