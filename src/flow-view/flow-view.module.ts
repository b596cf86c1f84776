import { Module } from '@nestjs/common';
import { AdjudicationModule } from '../adjudication/adjudication.module.js';
import { FlowSessionModule } from '../flow-session/flow-session.module.js';
import type { Config } from '../platform/config/config.js';
import { CONFIG } from '../platform/platform.module.js';
import { Draining } from '../platform/process/draining.js';
import { PolicyModule } from '../policy/policy.module.js';
import { RecoveryCaseModule } from '../recovery-case/recovery-case.module.js';
import { RecoveryRequestModule } from '../recovery-request/recovery-request.module.js';
import { RecoveryCodesModule } from '../recovery-codes/recovery-codes.module.js';
import { VerificationModule } from '../verification/verification.module.js';
import { BrowserEventsController } from './browser-events.controller.js';
import { FlowEntryController } from './flow-entry.controller.js';
import { FlowViewController } from './flow-view.controller.js';
import { FlowSecrets } from './flow-secrets.js';
import { FlowViews } from './flow-views.js';

@Module({
  imports: [
    RecoveryCaseModule,
    FlowSessionModule,
    RecoveryRequestModule,
    RecoveryCodesModule,
    VerificationModule,
    AdjudicationModule,
    PolicyModule,
  ],
  providers: [
    FlowSecrets,
    FlowViews,
    // Here, with the streams that it ends, and not with what every process has: a worker takes no requests.
    { provide: Draining, inject: [CONFIG], useFactory: (config: Config) => new Draining(config.DRAIN_SECONDS) },
  ],
  controllers: [FlowEntryController, FlowViewController, BrowserEventsController],
  exports: [FlowViews],
})
export class FlowViewModule {}
