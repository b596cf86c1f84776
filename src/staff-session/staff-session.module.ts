import { Module } from '@nestjs/common';
import { FlowSessionModule } from '../flow-session/flow-session.module.js';
import { PlatformModule } from '../platform/platform.module.js';
import { StaffAccessModule } from '../staff-access/staff-access.module.js';
import { ConsoleGuard } from './console.guard.js';
import { StaffSessions } from './staff-sessions.js';
import { StaffSignIn } from './staff-sign-in.js';

const SERVICES = [StaffSignIn, StaffSessions, ConsoleGuard];

/** Staff with a browser: their sign-in, their session, and the way in to the console. */
@Module({
  imports: [PlatformModule, StaffAccessModule, FlowSessionModule],
  providers: SERVICES,
  exports: [...SERVICES, FlowSessionModule],
})
export class StaffSessionModule {}
