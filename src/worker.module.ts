import { Inject, Module, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';
import type { Queue } from 'bullmq';
import { AccountIndex } from './adjudication/accounts/account-index.js';
import { KnownDocuments } from './adjudication/accounts/known-documents.js';
import { AdjudicationModule, AdjudicationWorkerModule } from './adjudication/adjudication.module.js';
import { AuditSealer } from './audit-trail/audit-sealer.js';
import { ErasureWorkerModule } from './erasure/erasure.module.js';
import { BACKUP_HORIZON_DAYS } from './erasure/deletion-receipt.js';
import { pruneTombstones } from './erasure/tombstones.js';
import { DirectoryModule } from './directory/directory.module.js';
import { PortraitOrphans } from './directory/portrait-orphans.js';
import { EvidenceOrphans } from './identity-evidence/evidence-orphans.js';
import { IdentityEvidenceModule } from './identity-evidence/identity-evidence.module.js';
import { NotificationWorkerModule } from './notification/notification.module.js';
import { routes } from './pipeline.js';
import { Clock } from './platform/clock/clock.js';
import type { Config } from './platform/config/config.js';
import { KeyRing } from './platform/crypto/key-ring.js';
import { Database } from './platform/database/database.js';
import { Limits } from './platform/limits/limits.js';
import { Logger } from './platform/logging/logger.js';
import { OutboxRelay, type JobSink } from './platform/outbox/outbox-relay.js';
import { CONFIG, OBJECT_STORE, PlatformModule } from './platform/platform.module.js';
import { DeadLetters } from './platform/queue/dead-letters.js';
import { assertOneProcessorEach, processorsIn } from './platform/queue/processor-inventory.js';
import { JOB_SINK, QUEUES, QueueModule } from './platform/queue/queue.module.js';
import type { ObjectStore } from './platform/storage/object-store.port.js';
import { Metrics } from './platform/telemetry/metrics.js';
import { SecurityEvents } from './platform/telemetry/security-events.js';
import { RecoveryCaseModule } from './recovery-case/recovery-case.module.js';
import { RecoveryCaseRepository } from './recovery-case/recovery-case.repository.js';
import { RecoveryRequestWorkerModule } from './recovery-request/recovery-request.module.js';
import { RehearsalWorkerModule } from './rehearsal/rehearsal.module.js';
import { sweeperTasks } from './sweeper-tasks.js';
import { ExhaustedWork } from './sweeper/exhausted-work.js';
import { Sweeper } from './sweeper/sweeper.js';
import { toldEvents } from './sweeper/told-events.js';
import { PushInbox } from './verification/inbox/push-inbox.js';
import { VerificationModule, VerificationWorkerModule } from './verification/verification.module.js';

const ORPHAN_SWEEP_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Everything that works through jobs: the relay that feeds the queue, one processor per contract, and the sweeper. */
@Module({
  imports: [
    DiscoveryModule,
    PlatformModule,
    QueueModule.register(),
    DirectoryModule,
    RecoveryCaseModule,
    RecoveryRequestWorkerModule,
    IdentityEvidenceModule,
    VerificationModule,
    VerificationWorkerModule,
    AdjudicationModule,
    AdjudicationWorkerModule,
    RehearsalWorkerModule,
    NotificationWorkerModule,
    ErasureWorkerModule,
  ],
})
export class WorkerModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #relay: OutboxRelay;
  readonly #sweeper: Sweeper;
  readonly #seals: NodeJS.Timeout;
  readonly #orphanSweeps: NodeJS.Timeout;

  constructor(
    @Inject(CONFIG) config: Config,
    @Inject(JOB_SINK) sink: JobSink,
    ring: KeyRing,
    private readonly logger: Logger,
    private readonly discovery: DiscoveryService,
    limits: Limits,
    inbox: PushInbox,
    accounts: AccountIndex,
    documents: KnownDocuments,
    cases: RecoveryCaseRepository,
    @Inject(QUEUES) private readonly queues: Queue[],
    private readonly database: Database,
    private readonly orphans: EvidenceOrphans,
    private readonly portraits: PortraitOrphans,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
    securityEvents: SecurityEvents,
  ) {
    this.#relay = new OutboxRelay({ database, databaseUrl: config.DATABASE_URL, routes, sink, logger });
    // A series that begins at one is no increase to Prometheus: the first would raise no alert.
    for (const { name } of queues) metrics.workGivenUp.inc({ job: name }, 0);
    this.#sweeper = new Sweeper({
      database,
      logger,
      intervalSeconds: config.SWEEP_INTERVAL_SECONDS,
      told: toldEvents(routes),
      exhausted: new ExhaustedWork({
        routes,
        cases,
        logger,
        onGivenUp: (job) => metrics.workGivenUp.inc({ job }),
      }),
      extra: sweeperTasks({ limits, inbox, documents, accounts }),
      onFound: (event) => metrics.sweeperFinds.inc({ event }),
      onFailed: (task) => metrics.sweeperFailures.inc({ task }),
    });
    this.#orphanSweeps = setInterval(() => void this.sweepOrphans(), ORPHAN_SWEEP_MS);
    const sealer = new AuditSealer({ database, ring, objects, logger, securityEvents });
    metrics.atScrape(() => metrics.auditUnanchoredAge.set(sealer.unanchoredSeconds));
    this.#seals = setInterval(() => void sealer.seal(), config.AUDIT_SEAL_INTERVAL_SECONDS * 1_000);
  }

  onApplicationBootstrap(): void {
    assertOneProcessorEach(this.discovery);
    const letters = new DeadLetters(this.database, this.queues);
    for (const one of processorsIn(this.discovery)) one.keepDeadLettersIn(letters);
    this.#relay.start();
    this.#sweeper.start();
    void this.#sweeper.sweep();
  }

  /** Before anything is closed that they need: what is being worked on is finished, and nothing new is taken. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#seals);
    clearInterval(this.#orphanSweeps);
    await Promise.all([
      this.#relay.stop(),
      this.#sweeper.stop(),
      ...processorsIn(this.discovery).map((one) => one.stop()),
    ]);
  }

  /**
   * Objects that no row names: the process that stored a picture or a portrait died before it wrote the row. And stones
   * past their use.
   */
  private async sweepOrphans(): Promise<void> {
    const horizon = new Date(this.clock.now().getTime() - BACKUP_HORIZON_DAYS * DAY_MS);
    const sweeps = [
      () => this.orphans.sweepOrphans(),
      () => this.portraits.sweepOrphans(),
      () => pruneTombstones(this.objects, horizon),
    ];
    // Each by itself: what keeps one from its work is not to keep the others.
    for (const sweep of sweeps) {
      try {
        await sweep();
      } catch (error) {
        this.logger.warn('sweep_failed', { task: 'orphans', error });
        this.metrics.sweeperFailures.inc({ task: 'orphans' });
      }
    }
  }
}
