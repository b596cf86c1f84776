import { Module } from '@nestjs/common';
import { DirectoryModule } from '../directory/directory.module.js';
import { PolicyModule } from '../policy/policy.module.js';
import { RecoveryCaseModule } from '../recovery-case/recovery-case.module.js';
import { VerificationModule } from '../verification/verification.module.js';
import { AdjudicateProcessor } from './adjudicate.processor.js';
import { Adjudication } from './adjudication.js';
import { CaseFactsReader } from './case-facts.js';
import { Decisions } from './decisions.js';
import { ConfirmationAnswers } from './device/confirmation-answers.js';
import { DeviceConfirmations } from './device/device-confirmations.js';
import { ReleaseHoldProcessor } from './release-hold.processor.js';
import { ReviewVotes } from './review-votes.js';

/** Stage 4: decides. It reads what providers reported and never talks to them. */
@Module({
  imports: [RecoveryCaseModule, DirectoryModule, PolicyModule, VerificationModule],
  providers: [Adjudication, CaseFactsReader, Decisions, ReviewVotes, DeviceConfirmations, ConfirmationAnswers],
  exports: [Adjudication, Decisions, ReviewVotes, DeviceConfirmations, ConfirmationAnswers],
})
export class AdjudicationModule {}

@Module({ imports: [AdjudicationModule], providers: [AdjudicateProcessor, ReleaseHoldProcessor] })
export class AdjudicationWorkerModule {}
