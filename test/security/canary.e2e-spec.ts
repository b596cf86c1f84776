import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HttpClient } from '../../scripts/harness/http-client.js';
import { removeServiceData } from '../../scripts/harness/service-process.js';
import { startService, type TestService } from '../support/service.js';
import { CanaryScan, type Finding } from './canary/canary-scan.js';
import { filesOf, looksLikePicture, readableByOthers } from './canary/data-directory.js';
import { DatabaseWitness } from './canary/database-witness.js';
import { PERSON, PlantedJourneys } from './canary/planted-journeys.js';

let service: TestService;
let witness: DatabaseWitness;
let planted: PlantedJourneys;
const dataDir = mkdtempSync(join(tmpdir(), 'regain-canary-'));

beforeAll(async () => {
  // As talkative as it gets: what is in no log now is in none.
  service = await startService({ dataDir, fresh: true, env: { LOG_LEVEL: 'debug', RATE_LIMIT_SCALE: '100' } });
  witness = await DatabaseWitness.watch(dataDir);
  planted = new PlantedJourneys(service, dataDir);
  await planted.walk();
});
afterAll(async () => {
  await witness?.close();
  await service?.end();
  await removeServiceData(dataDir);
});

/** Everywhere it must not be, looked at now. */
async function findings(): Promise<Finding[]> {
  const scan = new CanaryScan(planted.canaries);
  const metrics = await new HttpClient({ baseUrl: service.ready.adminUrl, bearer: service.ready.adminToken }).get(
    '/metrics',
  );
  const places: { source: string; text: string | Buffer }[] = [
    ...(await witness.rows()),
    ...filesOf(dataDir).map(({ name, bytes }) => ({ source: `file ${name}`, text: bytes })),
    ...planted.problems.map(({ source, text }) => ({ source: `answer ${source}`, text })),
    { source: 'metrics', text: metrics.bytes },
  ];
  const found = places.flatMap(({ source, text }) => scan.find(source, text));
  return [...new Map(found.map((one) => [JSON.stringify(one), one])).values()];
}

describe('canaries planted through whole journeys (T17, T46, T112, I7)', () => {
  it('were all planted, and the journeys went where they should', async () => {
    expect(planted.canaries.length).toBeGreaterThan(45);
    expect(planted.problems.length).toBeGreaterThan(10);
    const rows = await witness.rows();
    const sources = new Set(rows.map((row) => row.source));
    expect([...sources]).toEqual(
      expect.arrayContaining([
        'regain.recovery_tokens',
        'regain.credentials',
        'regain.notices',
        'regain.outbox',
        'regain.verification_reports',
        'regain.idempotency_keys',
      ]),
    );
    expect([...sources].some((source) => source.startsWith('bullmq.'))).toBe(true);
  });

  it('are in no row of the application or the queue, no log, no metric, no refusal and no object', async () => {
    expect(await findings()).toEqual([]);
  });

  it('left no stored object that looks like a picture (T83)', () => {
    const objects = filesOf(dataDir).filter(({ name }) => name.startsWith('objects/'));
    expect(objects.length).toBeGreaterThanOrEqual(3);
    expect(objects.filter(({ bytes }) => looksLikePicture(bytes)).map(({ name }) => name)).toEqual([]);
  });

  it('and what is kept in the clear on purpose is for its owner alone', () => {
    expect(readableByOthers(dataDir)).toEqual([]);
  });

  it('left no error in the log', () => {
    expect(service.errorLines()).toEqual([]);
  });
});

describe('a deliberate leak turns it red', () => {
  const LEAKS: [string, string, () => [string, unknown[]]][] = [
    [
      'a name in an outbox row',
      'regain.outbox',
      () => [
        `INSERT INTO regain.outbox (event, payload, published_at) VALUES ('case.opened', $1, now())`,
        [{ note: PERSON.familyName }],
      ],
    ],
    [
      'a token in a plain column',
      'regain.recovery_cases',
      () => ['UPDATE regain.recovery_cases SET ticket_ref = $1', [planted.value('token')]],
    ],
    [
      'picture bytes in a bytea column',
      'regain.limit_counters',
      () => [`INSERT INTO regain.limit_counters VALUES ('leak', $1, now(), 1)`, [planted.value('selfie, part 3')]],
    ],
    [
      'a challenge, decoded, in a column of hashes',
      'regain.webauthn_challenges',
      () => [
        'UPDATE regain.webauthn_challenges SET challenge_digest = $1 WHERE id = (SELECT min(id) FROM regain.webauthn_challenges)',
        [Buffer.from(String(planted.value('sign-in challenge')), 'base64url')],
      ],
    ],
    [
      'a birth date in the audit trail',
      'regain.audit_events',
      () => [
        `INSERT INTO regain.audit_events (chain_id, id, type, actor_kind, actor_id, data) VALUES ('subject:leak', 'evt_leak', 'x', 'system', 'x', $1)`,
        [{ born: PERSON.birthDate }],
      ],
    ],
  ];

  it.each(LEAKS)('%s', async (_name, source, leak) => {
    await witness.run(...leak());
    expect((await findings()).map((finding) => finding.source)).toContain(source);
  });

  it('a name in the log', () => {
    const scan = new CanaryScan(planted.canaries);
    const line = JSON.stringify({ level: 30, code: 'request_completed', url: `/v1/subjects?login=${PERSON.login}` });
    expect(scan.find('log', `${service.log()}${line}\n`).map(({ canary }) => canary)).toContain('login of the account');
  });
});
