import { Controller, Delete, Get, Patch, Post, Req, UseGuards, UseInterceptors } from '@nestjs/common';
import type { z } from 'zod';
import { Database } from '../platform/database/database.js';
import { Problem } from '../platform/errors/problem.js';
import type { ProblemCode } from '../platform/errors/problem-catalogue.js';
import { Operation } from '../platform/http/operation.js';
import type { Request } from '../platform/http/request-context.js';
import { IdParam, PageQuery, ValidBody, ValidQuery } from '../platform/http/valid-input.js';
import { IdempotencyInterceptor } from '../platform/idempotency/idempotency.interceptor.js';
import { principalOf, RequireScopes, StaffGuard } from '../staff-access/staff-access.guard.js';
import { Policies } from './policies.js';
import { PolicyDocument } from './policy.js';
import { PolicyChanges } from './policy-changes.js';
import { PolicyPage, PolicyPatch, PolicyPatchShape, policyView, PolicyView } from './policy.schemas.js';

const STAFF: readonly ProblemCode[] = ['unauthenticated', 'insufficient_scope'];
const CHANGE: readonly ProblemCode[] = [...STAFF, 'person_required', 'policy_refused', 'malformed_body'];

/** Profiles. Weakening changes need a signed-in person; approval by a second person comes later. */
@Controller('/v1/policies')
@UseGuards(StaffGuard)
export class PoliciesController {
  constructor(
    private readonly database: Database,
    private readonly policies: Policies,
    private readonly changes: PolicyChanges,
  ) {}

  @Get()
  @RequireScopes('policies:read')
  @Operation({
    summary: 'Profiles, newest first.',
    tag: 'Policies',
    audience: 'staff',
    query: PageQuery,
    response: PolicyPage,
    problems: STAFF,
  })
  async list(@ValidQuery(PageQuery) query: z.infer<typeof PageQuery>): Promise<z.infer<typeof PolicyPage>> {
    const page = await this.database.read((tx) => this.policies.page(tx, query));
    return { data: page.data.map(policyView), nextCursor: page.nextCursor };
  }

  @Get(':id')
  @RequireScopes('policies:read')
  @Operation({
    summary: 'One profile.',
    tag: 'Policies',
    audience: 'staff',
    response: PolicyView,
    problems: [...STAFF, 'not_found'],
  })
  async one(@IdParam('id') id: string): Promise<PolicyView> {
    const policy = await this.database.read((tx) => this.policies.find(tx, id));
    if (!policy) throw new Problem('not_found');
    return policyView(policy);
  }

  @Post()
  @RequireScopes('policies:write')
  @UseInterceptors(IdempotencyInterceptor)
  @Operation({
    summary: 'Create a profile. A person is needed when somebody would get an easier recovery by it.',
    tag: 'Policies',
    audience: 'staff',
    status: 201,
    body: PolicyDocument,
    response: PolicyView,
    problems: [...CHANGE, 'idempotency_key_reused', 'request_in_progress'],
    idempotent: true,
  })
  async create(@ValidBody(PolicyDocument) document: PolicyDocument, @Req() request: Request): Promise<PolicyView> {
    const actor = principalOf(request);
    return policyView(await this.database.transaction((tx) => this.changes.create(tx, { document, actor })));
  }

  @Patch(':id')
  @RequireScopes('policies:write')
  @Operation({
    summary: 'Change members of a profile: a new version. A person is needed when the change weakens.',
    tag: 'Policies',
    audience: 'staff',
    body: PolicyPatchShape,
    response: PolicyView,
    problems: [...CHANGE, 'not_found'],
  })
  async change(
    @IdParam('id') id: string,
    @ValidBody(PolicyPatch) patch: z.infer<typeof PolicyPatch>,
    @Req() request: Request,
  ): Promise<PolicyView> {
    const actor = principalOf(request);
    return policyView(await this.database.transaction((tx) => this.changes.change(tx, { id, patch, actor })));
  }

  @Delete(':id')
  @RequireScopes('policies:write')
  @Operation({
    summary: 'Remove a profile. Open cases keep the version they started under.',
    tag: 'Policies',
    audience: 'staff',
    status: 204,
    response: null,
    problems: [...STAFF, 'person_required', 'not_found'],
  })
  async remove(@IdParam('id') id: string, @Req() request: Request): Promise<void> {
    const actor = principalOf(request);
    await this.database.transaction((tx) => this.changes.remove(tx, { id, actor }));
  }
}
