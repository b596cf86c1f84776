import { Module } from '@nestjs/common';
import { AdjudicationModule } from '../adjudication/adjudication.module.js';
import { FlowSessionModule } from '../flow-session/flow-session.module.js';
import { PolicyModule } from '../policy/policy.module.js';
import { RecoveryCaseModule } from '../recovery-case/recovery-case.module.js';
import { StaffAccessModule } from '../staff-access/staff-access.module.js';
import { RecoveryReceipts } from './receipt/recovery-receipts.js';
import { RecoveryReceiptsController } from './receipt/recovery-receipts.controller.js';
import { RecoveryTokenController } from './recovery-token.controller.js';
import { RecoveryTokens } from './recovery-tokens.js';
import { TokenEntitlement } from './token-entitlement.js';

/** Stage 5: an approved case becomes a token. */
@Module({
  imports: [RecoveryCaseModule, FlowSessionModule, PolicyModule, AdjudicationModule, StaffAccessModule],
  controllers: [RecoveryTokenController, RecoveryReceiptsController],
  providers: [TokenEntitlement, RecoveryTokens, RecoveryReceipts],
})
export class RecoveryTokenModule {}
