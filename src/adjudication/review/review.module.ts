import { Module } from '@nestjs/common';
import { DirectoryModule } from '../../directory/directory.module.js';
import { IdentityEvidenceModule } from '../../identity-evidence/identity-evidence.module.js';
import { PicturesModule } from '../../platform/pictures/pictures.module.js';
import { PolicyModule } from '../../policy/policy.module.js';
import { RecoveryCaseModule } from '../../recovery-case/recovery-case.module.js';
import { RecoveryRequestModule } from '../../recovery-request/recovery-request.module.js';
import { StaffAccessModule } from '../../staff-access/staff-access.module.js';
import { VerificationModule } from '../../verification/verification.module.js';
import { AdjudicationModule } from '../adjudication.module.js';
import { EvidenceTickets } from './evidence-tickets.js';
import { EvidenceViews } from './evidence-views.js';
import { ReviewAccess } from './review-access.js';
import { ReviewComparisons } from './review-comparison.js';
import { ReviewsController } from './reviews.controller.js';
import { ReviewWatch } from './review-watch.js';
import { ReviewVoting } from './review-voting.js';
import { Reviews } from './reviews.js';

/** People looking at what the policy left open. */
@Module({
  imports: [
    RecoveryCaseModule,
    RecoveryRequestModule,
    DirectoryModule,
    IdentityEvidenceModule,
    StaffAccessModule,
    AdjudicationModule,
    PolicyModule,
    VerificationModule,
    PicturesModule,
  ],
  providers: [Reviews, ReviewComparisons, ReviewVoting, ReviewAccess, ReviewWatch, EvidenceTickets, EvidenceViews],
  controllers: [ReviewsController],
  exports: [Reviews, ReviewComparisons, ReviewVoting, EvidenceViews],
})
export class ReviewModule {}
