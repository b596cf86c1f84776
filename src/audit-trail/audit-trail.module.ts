import { Module } from '@nestjs/common';
import { PlatformModule } from '../platform/platform.module.js';
import { StaffAccessModule } from '../staff-access/staff-access.module.js';
import { AuditController } from './audit.controller.js';

@Module({ imports: [PlatformModule, StaffAccessModule], controllers: [AuditController] })
export class AuditApiModule {}
