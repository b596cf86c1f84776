import { Module } from '@nestjs/common';
import { PlatformModule } from '../platform/platform.module.js';
import { CaptureBindings } from './capture-bindings.js';
import { FlowGuard } from './flow.guard.js';
import { FlowSessions } from './flow-sessions.js';
import { SameOriginGuard } from './same-origin.guard.js';

@Module({
  imports: [PlatformModule],
  providers: [FlowSessions, FlowGuard, SameOriginGuard, CaptureBindings],
  exports: [FlowSessions, FlowGuard, SameOriginGuard, CaptureBindings],
})
export class FlowSessionModule {}
