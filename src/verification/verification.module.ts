import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { DirectoryModule } from '../directory/directory.module.js';
import { FlowSessionModule } from '../flow-session/flow-session.module.js';
import { IdentityEvidenceModule } from '../identity-evidence/identity-evidence.module.js';
import { PolicyModule } from '../policy/policy.module.js';
import { RecoveryCaseModule } from '../recovery-case/recovery-case.module.js';
import { StaffAccessModule } from '../staff-access/staff-access.module.js';
import { Abandonment } from './collect/abandonment.js';
import { CollectResultProcessor } from './collect/collect-result.processor.js';
import { FetchAftermath } from './collect/fetch-aftermath.js';
import { PollSchedule } from './collect/poll-schedule.js';
import { ResultCollector } from './collect/result-collector.js';
import { ResultSettlement } from './collect/result-settlement.js';
import { EvidenceSubmission } from './flow/evidence-submission.js';
import { EvidenceUpload } from './flow/evidence-upload.js';
import { ProviderReturn } from './flow/provider-return.js';
import { ProviderReturnController } from './flow/provider-return.controller.js';
import { VerificationFlowController } from './flow/verification-flow.controller.js';
import { MatchPushProcessor } from './inbox/match-push.processor.js';
import { PushInbox } from './inbox/push-inbox.js';
import { PushReception } from './inbox/push-reception.js';
import { WebhooksController } from './inbox/webhooks.controller.js';
import { ConfiguredProviders } from './providers/configured-providers.js';
import { ProviderCalls } from './providers/provider-calls.js';
import { ProviderOverview } from './providers/provider-overview.js';
import { ProviderRegistry } from './providers/provider-registry.js';
import { ProvidersController } from './providers/providers.controller.js';
import { Failover } from './routing/failover.js';
import { RoutingQuestion } from './routing/routing-question.js';
import { SessionIntents } from './routing/session-intents.js';
import { SessionOpener } from './routing/session-opener.js';
import { SessionOpening } from './routing/session-opening.js';
import { SubmitVerificationProcessor } from './routing/submit-verification.processor.js';
import { VerificationStart } from './routing/verification-start.js';
import { SessionContexts } from './session/session-contexts.js';
import { SessionDeliveries } from './session/session-deliveries.js';
import { SessionSecrets } from './session/session-secrets.js';
import { SessionStore } from './session/session-store.js';
import { VerificationSessions } from './session/verification-sessions.js';
import { VerificationReports } from './verification-reports.js';

/** Stage 3: sends the person to a provider and brings the result back, bound to what was asked. */
@Module({
  imports: [RecoveryCaseModule, FlowSessionModule, DirectoryModule, PolicyModule, IdentityEvidenceModule],
  providers: [
    { provide: ProviderRegistry, useClass: ConfiguredProviders },
    ProviderCalls,
    SessionStore,
    SessionSecrets,
    SessionDeliveries,
    SessionContexts,
    SessionIntents,
    SessionOpening,
    SessionOpener,
    RoutingQuestion,
    Failover,
    VerificationStart,
    VerificationSessions,
    VerificationReports,
    PushInbox,
    PollSchedule,
    Abandonment,
    ResultSettlement,
    FetchAftermath,
    ResultCollector,
    EvidenceUpload,
    EvidenceSubmission,
  ],
  exports: [
    ProviderRegistry,
    ProviderCalls,
    SessionStore,
    SessionSecrets,
    SessionContexts,
    SessionOpener,
    VerificationStart,
    VerificationSessions,
    VerificationReports,
    PushInbox,
    ResultCollector,
    EvidenceUpload,
    EvidenceSubmission,
  ],
})
export class VerificationModule implements OnApplicationShutdown {
  constructor(private readonly providers: ProviderRegistry) {}

  async onApplicationShutdown(): Promise<void> {
    await this.providers.close();
  }
}

/** What answers HTTP: the person's calls, partners' deliveries, the operators' list. */
@Module({
  imports: [RecoveryCaseModule, FlowSessionModule, StaffAccessModule, VerificationModule],
  providers: [PushReception, ProviderReturn, ProviderOverview],
  controllers: [VerificationFlowController, WebhooksController, ProviderReturnController, ProvidersController],
})
export class VerificationApiModule {}

/** What works through jobs. */
@Module({
  imports: [RecoveryCaseModule, VerificationModule],
  providers: [SubmitVerificationProcessor, CollectResultProcessor, MatchPushProcessor],
})
export class VerificationWorkerModule {}
