import { Module } from '@nestjs/common';
import { PlatformModule } from '../platform/platform.module.js';
import { StaffAccessModule } from '../staff-access/staff-access.module.js';
import { RecoveryPauseController } from './recovery-pause.controller.js';
import { RecoveryPauses } from './recovery-pauses.js';

@Module({
  imports: [PlatformModule, StaffAccessModule],
  providers: [RecoveryPauses],
  controllers: [RecoveryPauseController],
})
export class RecoveryPauseApiModule {}
