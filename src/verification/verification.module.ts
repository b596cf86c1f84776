import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { DirectoryModule } from '../directory/directory.module.js';
import { FlowSessionModule } from '../flow-session/flow-session.module.js';
import { IdentityEvidenceModule } from '../identity-evidence/identity-evidence.module.js';
import { PolicyModule } from '../policy/policy.module.js';
import { KnownAbilities } from '../policy/provider-abilities.js';
import { RecoveryCaseModule } from '../recovery-case/recovery-case.module.js';
import { RecoveryCodesModule } from '../recovery-codes/recovery-codes.module.js';
import { StaffAccessModule } from '../staff-access/staff-access.module.js';
import { AccountAttempts } from './account-attempts.js';
import { Abandonment } from './collect/abandonment.js';
import { BindingCheck } from './collect/binding-check.js';
import { CollectResultProcessor } from './collect/collect-result.processor.js';
import { DueLooks } from './collect/due-looks.js';
import { EvidenceLoans } from './collect/evidence-loans.js';
import { FetchAftermath } from './collect/fetch-aftermath.js';
import { FetchSchedule } from './collect/fetch-schedule.js';
import { LateResults } from './collect/late-results.js';
import { ProviderLook } from './collect/provider-look.js';
import { RepeatedSelfies } from './collect/repeated-selfies.js';
import { ResultAcceptance } from './collect/result-acceptance.js';
import { ResultCollector } from './collect/result-collector.js';
import { ResultSettlement } from './collect/result-settlement.js';
import { ResultWithdrawal } from './collect/result-withdrawal.js';
import { UnansweredLooks } from './collect/unanswered-looks.js';
import { CodesSubmission } from './flow/codes-submission.js';
import { EvidenceSubmission } from './flow/evidence-submission.js';
import { EvidenceUpload } from './flow/evidence-upload.js';
import { PartnerVisit } from './flow/partner-visit.js';
import { ProviderReturn } from './flow/provider-return.js';
import { ProviderReturnController } from './flow/provider-return.controller.js';
import { ReturnedAnswers } from './flow/returned-answers.js';
import { StrayReturns } from './flow/stray-return.js';
import { VerificationFlowController } from './flow/verification-flow.controller.js';
import { MatchPushProcessor } from './inbox/match-push.processor.js';
import { PushInbox } from './inbox/push-inbox.js';
import { PushReception } from './inbox/push-reception.js';
import { WebhooksController } from './inbox/webhooks.controller.js';
import { ApprovalAlarm } from './providers/approval-alarm.js';
import { CaptureProviders } from './providers/capture-providers.js';
import { ConfiguredProviders } from './providers/configured-providers.js';
import { ProviderCalls } from './providers/provider-calls.js';
import { ProviderControlChanges } from './providers/provider-control-changes.js';
import { ProviderControls } from './providers/provider-controls.js';
import { KnownHealth } from './providers/known-health.js';
import { ProviderOverview } from './providers/provider-overview.js';
import { ProviderRegistry } from './providers/provider-registry.js';
import { ProviderVitals } from './providers/provider-vitals.js';
import { ProvidersController } from './providers/providers.controller.js';
import { ReferencePortraitLook } from './providers/reference-portrait-look.js';
import { CreateCall } from './routing/create-call.js';
import { CreateFailure } from './routing/create-failure.js';
import { DueRouting } from './routing/due-routing.js';
import { Failover } from './routing/failover.js';
import { HandoffRenewal } from './routing/handoff-renewal.js';
import { LiveHandoffs } from './routing/live-handoffs.js';
import { ProviderSwitch } from './routing/provider-switch.js';
import { ProviderWait } from './routing/provider-wait.js';
import { RoutingQuestion } from './routing/routing-question.js';
import { SessionIntents } from './routing/session-intents.js';
import { SessionOpener } from './routing/session-opener.js';
import { SessionOpening } from './routing/session-opening.js';
import { SettleSurplusProcessor } from './routing/settle-surplus.processor.js';
import { SubmitVerificationProcessor } from './routing/submit-verification.processor.js';
import { StartDecision } from './routing/start-decision.js';
import { SurplusClosing } from './routing/surplus-closing.js';
import { SurplusSessions } from './routing/surplus-sessions.js';
import { SurplusSettlement } from './routing/surplus-settlement.js';
import { VerificationStart } from './routing/verification-start.js';
import { SessionContexts } from './session/session-contexts.js';
import { SessionDeliveries } from './session/session-deliveries.js';
import { SessionEnding } from './session/session-ending.js';
import { SessionSecrets } from './session/session-secrets.js';
import { SessionStore } from './session/session-store.js';
import { VerificationSessions } from './session/verification-sessions.js';
import { VerificationReports } from './verification-reports.js';

/** Stage 3: sends the person to a provider and brings the result back, bound to what was asked. */
@Module({
  imports: [
    RecoveryCaseModule,
    FlowSessionModule,
    DirectoryModule,
    PolicyModule,
    IdentityEvidenceModule,
    RecoveryCodesModule,
  ],
  providers: [
    ConfiguredProviders,
    {
      provide: ProviderRegistry,
      useFactory: (configured: ConfiguredProviders) => configured.load(),
      inject: [ConfiguredProviders],
    },
    ProviderControls,
    ProviderVitals,
    ProviderCalls,
    ApprovalAlarm,
    CaptureProviders,
    ReferencePortraitLook,
    SessionStore,
    SessionSecrets,
    SessionDeliveries,
    SessionContexts,
    SessionIntents,
    SurplusSessions,
    SurplusClosing,
    SurplusSettlement,
    SessionEnding,
    ProviderWait,
    RoutingQuestion,
    Failover,
    SessionOpening,
    DueRouting,
    CreateCall,
    CreateFailure,
    SessionOpener,
    LiveHandoffs,
    HandoffRenewal,
    PartnerVisit,
    ProviderSwitch,
    StartDecision,
    VerificationStart,
    VerificationSessions,
    VerificationReports,
    PushInbox,
    FetchSchedule,
    RepeatedSelfies,
    LateResults,
    Abandonment,
    ResultWithdrawal,
    BindingCheck,
    ResultAcceptance,
    ResultSettlement,
    UnansweredLooks,
    FetchAftermath,
    DueLooks,
    EvidenceLoans,
    ProviderLook,
    ResultCollector,
    AccountAttempts,
    EvidenceUpload,
    EvidenceSubmission,
    CodesSubmission,
  ],
  exports: [
    ProviderRegistry,
    ProviderControls,
    ProviderVitals,
    ProviderCalls,
    SessionStore,
    SessionEnding,
    SessionSecrets,
    SessionContexts,
    SessionOpener,
    PartnerVisit,
    VerificationStart,
    VerificationSessions,
    VerificationReports,
    PushInbox,
    ResultCollector,
    SurplusSettlement,
    EvidenceUpload,
    EvidenceSubmission,
    CodesSubmission,
    SessionDeliveries,
    Failover,
  ],
})
export class VerificationModule implements OnApplicationShutdown {
  constructor(
    private readonly providers: ProviderRegistry,
    known: KnownAbilities,
  ) {
    known.learn((id) => providers.get(id)?.capabilities);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.providers.close();
  }
}

/** What answers HTTP: the person's calls, partners' deliveries, the operators' list. */
@Module({
  imports: [RecoveryCaseModule, FlowSessionModule, StaffAccessModule, VerificationModule],
  providers: [
    PushReception,
    StrayReturns,
    ReturnedAnswers,
    ProviderReturn,
    KnownHealth,
    ProviderOverview,
    ProviderControlChanges,
  ],
  controllers: [VerificationFlowController, WebhooksController, ProviderReturnController, ProvidersController],
})
export class VerificationApiModule {}

/** What works through jobs. */
@Module({
  imports: [RecoveryCaseModule, VerificationModule],
  providers: [SubmitVerificationProcessor, SettleSurplusProcessor, CollectResultProcessor, MatchPushProcessor],
})
export class VerificationWorkerModule {}
