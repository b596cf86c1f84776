import { Module } from '@nestjs/common';
import { PicturesModule } from '../platform/pictures/pictures.module.js';
import { PlatformModule } from '../platform/platform.module.js';
import { StaffAccessModule } from '../staff-access/staff-access.module.js';
import { AccountWalk } from './account-walk.js';
import { Subjects } from './subjects.js';
import { SubjectsController } from './subjects.controller.js';

@Module({ imports: [PlatformModule], providers: [AccountWalk, Subjects], exports: [AccountWalk, Subjects] })
export class DirectoryModule {}

/** The calls of provisioning; separate from the look-ups, which worker processes need too. */
@Module({
  imports: [PlatformModule, DirectoryModule, PicturesModule, StaffAccessModule],
  controllers: [SubjectsController],
})
export class DirectoryApiModule {}
