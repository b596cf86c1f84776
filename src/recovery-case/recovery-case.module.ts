import { Module } from '@nestjs/common';
import { PlatformModule } from '../platform/platform.module.js';
import { RecoveryCaseRepository } from './recovery-case.repository.js';

@Module({
  imports: [PlatformModule],
  providers: [RecoveryCaseRepository],
  exports: [RecoveryCaseRepository, PlatformModule],
})
export class RecoveryCaseModule {}
