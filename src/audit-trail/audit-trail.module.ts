import { Module } from '@nestjs/common';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { Database } from '../platform/database/database.js';
import { PlatformModule } from '../platform/platform.module.js';
import { StaffAccessModule } from '../staff-access/staff-access.module.js';
import { AuditController } from './audit.controller.js';
import { RequestedVerification } from './requested-verification.js';
import { AuditVerifier } from './verification.js';

@Module({
  imports: [PlatformModule, StaffAccessModule],
  providers: [
    {
      // One for all who ask, by the interface or the console: runs are shared.
      provide: RequestedVerification,
      inject: [Database, KeyRing],
      useFactory: (database: Database, ring: KeyRing) => {
        const verifier = new AuditVerifier(database, ring);
        return new RequestedVerification(database, { verify: () => verifier.verify() });
      },
    },
  ],
  controllers: [AuditController],
  exports: [RequestedVerification],
})
export class AuditApiModule {}
