import { Module } from '@nestjs/common';
import { ReviewModule } from '../../src/adjudication/review/review.module.js';
import { AuditApiModule } from '../../src/audit-trail/audit-trail.module.js';
import { PlatformModule } from '../../src/platform/platform.module.js';
import { StaffSessionModule } from '../../src/staff-session/staff-session.module.js';
import { WebModule } from '../web.module.js';
import { AuditPagesController } from './pages/audit-pages.controller.js';
import { ConsoleFrames } from './pages/console-frames.js';
import { EvidencePagesController } from './pages/evidence-pages.controller.js';
import { ReviewPagesController } from './pages/review-pages.controller.js';
import { SignInPagesController } from './pages/sign-in-pages.controller.js';

/** The staff's pages: controllers that make the same calls as the interface, behind a sign-in of their own. */
@Module({
  imports: [PlatformModule, WebModule, StaffSessionModule, AuditApiModule, ReviewModule],
  providers: [ConsoleFrames],
  controllers: [SignInPagesController, AuditPagesController, ReviewPagesController, EvidencePagesController],
})
export class ConsoleModule {}
