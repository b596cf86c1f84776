import { Module } from '@nestjs/common';
import { AdjudicationModule } from '../adjudication/adjudication.module.js';
import { DirectoryModule } from '../directory/directory.module.js';
import { PlatformModule } from '../platform/platform.module.js';
import { PolicyModule } from '../policy/policy.module.js';
import { StaffAccessModule } from '../staff-access/staff-access.module.js';
import { VerificationModule } from '../verification/verification.module.js';
import { EvaluationController } from './evaluation/evaluation.controller.js';
import { RehearsalWalk } from './rehearsal-walk.js';
import { Rehearsals } from './rehearsals.js';
import { RehearsalsController } from './rehearsals.controller.js';
import { RehearseProcessor } from './rehearse.processor.js';

/** The staff's calls. */
@Module({
  imports: [PlatformModule, DirectoryModule, PolicyModule, StaffAccessModule],
  providers: [Rehearsals],
  controllers: [RehearsalsController, EvaluationController],
})
export class RehearsalApiModule {}

/** The work itself. */
@Module({
  imports: [PlatformModule, DirectoryModule, PolicyModule, AdjudicationModule, VerificationModule],
  providers: [RehearsalWalk, RehearseProcessor],
})
export class RehearsalWorkerModule {}
