import { Module } from '@nestjs/common';
import { PolicyModule } from '../policy/policy.module.js';
import { RecoveryCaseModule } from '../recovery-case/recovery-case.module.js';
import { VerificationModule } from '../verification/verification.module.js';
import { EraseCaseProcessor } from './erase-case.processor.js';
import { PartnerErasure } from './partner-erasure.js';

@Module({
  imports: [RecoveryCaseModule, PolicyModule, VerificationModule],
  providers: [EraseCaseProcessor, PartnerErasure],
})
export class ErasureWorkerModule {}
