import { Module } from '@nestjs/common';
import { createBuiltInDirectory } from '../../directories/built-in/index.js';
import { DirectoryModule } from '../directory/directory.module.js';
import { FlowSessionModule } from '../flow-session/flow-session.module.js';
import { RecoveryCaseModule } from '../recovery-case/recovery-case.module.js';
import { RecoveryCodesModule } from '../recovery-codes/recovery-codes.module.js';
import { Challenges } from './challenges.js';
import { CreationOptions } from './creation-options.js';
import { CredentialFreezes } from './credential-freezes.js';
import { DIRECTORY } from './own-directory.js';
import { OwnSavedCode } from './own-saved-code.js';
import { PasskeyRegistrations } from './passkey-registrations.js';
import { PasskeyRegistrationsController } from './passkey-registrations.controller.js';
import { Passkeys } from './passkeys.js';
import { RefusedPresentations } from './refused-presentations.js';
import { RegistrationOptions } from './registration-options.js';
import { RelyingParty } from './relying-party.js';
import { SavedCodeController } from './saved-code.controller.js';
import { Sessions } from './sessions.js';
import { SignIn } from './sign-in.js';
import { SignInController } from './sign-in.controller.js';
import { SqlAccountStore } from './sql-account-store.js';
import { TokenPresentations } from './token-presentations.js';
import { TokenRedemption } from './token-redemption.js';

/** Stage 6: the token becomes a passkey, and the passkey signs in. */
@Module({
  imports: [RecoveryCaseModule, DirectoryModule, FlowSessionModule, RecoveryCodesModule],
  controllers: [PasskeyRegistrationsController, SavedCodeController, SignInController],
  providers: [
    { provide: DIRECTORY, useFactory: () => createBuiltInDirectory(new SqlAccountStore()) },
    RelyingParty,
    Challenges,
    Passkeys,
    TokenPresentations,
    CredentialFreezes,
    RefusedPresentations,
    CreationOptions,
    RegistrationOptions,
    TokenRedemption,
    PasskeyRegistrations,
    Sessions,
    SignIn,
    OwnSavedCode,
  ],
  exports: [CredentialFreezes, Sessions],
})
export class PasskeyRegistrationModule {}
