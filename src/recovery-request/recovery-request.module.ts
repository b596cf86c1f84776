import { Module } from '@nestjs/common';
import { DirectoryModule } from '../directory/directory.module.js';
import { FlowSessionModule } from '../flow-session/flow-session.module.js';
import { PolicyModule } from '../policy/policy.module.js';
import { RecoveryCaseModule } from '../recovery-case/recovery-case.module.js';
import { StaffAccessModule } from '../staff-access/staff-access.module.js';
import { CallCodes } from './call-codes.js';
import { CallerHelp } from './caller-help.js';
import { CaseAuthorizations } from './case-authorizations.js';
import { CaseOpening } from './case-opening.js';
import { CaseViews } from './case-view.js';
import { DeskAccounts } from './desk-accounts.js';
import { DeskCases } from './desk-cases.js';
import { ExpireCaseProcessor } from './expire-case.processor.js';
import { FlowEntry } from './flow-entry.js';
import { LandingViews } from './landing-view.js';
import { OpenRequestedCaseProcessor } from './open-requested-case.processor.js';
import { ParticipationController } from './participation.controller.js';
import { Participation } from './participation.js';
import { PrivacyNoticeFacts } from './privacy-notice/privacy-notice-facts.js';
import { RecoveryCasesController } from './recovery-cases.controller.js';
import { RecoverableAccounts } from './recoverable-accounts.js';
import { RecoveryCases } from './recovery-cases.js';
import { RecoveryLinks } from './recovery-links.js';
import { SelfServiceController } from './self-service.controller.js';
import { SelfServiceStart } from './self-service-start.js';
import { WaysIn } from './ways-in.js';

const SERVICES = [
  CallCodes,
  CallerHelp,
  CaseAuthorizations,
  CaseOpening,
  CaseViews,
  DeskAccounts,
  DeskCases,
  FlowEntry,
  LandingViews,
  PrivacyNoticeFacts,
  Participation,
  RecoverableAccounts,
  RecoveryCases,
  RecoveryLinks,
  SelfServiceStart,
  WaysIn,
];

@Module({
  imports: [RecoveryCaseModule, DirectoryModule, PolicyModule, FlowSessionModule, StaffAccessModule],
  providers: SERVICES,
  exports: SERVICES,
})
export class RecoveryRequestModule {}

@Module({
  imports: [RecoveryRequestModule, RecoveryCaseModule, FlowSessionModule, StaffAccessModule],
  controllers: [RecoveryCasesController, ParticipationController, SelfServiceController],
})
export class RecoveryRequestApiModule {}

@Module({
  imports: [RecoveryRequestModule, RecoveryCaseModule, DirectoryModule, PolicyModule, FlowSessionModule],
  providers: [OpenRequestedCaseProcessor, ExpireCaseProcessor],
})
export class RecoveryRequestWorkerModule {}
