import { Module } from '@nestjs/common';
import { DirectoryModule } from '../directory/directory.module.js';
import { FlowSessionModule } from '../flow-session/flow-session.module.js';
import { IdentityEvidenceModule } from '../identity-evidence/identity-evidence.module.js';
import { PolicyModule } from '../policy/policy.module.js';
import { RecoveryCaseModule } from '../recovery-case/recovery-case.module.js';
import { AskedCodes } from './asked-codes-of-case.js';
import { FlowCodes } from './flow-codes.js';
import { FlowCodesController } from './flow-codes.controller.js';
import { GivenCodes } from './given-codes.js';
import { IssuedCodes } from './issued-codes.js';
import { LinkAddresses } from './link-addresses.js';
import { SavedCodes } from './saved-codes.js';

const SERVICES = [AskedCodes, FlowCodes, GivenCodes, IssuedCodes, LinkAddresses, SavedCodes];

/** Codes besides document and face (NIST SP 800-63B-4, 4.2.1): saved by the account holder, or sent to them. */
@Module({
  imports: [RecoveryCaseModule, DirectoryModule, PolicyModule, FlowSessionModule, IdentityEvidenceModule],
  providers: SERVICES,
  exports: SERVICES,
})
export class RecoveryCodesModule {}

@Module({ imports: [RecoveryCaseModule, RecoveryCodesModule, FlowSessionModule], controllers: [FlowCodesController] })
export class RecoveryCodesApiModule {}
