import { Module } from '@nestjs/common';
import { AdjudicationModule } from '../../src/adjudication/adjudication.module.js';
import { ReviewModule } from '../../src/adjudication/review/review.module.js';
import { AuditApiModule } from '../../src/audit-trail/audit-trail.module.js';
import { IdempotencyInterceptor } from '../../src/platform/idempotency/idempotency.interceptor.js';
import { PlatformModule } from '../../src/platform/platform.module.js';
import { RecoveryRequestModule } from '../../src/recovery-request/recovery-request.module.js';
import { StaffSessionModule } from '../../src/staff-session/staff-session.module.js';
import { WebModule } from '../web.module.js';
import { AuditPagesController } from './pages/audit-pages.controller.js';
import { AuthorizationPagesController } from './pages/authorization-pages.controller.js';
import { CasePages } from './pages/case-pages.js';
import { CasePagesController } from './pages/case-pages.controller.js';
import { ConsoleFrames } from './pages/console-frames.js';
import { EvidencePagesController } from './pages/evidence-pages.controller.js';
import { OnceForms } from './pages/once-forms.js';
import { OpeningPagesController } from './pages/opening-pages.controller.js';
import { PersonSearch } from './pages/person-search.js';
import { ReviewPagesController } from './pages/review-pages.controller.js';
import { SignInPagesController } from './pages/sign-in-pages.controller.js';

/** The staff's pages: controllers that make the same calls as the interface, behind a sign-in of their own. */
@Module({
  imports: [
    PlatformModule,
    WebModule,
    StaffSessionModule,
    AuditApiModule,
    RecoveryRequestModule,
    AdjudicationModule,
    ReviewModule,
  ],
  providers: [ConsoleFrames, CasePages, OnceForms, PersonSearch, IdempotencyInterceptor],
  controllers: [
    SignInPagesController,
    OpeningPagesController,
    CasePagesController,
    AuthorizationPagesController,
    AuditPagesController,
    ReviewPagesController,
    EvidencePagesController,
  ],
})
export class ConsoleModule {}
