import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { addPerson, addPolicy, buildCore, openCase, type Core } from '../../test/model/core-stage.js';
import { StatementTrace } from '../../test/model/statement-trace.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { newId } from '../platform/ids/ids.js';
import type { MetricName } from '../platform/telemetry/metric-catalogue.js';
import { databaseSource } from './database-gauges.js';
import { readSources } from './scrape-sources.js';

let test: TestDatabase;
let core: Core;

beforeAll(async () => {
  test = await openTestDatabase();
  core = buildCore(test.database);
});
afterAll(() => test.close());

async function valueOf(name: MetricName, labels: Record<string, string> = {}): Promise<number | undefined> {
  const metric = await core.metrics.registry.getSingleMetric(name)?.get();
  return metric?.values.find((one) => Object.entries(labels).every(([label, value]) => one.labels[label] === value))
    ?.value;
}

it('tells ages and sizes of open work, and nothing of what is done', async () => {
  const policy = await addPolicy(core);
  const open = await openCase(core, { policy, subjectId: (await addPerson(core)).id });
  const closed = await openCase(core, { policy, subjectId: (await addPerson(core)).id });
  await test.asOwner("UPDATE recovery_cases SET updated_at = now() - interval '90 s' WHERE id = $1", [open.id]);
  await test.asOwner("UPDATE recovery_cases SET state = 'cancelled', closed_at = now() WHERE id = $1", [closed.id]);
  await test.asOwner('UPDATE outbox SET published_at = now()');
  await test.asOwner(
    "INSERT INTO outbox (event, payload, created_at) VALUES ('case.started', '{}', now() - interval '40 s')",
  );
  await test.asOwner("INSERT INTO outbox (event, payload, refused_at) VALUES ('case.started', '{}', now())");
  await test.asOwner(
    "INSERT INTO webhook_inbox (id, provider, delivery_id, external_id, received_at) VALUES ('in_1', 'sandbox', 'd', 'e', now() - interval '20 s')",
  );
  const notice = (id: string, tries: number) =>
    test.asOwner(
      "INSERT INTO notices (id, case_id, kind, channel, address_digest, tries, created_at) VALUES ($1, $2, 'recovery_started', 'email', $3, $4, now() - interval '70 s')",
      [newId('ntc', new Date()), open.id, Buffer.from(id), tries],
    );
  await notice('owed', 1);
  await notice('given up', 15);
  const accountNotice = (ageSeconds: number, tries: number) =>
    test.asOwner(
      "INSERT INTO account_notices (subject_id, event, tries, owed_since) SELECT id, 'subject.contacts_changed', $1, now() - make_interval(secs => $2) FROM subjects LIMIT 1",
      [tries, ageSeconds],
    );
  await accountNotice(80, 0);
  await accountNotice(90, 15);
  const owedMail = (caseId: string, event: string, { ageSeconds, tries }: { ageSeconds: number; tries: number }) =>
    test.asOwner(
      'INSERT INTO owed_mails (case_id, event, attempt, tries, owed_since) VALUES ($1, $2, 1, $3, now() - make_interval(secs => $4))',
      [caseId, event, tries, ageSeconds],
    );
  await owedMail(open.id, 'link.requested', { ageSeconds: 200, tries: 2 });
  await owedMail(open.id, 'recovery_code.requested', { ageSeconds: 190, tries: 0 });
  await owedMail(closed.id, 'link.requested', { ageSeconds: 90_000, tries: 15 });
  // Its page is over: nobody waits for it.
  await owedMail(closed.id, 'recovery_code.requested', { ageSeconds: 7_201, tries: 1 });
  await test.asOwner(
    "INSERT INTO provider_controls (provider, disabled_at, disabled_reason) VALUES ('sandbox', now(), 'x')",
  );

  await readSources([databaseSource(test.database, core.metrics)], core.metrics);
  expect(await valueOf('regain_open_cases', { state: 'link_sent' })).toBe(1);
  expect(await valueOf('regain_open_cases', { state: 'cancelled' })).toBeUndefined();
  expect(await valueOf('regain_outbox_pending')).toBe(1);
  expect(await valueOf('regain_outbox_refused')).toBe(1);
  expect(await valueOf('regain_unsent_notices')).toBe(4);
  expect(await valueOf('regain_notices_given_up')).toBe(3);
  expect(await valueOf('regain_provider_disabled', { provider: 'sandbox' })).toBe(1);
  expect(await valueOf('regain_recoveries_paused')).toBe(0);
  const ages: [MetricName, Record<string, string>, number][] = [
    ['regain_open_case_oldest_age_seconds', { state: 'link_sent' }, 90],
    ['regain_outbox_oldest_age_seconds', {}, 40],
    ['regain_push_inbox_oldest_age_seconds', {}, 20],
    ['regain_unsent_notice_oldest_age_seconds', {}, 200],
  ];
  for (const [name, labels, atLeast] of ages) {
    const age = (await valueOf(name, labels)) ?? 0;
    expect({ name, is: age >= atLeast && age < atLeast + 60 }).toEqual({ name, is: true });
  }
  expect(await valueOf('regain_audit_unsealed_age_seconds')).toBeGreaterThan(0);
});

it('never scans a table that grows with the years', async () => {
  const trace = new StatementTrace();
  await readSources([databaseSource(test.database, core.metrics)], core.metrics).finally(() => trace.stop());
  const statements = trace.take().filter((text) => text.includes('SELECT') && !text.includes('provider_controls'));
  expect(statements).toHaveLength(2);
  const client = new pg.Client({
    connectionString: test.appUrl,
    options: '-c search_path=regain -c enable_seqscan=off',
  });
  await client.connect();
  try {
    for (const statement of statements) {
      const text = statement.replace(/ \[\d+\]$/, '');
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN (GENERIC_PLAN) ${text}`);
      // PostgreSQL takes a scan it was told to avoid only where no index serves.
      expect(rows.map((row) => row['QUERY PLAN']).filter((line) => line.includes('Seq Scan'))).toEqual([]);
    }
  } finally {
    await client.end();
  }
});
