import { Module } from '@nestjs/common';
import { DirectoryModule } from '../directory/directory.module.js';
import { PolicyModule } from '../policy/policy.module.js';
import { RecoveryCaseModule } from '../recovery-case/recovery-case.module.js';
import { StaffAccessModule } from '../staff-access/staff-access.module.js';
import { VerificationModule } from '../verification/verification.module.js';
import { DeletionReceiptsController } from './deletion-receipts.controller.js';
import { EraseCaseProcessor } from './erase-case.processor.js';
import { LegalHolds } from './legal-holds.js';
import { LegalHoldsController } from './legal-holds.controller.js';
import { PartnerErasure } from './partner-erasure.js';

@Module({
  imports: [RecoveryCaseModule, DirectoryModule, PolicyModule, VerificationModule],
  providers: [EraseCaseProcessor, PartnerErasure, LegalHolds],
})
export class ErasureWorkerModule {}

/** What keeps evidence from being erased, and that it was. */
@Module({
  imports: [RecoveryCaseModule, DirectoryModule, PolicyModule, StaffAccessModule],
  providers: [LegalHolds],
  controllers: [LegalHoldsController, DeletionReceiptsController],
})
export class ErasureApiModule {}
