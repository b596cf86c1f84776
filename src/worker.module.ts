import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { AdjudicationModule, AdjudicationWorkerModule } from './adjudication/adjudication.module.js';
import { AuditSealing } from './audit-trail/audit-sealing.js';
import { BackgroundWork } from './background-work.js';
import { DatabaseSweeps } from './database-sweeps.js';
import { DirectoryModule } from './directory/directory.module.js';
import { ErasureWorkerModule } from './erasure/erasure.module.js';
import { IdentityEvidenceModule } from './identity-evidence/identity-evidence.module.js';
import { NotificationWorkerModule } from './notification/notification.module.js';
import { ObjectSweeps } from './object-sweeps.js';
import { PlatformModule } from './platform/platform.module.js';
import { QueueModule } from './platform/queue/queue.module.js';
import { RecoveryCaseModule } from './recovery-case/recovery-case.module.js';
import { RecoveryRequestWorkerModule } from './recovery-request/recovery-request.module.js';
import { RehearsalWorkerModule } from './rehearsal/rehearsal.module.js';
import { VerificationModule, VerificationWorkerModule } from './verification/verification.module.js';
import { WorkerProcessors } from './worker-processors.js';

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
  providers: [WorkerProcessors, DatabaseSweeps, ObjectSweeps, AuditSealing, BackgroundWork],
})
export class WorkerModule {}
