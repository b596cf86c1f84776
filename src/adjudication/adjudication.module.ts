import { Module } from '@nestjs/common';
import { DirectoryModule } from '../directory/directory.module.js';
import { PlatformModule } from '../platform/platform.module.js';
import { PolicyModule } from '../policy/policy.module.js';
import { RecoveryCaseModule } from '../recovery-case/recovery-case.module.js';
import { VerificationModule } from '../verification/verification.module.js';
import { RecoveryCodesModule } from '../recovery-codes/recovery-codes.module.js';
import { AccountIndex } from './accounts/account-index.js';
import { KnownDocuments } from './accounts/known-documents.js';
import { AdjudicateProcessor } from './adjudicate.processor.js';
import { Adjudication } from './adjudication.js';
import { AccountFactsReader } from './account-facts.js';
import { CaseFactsReader } from './case-facts.js';
import { Decisions } from './decisions.js';
import { AskedAddresses } from './device/asked-addresses.js';
import { ConfirmationAnswers } from './device/confirmation-answers.js';
import { DeviceConfirmations } from './device/device-confirmations.js';
import { EvidenceFactsReader } from './evidence-facts.js';
import { HoldNotices } from './hold-notices.js';
import { Holds } from './holds.js';
import { LateJudgement } from './late-judgement.js';
import { ReleaseHoldProcessor } from './release-hold.processor.js';
import { ReviewVotes } from './review-votes.js';

/** Stage 4: decides. It reads what providers reported and never talks to them. */
@Module({
  imports: [RecoveryCaseModule, DirectoryModule, PolicyModule, RecoveryCodesModule, VerificationModule],
  providers: [
    AccountIndex,
    Adjudication,
    AccountFactsReader,
    CaseFactsReader,
    EvidenceFactsReader,
    Decisions,
    HoldNotices,
    Holds,
    KnownDocuments,
    LateJudgement,
    ReviewVotes,
    DeviceConfirmations,
    ConfirmationAnswers,
    AskedAddresses,
  ],
  exports: [
    AccountIndex,
    Adjudication,
    Decisions,
    KnownDocuments,
    LateJudgement,
    ReviewVotes,
    DeviceConfirmations,
    ConfirmationAnswers,
  ],
})
export class AdjudicationModule {}

@Module({ imports: [PlatformModule, AdjudicationModule], providers: [AdjudicateProcessor, ReleaseHoldProcessor] })
export class AdjudicationWorkerModule {}
