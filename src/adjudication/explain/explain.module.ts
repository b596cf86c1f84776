import { Module } from '@nestjs/common';
import { PlatformModule } from '../../platform/platform.module.js';
import { StaffAccessModule } from '../../staff-access/staff-access.module.js';
import { Explanations } from './explanations.js';
import { ExplanationsController } from './explanations.controller.js';

/** Why decisions fell as they did, for auditors. */
@Module({
  imports: [PlatformModule, StaffAccessModule],
  providers: [Explanations],
  controllers: [ExplanationsController],
})
export class ExplainModule {}
