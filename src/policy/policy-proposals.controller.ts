import { Controller, Get, Post, Req, UseGuards } from '@nestjs/common';
import type { z } from 'zod';
import { Database } from '../platform/database/database.js';
import { Problem } from '../platform/errors/problem.js';
import type { ProblemCode } from '../platform/errors/problem-catalogue.js';
import { answeredPage } from '../platform/http/lists.js';
import { Operation } from '../platform/http/operation.js';
import type { Request } from '../platform/http/request-context.js';
import { IdParam, NoMembers, ValidBody, ValidQuery } from '../platform/http/valid-input.js';
import { PersonOnly, principalOf, RequireScopes, StaffGuard } from '../staff-access/staff-access.guard.js';
import { ProposalPage, ProposalQuery, proposalView, ProposalView } from './policy.schemas.js';
import { PolicyChanges } from './policy-changes.js';
import { findProposal, proposalPage, type PolicyProposal } from './policy-proposals.js';

const STAFF: readonly ProblemCode[] = ['unauthenticated', 'insufficient_scope'];
const ANSWER: readonly ProblemCode[] = [...STAFF, 'person_required', 'not_found', 'version_conflict'];

/** Changes of profiles that weaken, and the second person who lets them happen or does not (rule 10). */
@Controller('/v1/policy-changes')
@UseGuards(StaffGuard)
export class PolicyProposalsController {
  constructor(
    private readonly database: Database,
    private readonly changes: PolicyChanges,
  ) {}

  @Get()
  @RequireScopes('policies:read')
  @Operation({
    summary: 'Changes that weaken, newest first, with what they do in words.',
    tag: 'Policies',
    audience: 'staff',
    query: ProposalQuery,
    response: ProposalPage,
    problems: STAFF,
  })
  async list(@ValidQuery(ProposalQuery) query: z.infer<typeof ProposalQuery>): Promise<z.infer<typeof ProposalPage>> {
    const page = await this.database.read((tx) => proposalPage(tx, query));
    return answeredPage('policy-changes', { data: page.data.map(proposalView), next: page.next });
  }

  @Get(':id')
  @RequireScopes('policies:read')
  @Operation({
    summary: 'One change that weakens.',
    tag: 'Policies',
    audience: 'staff',
    response: ProposalView,
    problems: [...STAFF, 'not_found'],
  })
  async one(@IdParam('id') id: string): Promise<ProposalView> {
    return proposalView(await this.require(id));
  }

  @Post(':id/confirm')
  @RequireScopes('policies:write')
  @PersonOnly()
  @Operation({
    summary: 'A second person confirms the change, never the person who proposed it.',
    tag: 'Policies',
    audience: 'staff',
    body: NoMembers,
    response: ProposalView,
    repeated: '409 `version_conflict`, since the change is answered.',
    problems: [...ANSWER, 'separation_of_duties', 'policy_refused'],
  })
  async confirm(
    @IdParam('id') id: string,
    @ValidBody(NoMembers) _body: z.infer<typeof NoMembers>,
    @Req() request: Request,
  ): Promise<ProposalView> {
    const actor = principalOf(request);
    await this.database.transaction((tx) => this.changes.confirm(tx, { proposalId: id, actor }));
    return proposalView(await this.require(id));
  }

  @Post(':id/reject')
  @RequireScopes('policies:write')
  @PersonOnly()
  @Operation({
    summary: 'The change does not happen.',
    tag: 'Policies',
    audience: 'staff',
    body: NoMembers,
    response: ProposalView,
    repeated: '409 `version_conflict`, since the change is answered.',
    problems: ANSWER,
  })
  async reject(
    @IdParam('id') id: string,
    @ValidBody(NoMembers) _body: z.infer<typeof NoMembers>,
    @Req() request: Request,
  ): Promise<ProposalView> {
    const actor = principalOf(request);
    return proposalView(await this.database.transaction((tx) => this.changes.reject(tx, { proposalId: id, actor })));
  }

  private async require(id: string): Promise<PolicyProposal> {
    const proposal = await this.database.read((tx) => findProposal(tx, id));
    if (!proposal) throw new Problem('not_found');
    return proposal;
  }
}
