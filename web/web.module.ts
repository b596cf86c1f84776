import { Module } from '@nestjs/common';
import { DirectoryModule } from '../src/directory/directory.module.js';
import { FlowSessionModule } from '../src/flow-session/flow-session.module.js';
import { FlowViewModule } from '../src/flow-view/flow-view.module.js';
import { IdentityEvidenceApiModule } from '../src/identity-evidence/identity-evidence.module.js';
import { NotificationApiModule } from '../src/notification/notification.module.js';
import { PolicyModule } from '../src/policy/policy.module.js';
import { RecoveryCaseModule } from '../src/recovery-case/recovery-case.module.js';
import { RecoveryCodesModule } from '../src/recovery-codes/recovery-codes.module.js';
import { RecoveryRequestModule } from '../src/recovery-request/recovery-request.module.js';
import { VerificationModule } from '../src/verification/verification.module.js';
import { AssetsController } from './pages/assets.controller.js';
import { CodePageController } from './pages/code-page.controller.js';
import { EntryPagesController } from './pages/entry-pages.controller.js';
import { ErrorsPageController } from './pages/errors-page.controller.js';
import { FlowPageFacts } from './pages/flow-page-facts.js';
import { FlowPages } from './pages/flow-pages.js';
import { FlowPagesController } from './pages/flow-pages.controller.js';
import { NoticePageController } from './pages/notice-page.controller.js';
import { PartnerPageController } from './pages/partner-page.controller.js';
import { PageFrames } from './pages/page-frames.js';
import { SecurityNoticePagesController } from './pages/security-notice-pages.controller.js';
import { UnknownPage } from './pages/unknown-page.js';
import { WithoutDocumentPageController } from './pages/without-document-page.controller.js';

/** The person's pages: controllers that turn forms into the same calls the API makes, and templates that are pure. */
@Module({
  imports: [
    DirectoryModule,
    RecoveryCaseModule,
    FlowSessionModule,
    FlowViewModule,
    RecoveryCodesModule,
    RecoveryRequestModule,
    IdentityEvidenceApiModule,
    VerificationModule,
    NotificationApiModule,
    PolicyModule,
  ],
  providers: [PageFrames, FlowPages, FlowPageFacts, UnknownPage],
  controllers: [
    AssetsController,
    CodePageController,
    EntryPagesController,
    ErrorsPageController,
    FlowPagesController,
    NoticePageController,
    PartnerPageController,
    SecurityNoticePagesController,
    WithoutDocumentPageController,
  ],
  exports: [PageFrames],
})
export class WebModule {}
