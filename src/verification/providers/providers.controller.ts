import { Controller, Get, Patch, Req, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { Database } from '../../platform/database/database.js';
import { answeredPage, cutPage, pageOf, pageQuery, type PageQuery } from '../../platform/http/lists.js';
import { Operation } from '../../platform/http/operation.js';
import type { Request } from '../../platform/http/request-context.js';
import { IdParam, ValidBody, ValidQuery } from '../../platform/http/valid-input.js';
import { principalOf, RequireScopes, StaffGuard } from '../../staff-access/staff-access.guard.js';
import { ProviderControlChanges, ProviderControlPatch } from './provider-control-changes.js';
import { ProviderOverview, ProviderSummary } from './provider-overview.js';

const ProviderQuery = pageQuery('providers');
const Providers = pageOf(ProviderSummary).meta({ id: 'ProviderPage' });

/** The partners of this deployment. */
@Controller()
@UseGuards(StaffGuard)
export class ProvidersController {
  constructor(
    private readonly database: Database,
    private readonly overview: ProviderOverview,
    private readonly changes: ProviderControlChanges,
  ) {}

  @Get('v1/providers')
  @RequireScopes('policies:read')
  @Operation({
    summary: 'Enabled verification providers, by their ids: capabilities, circuit, success, latency, cost, health.',
    tag: 'Providers',
    audience: 'staff',
    query: ProviderQuery,
    response: Providers,
    problems: ['unauthenticated', 'insufficient_scope'],
  })
  async list(@ValidQuery(ProviderQuery) query: PageQuery): Promise<z.infer<typeof Providers>> {
    return answeredPage('providers', cutPage(await this.overview.page(query), query));
  }

  @Patch('v1/providers/:id')
  @RequireScopes('policies:write')
  @Operation({
    summary:
      'Switch a provider off or on, set its price and its daily budget, end a watch. Only a person can loosen. The person who switched it off cannot switch it on. If a key switched it off, and for a watch, two people must ask within a day.',
    tag: 'Providers',
    audience: 'staff',
    body: ProviderControlPatch,
    response: ProviderSummary,
    problems: [
      'unauthenticated',
      'insufficient_scope',
      'person_required',
      'separation_of_duties',
      'not_found',
      'malformed_body',
    ],
  })
  async change(
    @IdParam('id') provider: string,
    @ValidBody(ProviderControlPatch) patch: ProviderControlPatch,
    @Req() request: Request,
  ): Promise<ProviderSummary> {
    const actor = principalOf(request);
    await this.database.transaction((tx) => this.changes.change(tx, { provider, patch, actor }));
    return this.overview.one(provider);
  }
}
