import {
  Controller,
  createParamDecorator,
  Delete,
  Get,
  HttpStatus,
  Patch,
  Post,
  Put,
  UseGuards,
  type ExecutionContext,
} from '@nestjs/common';
import type { z } from 'zod';
import { Database } from '../platform/database/database.js';
import { Problem } from '../platform/errors/problem.js';
import type { ProblemCode } from '../platform/errors/problem-catalogue.js';
import { answeredPage, pageQuery, type PageQuery } from '../platform/http/lists.js';
import { Operation } from '../platform/http/operation.js';
import type { Principal, Reply, Request } from '../platform/http/request-context.js';
import { IdParam, ValidBody, ValidQuery } from '../platform/http/valid-input.js';
import { keepAnswer, type Kept } from '../platform/idempotency/answering.js';
import { principalOf, RequireScopes, StaffGuard } from '../staff-access/staff-access.guard.js';
import { Policies } from './policies.js';
import { PolicyDocument } from './policy.js';
import { PolicyChanges, type ChangeOutcome } from './policy-changes.js';
import type { PolicyProposal } from './policy-proposals.js';
import {
  PolicyPage,
  PolicyPatch,
  PolicyPatchShape,
  policyView,
  PolicyView,
  proposalView,
  ProposalView,
  savedPolicyView,
  SavedPolicyView,
} from './policy.schemas.js';

const PolicyQuery = pageQuery('policies');
const STAFF: readonly ProblemCode[] = ['unauthenticated', 'insufficient_scope'];
const CHANGE: readonly ProblemCode[] = [...STAFF, 'person_required', 'policy_refused', 'malformed_body'];

/** Who asks, and the answer they get. */
const Caller = createParamDecorator((_data: unknown, context: ExecutionContext): Caller => {
  const http = context.switchToHttp();
  const request = http.getRequest<Request>();
  return { request, actor: principalOf(request), reply: http.getResponse<Reply>() };
});
interface Caller {
  request: Request;
  actor: Principal;
  reply: Reply;
}

/** Profiles. A change that weakens is proposed by one person and confirmed by another (policy-proposals.controller.ts). */
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
    query: PolicyQuery,
    response: PolicyPage,
    problems: STAFF,
  })
  async list(@ValidQuery(PolicyQuery) query: PageQuery): Promise<z.infer<typeof PolicyPage>> {
    const page = await this.database.read((tx) => this.policies.page(tx, query));
    return answeredPage('policies', { data: page.data.map(policyView), next: page.next });
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
  @Operation({
    summary: 'Create a profile. 202: the change makes some recovery easier, so a second person must confirm it.',
    tag: 'Policies',
    audience: 'staff',
    status: 201,
    body: PolicyDocument,
    response: SavedPolicyView,
    accepted: ProposalView,
    problems: [...CHANGE],
    idempotent: true,
  })
  async create(
    @ValidBody(PolicyDocument) document: PolicyDocument,
    @Caller() { request, actor, reply }: Caller,
  ): Promise<Kept<SavedPolicyView | ProposalView>> {
    return this.database.transaction(async (tx) => {
      const outcome = await this.changes.create(tx, { document, actor });
      // Said anew: a transaction that PostgreSQL has repeated may end otherwise the second time.
      return keepAnswer(request, tx, answer(reply.status(HttpStatus.CREATED), outcome));
    });
  }

  @Patch(':id')
  @RequireScopes('policies:write')
  @Operation({
    summary: 'Change members of a profile: a new version. 202: the change weakens, so a second person confirms.',
    tag: 'Policies',
    audience: 'staff',
    body: PolicyPatchShape,
    response: SavedPolicyView,
    accepted: ProposalView,
    problems: [...CHANGE, 'not_found'],
  })
  async change(
    @IdParam('id') id: string,
    @ValidBody(PolicyPatch) patch: z.infer<typeof PolicyPatch>,
    @Caller() { actor, reply }: Caller,
  ): Promise<SavedPolicyView | ProposalView> {
    return answer(reply, await this.database.transaction((tx) => this.changes.change(tx, { id, patch, actor })));
  }

  @Put(':id')
  @RequireScopes('policies:write')
  @Operation({
    summary: 'The whole profile anew, e.g. from a file. 202: the change weakens, so a second person confirms.',
    tag: 'Policies',
    audience: 'staff',
    body: PolicyDocument,
    response: SavedPolicyView,
    accepted: ProposalView,
    problems: [...CHANGE, 'not_found'],
  })
  async replace(
    @IdParam('id') id: string,
    @ValidBody(PolicyDocument) document: PolicyDocument,
    @Caller() { actor, reply }: Caller,
  ): Promise<SavedPolicyView | ProposalView> {
    return answer(reply, await this.database.transaction((tx) => this.changes.replace(tx, { id, document, actor })));
  }

  @Delete(':id')
  @RequireScopes('policies:write')
  @Operation({
    summary: 'Remove a profile; open cases keep their version. 202: the change makes some recovery easier.',
    tag: 'Policies',
    audience: 'staff',
    status: 204,
    response: null,
    accepted: ProposalView,
    problems: [...STAFF, 'person_required', 'not_found'],
  })
  async remove(@IdParam('id') id: string, @Caller() { actor, reply }: Caller): Promise<ProposalView | undefined> {
    const outcome = await this.database.transaction((tx) => this.changes.remove(tx, { id, actor }));
    return outcome.kind === 'proposed' ? answer(reply, outcome) : undefined;
  }
}

/** The profile as it is now, or with 202 the change that waits. */
function answer(reply: Reply, outcome: { kind: 'proposed'; proposal: PolicyProposal }): ProposalView;
function answer(reply: Reply, outcome: ChangeOutcome): SavedPolicyView | ProposalView;
function answer(reply: Reply, outcome: ChangeOutcome): SavedPolicyView | ProposalView {
  if (outcome.kind === 'proposed') {
    void reply.status(202);
    return proposalView(outcome.proposal);
  }
  if (!outcome.policy) throw new Problem('not_found');
  return savedPolicyView(outcome.policy);
}
