import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { insertSubject } from '../../test/support/approved-case.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { createVerificationWorld } from '../../test/support/verification/verification-world.js';
import { VerificationReports } from '../verification/verification-reports.js';
import { KnownDocuments } from '../adjudication/accounts/known-documents.js';
import { pruneDeadLetters } from './exhausted-work.js';
import { pruneReplacedStandings } from '../directory/replaced-standings.js';
import { SystemClock } from '../platform/clock/clock.js';
import { CaseKeys } from '../platform/crypto/case-keys.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Logger } from '../platform/logging/logger.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { SecurityEvents } from '../platform/telemetry/security-events.js';

let test: TestDatabase;
const ring = new KeyRing(KeyRing.generate('k1'));

beforeAll(async () => {
  test = await openTestDatabase();
  const subject = await test.database.transaction((tx) => insertSubject(tx, ring));
  const years = "clock_timestamp() - interval '2 years'";
  await test.asOwner(
    `INSERT INTO subject_standings (subject_id, version, groups, privileged, replaced_at) SELECT '${subject}', n, '{}', false, ${years} FROM generate_series(1, 10003) AS n`,
  );
  await test.asOwner(
    `INSERT INTO known_documents (document_digest, subject_id, kept_until) SELECT sha256(n::text::bytea), '${subject}', ${years} FROM generate_series(1, 10003) AS n`,
  );
  await test.asOwner(
    `INSERT INTO webhook_inbox (id, provider, delivery_id, external_id, state, received_at) SELECT 'inb_' || n, 'alpha', n, n, 'unmatched', ${years} FROM generate_series(1, 5003) AS n`,
  );
  await test.asOwner(
    `INSERT INTO dead_letters (queue, about, job_id, died_at) SELECT 'adjudicate', n, n, ${years} FROM generate_series(1, 10003) AS n`,
  );
});
afterAll(() => test.close());

function documents(): KnownDocuments {
  const reports = new VerificationReports(new CaseKeys(ring), new SystemClock());
  return new KnownDocuments(ring, reports, new SecurityEvents(new Metrics(), Logger.create('error')));
}

const ROUNDS: Record<string, { most: number; round: (tx: Transaction) => Promise<number> }> = {
  'what accounts were before a change': { most: 10_000, round: pruneReplacedStandings },
  'documents whose time is over': { most: 10_000, round: (tx) => documents().prune(tx) },
  'deaths of work that nobody looks for': { most: 10_000, round: pruneDeadLetters },
  'deliveries that nobody waited for': {
    most: 5_000,
    round: (tx) => createVerificationWorld({ database: test.database, providers: [] }).inbox.sweep(tx),
  },
};

it.each(Object.entries(ROUNDS))('a round of the sweeper ends however much has piled up: %s', async (_of, table) => {
  const counts: number[] = [];
  for (let round = 0; round < 3; round += 1) counts.push(await test.database.transaction(table.round));
  expect(counts).toEqual([table.most, 3, 0]);
});
