import type { ProviderAdapter } from '../../../providers/kit/index.js';
import { Portraits } from '../../../src/directory/portraits.js';
import { ProofingRecords } from '../../../src/directory/proofing-records.js';
import { Subjects } from '../../../src/directory/subjects.js';
import { CaptureBindings } from '../../../src/flow-session/capture-bindings.js';
import { CaptureAdmission } from '../../../src/identity-evidence/capture-admission.js';
import { EvidenceIntake } from '../../../src/identity-evidence/evidence-intake.js';
import { EvidenceOrphans } from '../../../src/identity-evidence/evidence-orphans.js';
import { EvidenceReader } from '../../../src/identity-evidence/evidence-reader.js';
import { EvidenceSlots } from '../../../src/identity-evidence/evidence-slots.js';
import { EvidenceStore } from '../../../src/identity-evidence/evidence-store.js';
import { SelfieFingerprints } from '../../../src/identity-evidence/selfie-fingerprints.js';
import { SystemClock } from '../../../src/platform/clock/clock.js';
import type { Config } from '../../../src/platform/config/config.js';
import { CaseKeys } from '../../../src/platform/crypto/case-keys.js';
import { KeyRing } from '../../../src/platform/crypto/key-ring.js';
import type { Database } from '../../../src/platform/database/database.js';
import { Limits } from '../../../src/platform/limits/limits.js';
import { Logger } from '../../../src/platform/logging/logger.js';
import type { ImageSanitiser } from '../../../src/platform/pictures/image-sanitiser.js';
import { MarkedObjectStore } from '../../../src/platform/storage/marked-object-store.js';
import { Metrics } from '../../../src/platform/telemetry/metrics.js';
import { SecurityEvents } from '../../../src/platform/telemetry/security-events.js';
import { Policies } from '../../../src/policy/policies.js';
import { RecoveryCaseRepository } from '../../../src/recovery-case/recovery-case.repository.js';
import { Abandonment } from '../../../src/verification/collect/abandonment.js';
import { BindingCheck } from '../../../src/verification/collect/binding-check.js';
import { DueLooks } from '../../../src/verification/collect/due-looks.js';
import { EvidenceLoans } from '../../../src/verification/collect/evidence-loans.js';
import { FetchAftermath } from '../../../src/verification/collect/fetch-aftermath.js';
import { RepeatedSelfies } from '../../../src/verification/collect/repeated-selfies.js';
import { FetchSchedule } from '../../../src/verification/collect/fetch-schedule.js';
import { LateResults } from '../../../src/verification/collect/late-results.js';
import { ProviderLook } from '../../../src/verification/collect/provider-look.js';
import { ResultAcceptance } from '../../../src/verification/collect/result-acceptance.js';
import { ResultCollector } from '../../../src/verification/collect/result-collector.js';
import { ResultSettlement } from '../../../src/verification/collect/result-settlement.js';
import { ResultWithdrawal } from '../../../src/verification/collect/result-withdrawal.js';
import { UnansweredLooks } from '../../../src/verification/collect/unanswered-looks.js';
import { AskedCodes } from '../../../src/recovery-codes/asked-codes-of-case.js';
import { FlowCodes } from '../../../src/recovery-codes/flow-codes.js';
import { GivenCodes } from '../../../src/recovery-codes/given-codes.js';
import { IssuedCodes } from '../../../src/recovery-codes/issued-codes.js';
import { SavedCodes } from '../../../src/recovery-codes/saved-codes.js';
import { CodesSubmission } from '../../../src/verification/flow/codes-submission.js';
import { AccountAttempts } from '../../../src/verification/account-attempts.js';
import { EvidenceSubmission } from '../../../src/verification/flow/evidence-submission.js';
import { EvidenceUpload } from '../../../src/verification/flow/evidence-upload.js';
import { PartnerVisit } from '../../../src/verification/flow/partner-visit.js';
import { ProviderReturn } from '../../../src/verification/flow/provider-return.js';
import { ReturnedAnswers } from '../../../src/verification/flow/returned-answers.js';
import { StrayReturns } from '../../../src/verification/flow/stray-return.js';
import { PushInbox } from '../../../src/verification/inbox/push-inbox.js';
import { PushReception } from '../../../src/verification/inbox/push-reception.js';
import { ApprovalAlarm } from '../../../src/verification/providers/approval-alarm.js';
import { CaptureProviders } from '../../../src/verification/providers/capture-providers.js';
import { ProviderCalls } from '../../../src/verification/providers/provider-calls.js';
import { ProviderControls } from '../../../src/verification/providers/provider-controls.js';
import { ProviderRegistry } from '../../../src/verification/providers/provider-registry.js';
import { ProviderVitals } from '../../../src/verification/providers/provider-vitals.js';
import { CreateCall } from '../../../src/verification/routing/create-call.js';
import { CreateFailure } from '../../../src/verification/routing/create-failure.js';
import { DueRouting } from '../../../src/verification/routing/due-routing.js';
import { Failover } from '../../../src/verification/routing/failover.js';
import { HandoffRenewal } from '../../../src/verification/routing/handoff-renewal.js';
import { LiveHandoffs } from '../../../src/verification/routing/live-handoffs.js';
import { ProviderSwitch } from '../../../src/verification/routing/provider-switch.js';
import { ProviderWait } from '../../../src/verification/routing/provider-wait.js';
import { RoutingQuestion } from '../../../src/verification/routing/routing-question.js';
import { SessionIntents } from '../../../src/verification/routing/session-intents.js';
import { SessionOpener } from '../../../src/verification/routing/session-opener.js';
import { SessionOpening } from '../../../src/verification/routing/session-opening.js';
import { StartDecision } from '../../../src/verification/routing/start-decision.js';
import { SurplusClosing } from '../../../src/verification/routing/surplus-closing.js';
import { SurplusSessions } from '../../../src/verification/routing/surplus-sessions.js';
import { SurplusSettlement } from '../../../src/verification/routing/surplus-settlement.js';
import { VerificationStart } from '../../../src/verification/routing/verification-start.js';
import { SessionDeliveries } from '../../../src/verification/session/session-deliveries.js';
import { SessionContexts } from '../../../src/verification/session/session-contexts.js';
import { SessionSecrets } from '../../../src/verification/session/session-secrets.js';
import { SessionEnding } from '../../../src/verification/session/session-ending.js';
import { SessionStore } from '../../../src/verification/session/session-store.js';
import { VerificationSessions } from '../../../src/verification/session/verification-sessions.js';
import { VerificationReports } from '../../../src/verification/verification-reports.js';
import { MemoryObjectStore } from '../../model/memory-object-store.js';
import { plainSanitiser } from './plain-sanitiser.js';

/** One for all worlds of a test file: rows of an earlier world stay readable. */
const RING = new KeyRing(KeyRing.generate());

type WorldConfig = Pick<Config, 'embedded' | 'PUBLIC_URL' | 'APPROVAL_ALARM_RUN'>;

export interface WorldOptions {
  database: Database;
  providers: readonly ProviderAdapter[];
  config?: Partial<WorldConfig>;
  sanitiser?: ImageSanitiser;
  /** Of a running service, when its processes are to open what this world seals. */
  ring?: KeyRing;
  /** Of every limit; so large by default that none is met by chance. */
  limitScale?: number;
}

export type VerificationWorld = ReturnType<typeof createVerificationWorld>;

/** Stages 2 and 3 wired by hand on a real database, without HTTP and without a queue. */
export function createVerificationWorld(options: WorldOptions) {
  const { database } = options;
  const config = {
    embedded: false,
    PUBLIC_URL: 'https://recover.example',
    APPROVAL_ALARM_RUN: 50,
    ...options.config,
  } as Config;
  const ring = options.ring ?? RING;
  const clock = new SystemClock();
  const objects = new MemoryObjectStore(clock);
  const logger = Logger.create('silent');
  const metrics = new Metrics();
  const keys = new CaseKeys(ring);
  const platform = {
    config,
    ring,
    clock,
    objects,
    logger,
    metrics,
    securityEvents: new SecurityEvents(metrics, logger),
    keys,
    limits: new Limits(ring, options.limitScale ?? 100),
  };
  const cases = new RecoveryCaseRepository(metrics, platform.securityEvents);
  const subjects = new Subjects(ring);
  const records = new ProofingRecords(ring);
  const policies = new Policies(platform.securityEvents);
  const evidence = createEvidence({ database, platform, cases, sanitiser: options.sanitiser ?? plainSanitiser });
  const registry = new ProviderRegistry(options.providers);
  const base = { database, platform, cases, subjects, records, policies, evidence, registry };
  return { ...base, ...createVerification(base) };
}

interface Platform {
  config: Config;
  ring: KeyRing;
  clock: SystemClock;
  objects: MemoryObjectStore;
  logger: Logger;
  metrics: Metrics;
  securityEvents: SecurityEvents;
  keys: CaseKeys;
  limits: Limits;
}

function createEvidence(parts: {
  database: Database;
  platform: Platform;
  cases: RecoveryCaseRepository;
  sanitiser: ImageSanitiser;
}) {
  const { database, platform } = parts;
  const { keys, objects, ring, clock, logger, metrics } = platform;
  const slots = new EvidenceSlots(clock);
  const store = new EvidenceStore(database, keys, new MarkedObjectStore(objects));
  const fingerprints = new SelfieFingerprints(database, keys, slots, logger);
  return {
    slots,
    fingerprints,
    admission: new CaptureAdmission(parts.cases, new CaptureBindings(ring)),
    intake: new EvidenceIntake(database, ring, slots, store, fingerprints, parts.sanitiser, logger, metrics),
    reader: new EvidenceReader(database, keys, slots, store),
    orphans: new EvidenceOrphans(database, store, clock),
  };
}

interface Base {
  database: Database;
  platform: Platform;
  cases: RecoveryCaseRepository;
  subjects: Subjects;
  records: ProofingRecords;
  policies: Policies;
  evidence: ReturnType<typeof createEvidence>;
  registry: ProviderRegistry;
}

function createVerification(base: Base) {
  const routing = createRouting(base);
  return { ...routing, ...createCollecting(base, routing), ...createFlow(base, routing) };
}

function createRouting(base: Base) {
  const { database, platform, cases, subjects, records, policies, evidence, registry } = base;
  const { config, ring, clock, keys, logger, metrics } = platform;
  const controls = new ProviderControls();
  const vitals = new ProviderVitals(metrics, logger, clock, database, controls);
  const calls = new ProviderCalls(metrics, logger, vitals);
  const sessions = new SessionStore();
  const secrets = new SessionSecrets(keys, ring);
  const deliveries = new SessionDeliveries(secrets, clock);
  const contexts = new SessionContexts(config, secrets, subjects, records, deliveries);
  const intents = new SessionIntents(sessions, secrets, clock);
  const schedule = new FetchSchedule();
  const inbox = new PushInbox(cases, sessions, schedule, clock);
  const question = new RoutingQuestion(registry, policies, subjects, sessions, controls, vitals, ring);
  const wait = new ProviderWait(cases);
  const surplus = new SurplusSessions(clock, secrets);
  const ending = new SessionEnding(sessions, registry, schedule, surplus);
  const failover = new Failover(cases, ending, intents, question, evidence.slots, wait, policies);
  const opening = new SessionOpening(config, cases, sessions, ending, secrets, inbox, wait, surplus);
  const due = new DueRouting(cases, sessions, intents, question, failover, opening, wait, clock);
  const create = new CreateCall(database, vitals, calls, sessions, contexts, surplus, logger);
  const failure = new CreateFailure(database, cases, registry, intents, opening, question, failover, wait);
  const opener = new SessionOpener(database, cases, registry, due, create, failure, opening, sessions);
  const handoffs = new LiveHandoffs(cases, registry, sessions, secrets);
  const { limits } = platform;
  const renewal = new HandoffRenewal(database, handoffs, vitals, calls, contexts, opening, limits, clock);
  const closing = new SurplusClosing(database, calls, secrets, contexts, surplus);
  const surplusSettlement = new SurplusSettlement(database, cases, registry, sessions, surplus, closing, metrics);
  const providers = new CaptureProviders(registry, calls);
  const watching = { controls, vitals, wait, ending, surplusSettlement, schedule };
  const asking = { calls, providers, contexts, intents, question, failover, opener, renewal };
  return { ...watching, ...asking, sessions, secrets, deliveries, inbox, opening };
}

function createCodes({ database, platform, subjects, records, policies, evidence }: Base) {
  const { ring, clock, limits } = platform;
  const [saved, issued, given] = [new SavedCodes(ring, clock), new IssuedCodes(ring, clock), new GivenCodes()];
  const captures = new CaptureBindings(ring);
  const asked = new AskedCodes(policies, subjects, records, captures, given);
  const flow = new FlowCodes(database, evidence.admission, asked, limits, saved, issued, given);
  return { saved, issued, given, asked, flow };
}

type Routing = ReturnType<typeof createRouting>;

function createCollecting(base: Base, routing: Routing) {
  const { database, platform, cases, policies, evidence, registry } = base;
  const { config, clock, keys, metrics, logger } = platform;
  const { calls, sessions, ending, secrets, contexts, failover, controls, vitals, wait, schedule } = routing;
  const reports = new VerificationReports(keys, clock);
  const abandonment = new Abandonment(cases, ending, policies);
  const alarm = new ApprovalAlarm(config, controls, metrics, logger);
  const withdrawal = new ResultWithdrawal(cases, reports, platform.securityEvents);
  const late = new LateResults(cases, reports);
  const binding = new BindingCheck(config, registry, secrets);
  const accepting = new ResultAcceptance(cases, registry, reports, alarm);
  const settlement = new ResultSettlement(cases, sessions, binding, accepting, abandonment, failover, withdrawal, late);
  const unanswered = new UnansweredLooks(cases, registry, schedule, abandonment, failover, wait);
  const aftermath = new FetchAftermath(database, cases, registry, sessions, schedule, settlement, unanswered, vitals);
  const portraits = new Portraits(platform.ring, platform.objects, database);
  const loans = new EvidenceLoans(evidence.reader, portraits, database);
  const repeats = new RepeatedSelfies(database, policies, routing.providers, evidence.slots, evidence.fingerprints);
  const due = new DueLooks(cases, registry, sessions, schedule, abandonment);
  const look = new ProviderLook(database, calls, sessions, contexts, loans, repeats);
  const collector = new ResultCollector(database, due, look, aftermath);
  return { reports, settlement, collector };
}

function createFlow(base: Base, routing: Routing) {
  const { database, platform, cases, policies, evidence, registry } = base;
  const { limits, logger, ring, clock } = platform;
  const { calls, sessions, secrets, deliveries, contexts, intents, inbox, question, failover, opener } = routing;
  const { wait, ending, renewal, opening, providers } = routing;
  const { admission, intake, slots } = evidence;
  const attempts = new AccountAttempts(limits, policies);
  const codes = createCodes(base);
  const switching = new ProviderSwitch(registry, ending);
  const decision = new StartDecision(cases, admission, question, sessions, intents, attempts, wait, switching);
  const starting = new VerificationStart(database, decision, opener, renewal, clock);
  const captures = new CaptureBindings(ring);
  const strays = new StrayReturns(database, cases, registry, sessions, secrets, captures);
  const answers = new ReturnedAnswers(database, cases, calls, sessions, contexts, deliveries, failover);
  return {
    starting,
    strays,
    visits: new PartnerVisit(database, admission, sessions, renewal),
    reception: new PushReception(database, registry, calls, inbox, sessions, deliveries, logger),
    returns: new ProviderReturn(database, cases, registry, sessions, secrets, captures, answers, strays),
    views: new VerificationSessions(registry, question, sessions, secrets),
    codes,
    codesSubmission: new CodesSubmission(
      database,
      cases,
      admission,
      codes.asked,
      codes.given,
      sessions,
      opening,
      attempts,
    ),
    submission: new EvidenceSubmission(database, cases, admission, registry, sessions, slots, attempts),
    uploads: new EvidenceUpload(database, admission, intake, limits, policies, providers, sessions, starting),
  };
}
