import { CHECK_KINDS, reportsBesides, type ProviderAdapter } from '../../providers/kit/index.js';
import { AccountIndex } from '../../src/adjudication/accounts/account-index.js';
import { KnownDocuments } from '../../src/adjudication/accounts/known-documents.js';
import { AccountWalk } from '../../src/directory/account-walk.js';
import { SystemClock } from '../../src/platform/clock/clock.js';
import { CaseKeys } from '../../src/platform/crypto/case-keys.js';
import type { KeyRing } from '../../src/platform/crypto/key-ring.js';
import type { Database } from '../../src/platform/database/database.js';
import { Logger } from '../../src/platform/logging/logger.js';
import { Metrics } from '../../src/platform/telemetry/metrics.js';
import { SecurityEvents } from '../../src/platform/telemetry/security-events.js';
import { Policies } from '../../src/policy/policies.js';
import { RehearsalWalk } from '../../src/rehearsal/rehearsal-walk.js';
import { Rehearsals } from '../../src/rehearsal/rehearsals.js';
import { ProviderRegistry } from '../../src/verification/providers/provider-registry.js';
import { VerificationReports } from '../../src/verification/verification-reports.js';

/** A partner that runs every check there is; a rehearsal reads what it can do and never calls it. */
const ABLE_PARTNER = {
  id: 'sandbox',
  capabilities: { dataLeaves: 'partner', checks: CHECK_KINDS, reports: reportsBesides({}) },
} as unknown as ProviderAdapter;

/** What a rehearsal is made of, put together by hand on a real database. */
export function rehearsalStage(database: Database, ring: KeyRing) {
  const clock = new SystemClock();
  const reports = new VerificationReports(new CaseKeys(ring), clock);
  const events = new SecurityEvents(new Metrics(), Logger.create('error'));
  const documents = new KnownDocuments(ring, reports, events);
  const names = new AccountIndex(ring, documents, events);
  const accounts = new AccountWalk(ring);
  const policies = new Policies(events);
  const registry = new ProviderRegistry([ABLE_PARTNER]);
  return {
    rehearsals: new Rehearsals(policies, accounts, clock),
    walk: new RehearsalWalk(database, accounts, names, documents, policies, registry),
    accounts,
  };
}
