import { Module } from '@nestjs/common';
import { PlatformModule } from '../platform/platform.module.js';
import { StaffGuard } from './staff-access.guard.js';
import { StaffTokens } from './staff-tokens.js';

@Module({ imports: [PlatformModule], providers: [StaffTokens, StaffGuard], exports: [StaffTokens, StaffGuard] })
export class StaffAccessModule {}
