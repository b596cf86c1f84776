import { Module } from '@nestjs/common';
import { PicturesModule } from '../platform/pictures/pictures.module.js';
import { PlatformModule } from '../platform/platform.module.js';
import { StaffAccessModule } from '../staff-access/staff-access.module.js';
import { AccountChanges } from './account-changes.js';
import { AccountWalk } from './account-walk.js';
import { PortraitOrphans } from './portrait-orphans.js';
import { Portraits } from './portraits.js';
import { ProofingRecords } from './proofing-records.js';
import { PortraitLooks, ReferencePortraits } from './reference-portraits.js';
import { Subjects } from './subjects.js';
import { SubjectsController } from './subjects.controller.js';

@Module({
  imports: [PlatformModule],
  providers: [AccountWalk, Subjects, ProofingRecords, Portraits, PortraitLooks, PortraitOrphans],
  exports: [AccountWalk, Subjects, ProofingRecords, Portraits, PortraitLooks, PortraitOrphans],
})
export class DirectoryModule {}

/** The calls of provisioning; separate from the look-ups, which worker processes need too. */
@Module({
  imports: [PlatformModule, DirectoryModule, PicturesModule, StaffAccessModule],
  providers: [ReferencePortraits, AccountChanges],
  controllers: [SubjectsController],
})
export class DirectoryApiModule {}
