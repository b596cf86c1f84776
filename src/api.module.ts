import { Module } from '@nestjs/common';
import { ExplainModule } from './adjudication/explain/explain.module.js';
import { ReviewModule } from './adjudication/review/review.module.js';
import { AuditApiModule } from './audit-trail/audit-trail.module.js';
import { DirectoryApiModule } from './directory/directory.module.js';
import { ErasureApiModule } from './erasure/erasure.module.js';
import { FlowViewModule } from './flow-view/flow-view.module.js';
import { IdentityEvidenceApiModule } from './identity-evidence/identity-evidence.module.js';
import { NotificationApiModule } from './notification/notification.module.js';
import { PasskeyRegistrationModule } from './passkey-registration/passkey-registration.module.js';
import { PolicyApiModule } from './policy/policy.module.js';
import { RecoveryCodesApiModule } from './recovery-codes/recovery-codes.module.js';
import { RecoveryPauseApiModule } from './recovery-pause/recovery-pause.module.js';
import { RecoveryRequestApiModule } from './recovery-request/recovery-request.module.js';
import { RecoveryTokenModule } from './recovery-token/recovery-token.module.js';
import { VerificationApiModule } from './verification/verification.module.js';
import { RehearsalApiModule } from './rehearsal/rehearsal.module.js';
import { ConsoleModule } from '../web/console/console.module.js';
import { WebModule } from '../web/web.module.js';

/** Everything that answers HTTP. It writes to PostgreSQL and the object store and never touches a queue. */
@Module({
  imports: [
    RecoveryRequestApiModule,
    IdentityEvidenceApiModule,
    RecoveryCodesApiModule,
    VerificationApiModule,
    ReviewModule,
    ExplainModule,
    RecoveryTokenModule,
    PasskeyRegistrationModule,
    FlowViewModule,
    NotificationApiModule,
    DirectoryApiModule,
    PolicyApiModule,
    RehearsalApiModule,
    RecoveryPauseApiModule,
    ErasureApiModule,
    AuditApiModule,
    WebModule,
    ConsoleModule,
  ],
})
export class ApiModule {}
