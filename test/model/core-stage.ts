import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import { createBuiltInDirectory } from '../../directories/built-in/index.js';
import { Portraits } from '../../src/directory/portraits.js';
import { ProofingRecords } from '../../src/directory/proofing-records.js';
import { Subjects } from '../../src/directory/subjects.js';
import { CaptureBindings } from '../../src/flow-session/capture-bindings.js';
import { FlowSessions } from '../../src/flow-session/flow-sessions.js';
import { NoticeReader } from '../../src/notification/notice-reader.js';
import { Repudiation } from '../../src/notification/repudiation.js';
import { Sessions } from '../../src/passkey-registration/sessions.js';
import { CredentialFreezes } from '../../src/passkey-registration/credential-freezes.js';
import { SqlAccountStore } from '../../src/passkey-registration/sql-account-store.js';
import { SystemClock } from '../../src/platform/clock/clock.js';
import { loadConfig, type Config } from '../../src/platform/config/config.js';
import { CaseKeys } from '../../src/platform/crypto/case-keys.js';
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import type { Database } from '../../src/platform/database/database.js';
import { newId } from '../../src/platform/ids/ids.js';
import { Limits } from '../../src/platform/limits/limits.js';
import { SourceLimits } from '../../src/platform/limits/source-limits.js';
import { Logger } from '../../src/platform/logging/logger.js';
import { Metrics } from '../../src/platform/telemetry/metrics.js';
import { SecurityEvents } from '../../src/platform/telemetry/security-events.js';
import { Policies } from '../../src/policy/policies.js';
import { PolicyDocument, type Policy } from '../../src/policy/policy.js';
import { addPolicy as storePolicy } from '../../src/policy/policy-rows.js';
import { RecoveryCaseRepository } from '../../src/recovery-case/recovery-case.repository.js';
import type { RecoveryCase } from '../../src/recovery-case/recovery-case.js';
import { LinkAddresses } from '../../src/recovery-codes/link-addresses.js';
import { CallCodes } from '../../src/recovery-request/call-codes.js';
import { CallerHelp } from '../../src/recovery-request/caller-help.js';
import { CaseAuthorizations } from '../../src/recovery-request/case-authorizations.js';
import { CaseOpening } from '../../src/recovery-request/case-opening.js';
import { FlowEntry } from '../../src/recovery-request/flow-entry.js';
import { PrivacyNoticeFacts } from '../../src/recovery-request/privacy-notice/privacy-notice-facts.js';
import { Participation } from '../../src/recovery-request/participation.js';
import { RecoverableAccounts } from '../../src/recovery-request/recoverable-accounts.js';
import { RecoveryCases } from '../../src/recovery-request/recovery-cases.js';
import { RecoveryLinks } from '../../src/recovery-request/recovery-links.js';
import { WaysIn } from '../../src/recovery-request/ways-in.js';
import { SelfServiceStart } from '../../src/recovery-request/self-service-start.js';
import { StaffAlarms } from '../../src/staff-access/staff-alarms.js';
import { StaffBudgets } from '../../src/staff-access/staff-budgets.js';
import { MemoryObjectStore } from './memory-object-store.js';

export const PUBLIC_URL = 'http://localhost:3000';

/** A whole, valid environment of the embedded profile; nothing in it is used to connect. */
export function testConfig(overrides: Record<string, string> = {}): Config {
  return loadConfig({
    REGAIN_PROFILE: 'embedded',
    ADMIN_TOKEN: 'x'.repeat(32),
    PUBLIC_URL,
    RP_ID: 'localhost',
    ORGANISATION_NAME: 'Example',
    HELP_DESK_CONTACT: 'extension 100',
    DATABASE_URL: 'postgres://unused',
    QUEUE_DATABASE_URL: 'postgres://unused',
    OBJECTS_DIR: '/nowhere',
    KEYRING_FILE: '/nowhere',
    STAFF_ISSUER: 'http://127.0.0.1:1',
    STAFF_AUDIENCE: 'regain',
    STAFF_JWKS_URL: 'http://127.0.0.1:1/jwks',
    ...overrides,
  });
}

/** A logger that keeps its lines. */
export function recordingLogger(): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const sink = new Writable({ write: (chunk: Buffer, _encoding, done) => (lines.push(chunk.toString()), done()) });
  return { logger: Logger.create('debug', sink), lines };
}

/** The services of the core, put together by hand on a real database: nothing is replaced but the object store. */
export function buildCore(database: Database, options: { ring?: KeyRing; limitScale?: number } = {}) {
  const { ring = database.ring ?? new KeyRing(KeyRing.generate()), limitScale = 10_000 } = options;
  const config = testConfig();
  const clock = new SystemClock();
  const metrics = new Metrics();
  const { logger, lines } = recordingLogger();
  const securityEvents = new SecurityEvents(metrics, logger);
  const objects = new MemoryObjectStore();
  const cases = new RecoveryCaseRepository(metrics, securityEvents);
  const subjects = new Subjects(ring);
  const records = new ProofingRecords(ring);
  const portraits = new Portraits(ring, objects, database);
  const policies = new Policies(securityEvents);
  const keys = new CaseKeys(ring);
  const limits = new Limits(ring, limitScale);
  const budgets = new StaffBudgets(database, limits, new StaffAlarms(metrics, logger));
  const links = new RecoveryLinks(ring, clock, config);
  const flows = new FlowSessions(ring, clock);
  const captures = new CaptureBindings(ring);
  const opening = new CaseOpening(clock, keys, metrics);
  const noticeFacts = new PrivacyNoticeFacts(policies, config);
  const notices = new NoticeReader(ring);
  const callCodes = new CallCodes(keys);
  const ways = new WaysIn(cases, captures, policies, callCodes);
  const sources = new SourceLimits(database, limits);
  const accounts = new RecoverableAccounts(subjects, policies);
  const freezes = new CredentialFreezes(createBuiltInDirectory(new SqlAccountStore()), securityEvents);
  return {
    database,
    ring,
    config,
    clock,
    metrics,
    logger,
    logLines: lines,
    objects,
    cases,
    subjects,
    records,
    portraits,
    policies,
    keys,
    limits,
    links,
    linkAddresses: new LinkAddresses(ring),
    flows,
    captures,
    opening,
    entry: new FlowEntry(database, cases, links, flows, captures, sources, metrics, ways),
    participation: new Participation(database, cases, links, noticeFacts, metrics),
    authorizations: new CaseAuthorizations(database, cases, subjects, policies, budgets),
    service: new RecoveryCases(database, cases, accounts, opening, links, keys, budgets),
    help: new CallerHelp(database, cases, subjects, policies, links, limits, callCodes, budgets),
    selfService: new SelfServiceStart(database, limits, ring, clock),
    repudiation: new Repudiation(database, notices, cases, flows, freezes, new Sessions(ring, clock), securityEvents),
  };
}
export type Core = ReturnType<typeof buildCore>;

export interface PersonOptions {
  login?: string;
  emails?: string[];
  groups?: string[];
  privileged?: boolean;
  status?: 'active' | 'disabled';
}

/** An account; its login is made up when none is given. */
export async function addPerson(core: Core, options: PersonOptions = {}): Promise<{ id: string; login: string }> {
  const id = newId('sub', new Date());
  const {
    login = `person.${randomBytes(6).toString('hex')}`,
    groups = [],
    privileged = false,
    status = 'active',
  } = options;
  const emails = options.emails ?? [`${login}@example.org`];
  const profile = {
    login,
    displayName: 'Test Person',
    givenName: 'Test',
    familyName: 'Person',
    emails,
    phones: [],
    formerEmails: [],
  };
  await core.database.transaction((tx) =>
    core.subjects.put(tx, { id, input: { profile, groups, privileged, status } }),
  );
  return { id, login };
}

/** A policy for everybody; the members given replace the defaults. */
export async function addPolicy(core: Core, document: Partial<PolicyDocument> = {}): Promise<Policy> {
  const id = newId('pol', new Date());
  const whole = PolicyDocument.parse({
    name: 'test',
    providers: ['local'],
    requiredChecks: ['face_match'],
    ...document,
  });
  await core.database.transaction((tx) => storePolicy(tx, { id, document: whole, createdBy: 'test' }));
  return { id, version: 1, document: whole };
}

/** A new case in `link_sent` (or waiting for a second person), opened by an agent. */
export async function openCase(
  core: Core,
  given: { policy: Policy; subjectId: string; channel?: RecoveryCase['channel']; opener?: string },
): Promise<RecoveryCase> {
  const { policy, subjectId, channel = 'email', opener = 'agent' } = given;
  return core.database.transaction(async (tx) => {
    const subject = await core.subjects.find(tx, subjectId);
    const opened =
      subject && (await core.opening.open(tx, { subject, policy, opener: { kind: 'person', id: opener }, channel }));
    if (!opened) throw new Error('the case was not opened');
    return opened;
  });
}
