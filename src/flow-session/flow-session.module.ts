import { Module } from '@nestjs/common';
import { PlatformModule } from '../platform/platform.module.js';
import { CaptureBindings } from './capture-bindings.js';
import { FlowFormGuard } from './flow-form.guard.js';
import { FlowGuard } from './flow.guard.js';
import { FlowSessions } from './flow-sessions.js';
import { FormTokens } from './form-tokens.js';
import { SameOriginGuard } from './same-origin.guard.js';

const SERVICES = [FlowSessions, FlowGuard, FlowFormGuard, FormTokens, SameOriginGuard, CaptureBindings];

@Module({
  imports: [PlatformModule],
  providers: SERVICES,
  exports: SERVICES,
})
export class FlowSessionModule {}
