import { Controller, Get, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { Operation } from '../../platform/http/operation.js';
import { pageOf } from '../../platform/http/valid-input.js';
import { RequireScopes, StaffGuard } from '../../staff-access/staff-access.guard.js';
import { ProviderOverview, ProviderSummary } from './provider-overview.js';

const Providers = pageOf(ProviderSummary);

/** The partners of this deployment. */
@Controller()
@UseGuards(StaffGuard)
export class ProvidersController {
  constructor(private readonly overview: ProviderOverview) {}

  @Get('v1/providers')
  @RequireScopes('policies:read')
  @Operation({
    summary: 'Enabled verification providers: capabilities, circuit, success, latency, health.',
    tag: 'Providers',
    audience: 'staff',
    response: Providers,
    problems: ['unauthenticated', 'insufficient_scope'],
  })
  async list(): Promise<z.infer<typeof Providers>> {
    return { data: await this.overview.list(), nextCursor: null };
  }
}
