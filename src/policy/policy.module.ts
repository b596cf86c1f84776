import { Module } from '@nestjs/common';
import { PlatformModule } from '../platform/platform.module.js';
import { StaffAccessModule } from '../staff-access/staff-access.module.js';
import { PoliciesController } from './policies.controller.js';
import { Policies } from './policies.js';
import { PolicyProposalsController } from './policy-proposals.controller.js';
import { PolicyChanges } from './policy-changes.js';
import { KnownAbilities } from './provider-abilities.js';

@Module({
  imports: [PlatformModule],
  providers: [Policies, PolicyChanges, KnownAbilities],
  exports: [Policies, PolicyChanges, KnownAbilities],
})
export class PolicyModule {}

/** The operators' calls; separate from the reads, which worker processes need too. */
@Module({
  imports: [PlatformModule, PolicyModule, StaffAccessModule],
  controllers: [PoliciesController, PolicyProposalsController],
})
export class PolicyApiModule {}
