import { Module } from '@nestjs/common';
import { PlatformModule } from '../platform/platform.module.js';
import { StaffAlarms } from './staff-alarms.js';
import { StaffBudgets } from './staff-budgets.js';
import { StaffGuard } from './staff-access.guard.js';
import { StaffTokens } from './staff-tokens.js';

const SERVICES = [StaffTokens, StaffGuard, StaffAlarms, StaffBudgets];

@Module({ imports: [PlatformModule], providers: SERVICES, exports: SERVICES })
export class StaffAccessModule {}
