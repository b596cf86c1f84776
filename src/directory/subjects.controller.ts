import { Controller, Get, Put, Req, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import { answeredPage, cutPage, pageOf, pageQuery } from '../platform/http/lists.js';
import { Operation } from '../platform/http/operation.js';
import type { Request } from '../platform/http/request-context.js';
import { IdParam, NewIdParam, ValidBody, ValidQuery } from '../platform/http/valid-input.js';
import { PICTURE_TYPES } from '../platform/pictures/image-limits.js';
import { principalOf, RequireScopes, StaffGuard } from '../staff-access/staff-access.guard.js';
import { AccountChanges } from './account-changes.js';
import { Portraits, type ComparedPortrait } from './portraits.js';
import { readProofingRecord } from './proofing-record-form.js';
import { ReferencePortraits } from './reference-portraits.js';
import type { Subject } from './subject.js';
import { Login, ProofingRecordBody, SubjectBody, SubjectId, SubjectView } from './subject.schemas.js';
import { subjectView } from './subject-view.js';
import { Subjects } from './subjects.js';

const SubjectPage = pageOf(SubjectView).meta({ id: 'SubjectPage' });
const LoginQuery = pageQuery('subjects').extend({ login: Login.describe('The exact login.') });

/** The calls of provisioning: accounts, and what was proofed of their holders. */
@Controller('/v1/subjects')
@UseGuards(StaffGuard)
export class SubjectsController {
  constructor(
    private readonly database: Database,
    private readonly subjects: Subjects,
    private readonly references: ReferencePortraits,
    private readonly portraits: Portraits,
    private readonly changes: AccountChanges,
  ) {}

  @Get()
  @RequireScopes('subjects:read')
  @Operation({
    summary: 'Find an account by its exact login.',
    tag: 'Subjects',
    audience: 'staff',
    query: LoginQuery,
    response: SubjectPage,
    problems: ['unauthenticated', 'insufficient_scope'],
  })
  async search(
    @ValidQuery(LoginQuery) query: z.infer<typeof LoginQuery>,
  ): Promise<z.infer<ReturnType<typeof pageOf<typeof SubjectView>>>> {
    const subject = await this.database.read((tx) => this.subjects.findByLogin(tx, query.login));
    // A login belongs to one account: nothing comes after it.
    const isRead = !subject || query.cursor === subject.id;
    const found = isRead ? [] : [await this.database.read((tx) => subjectView(tx, subject))];
    return answeredPage('subjects', cutPage(found, query));
  }

  @Get(':id')
  @RequireScopes('subjects:read')
  @Operation({
    summary: 'One account.',
    tag: 'Subjects',
    audience: 'staff',
    response: SubjectView,
    problems: ['unauthenticated', 'insufficient_scope', 'not_found'],
  })
  async one(@IdParam('id') id: string): Promise<SubjectView> {
    return this.database.read((tx) => this.require(tx, id).then((subject) => subjectView(tx, subject)));
  }

  @Put(':id')
  @RequireScopes('subjects:write')
  @Operation({
    summary: 'Create or replace an account of the built-in directory.',
    tag: 'Subjects',
    audience: 'staff',
    body: SubjectBody,
    response: SubjectView,
    problems: ['unauthenticated', 'insufficient_scope', 'identifier_taken', 'version_conflict', 'malformed_body'],
  })
  async put(
    @NewIdParam('id', SubjectId) id: string,
    @ValidBody(SubjectBody) body: z.infer<typeof SubjectBody>,
    @Req() request: Request,
  ): Promise<SubjectView> {
    const { groups, privileged, assuranceLevel, status, displayName, ...person } = body;
    const profile = { ...person, displayName: displayName ?? `${body.givenName} ${body.familyName}`, formerEmails: [] };
    const input = { profile, groups, privileged, status };
    const change = { id, input, assuranceLevel, actor: principalOf(request) };
    return this.changes.put(change, (tx, subject) => subjectView(tx, subject));
  }

  @Put(':id/proofing-record')
  @RequireScopes('subjects:write')
  @Operation({
    summary: 'What identity was proofed at enrolment, with an optional reference portrait.',
    tag: 'Subjects',
    audience: 'staff',
    bodyTypes: ['multipart/form-data'],
    bodyParts: { record: { json: ProofingRecordBody }, portrait: { types: PICTURE_TYPES, optional: true } },
    response: SubjectView,
    problems: [
      'unauthenticated',
      'insufficient_scope',
      'not_found',
      'malformed_body',
      'picture_refused',
      'body_too_large',
      'unsupported_media_type',
    ],
  })
  async putProofingRecord(@IdParam('id') id: string, @Req() request: Request): Promise<SubjectView> {
    const { record, portrait: sent } = await readProofingRecord(request);
    let compared: ComparedPortrait | undefined;
    const isHeld = async (jpeg: Uint8Array) => (compared = await this.portraits.compare(id, jpeg))?.same ?? false;
    const portrait = sent && (await this.references.take(sent, isHeld));
    const input = { ...record, proofedAt: new Date(record.proofedAt) };
    const change = { subjectId: id, input, portrait, compared, actor: principalOf(request) };
    return this.changes.replaceRecord(change, (tx, subject) => subjectView(tx, subject));
  }

  private async require(tx: Transaction, id: string): Promise<Subject> {
    const subject = await this.subjects.find(tx, id);
    if (!subject) throw new Problem('not_found');
    return subject;
  }
}
