import { Injectable } from '@nestjs/common';
import type { Subject } from '../directory/subject.js';
import { Subjects } from '../directory/subjects.js';
import type { Transaction } from '../platform/database/transaction.js';
import { cutPage, type PageRead } from '../platform/http/lists.js';
import type { Request } from '../platform/http/request-context.js';
import { type Answering, keepAnswer, type Kept } from '../platform/idempotency/answering.js';
import { attemptsLeft } from '../policy/attempts-left.js';
import { Policies } from '../policy/policies.js';
import type { PolicyDocument } from '../policy/policy.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { secondPeople, type SecondPeople } from '../recovery-case/second-people.js';
import type { CaseListQuery, CaseView, OpenedCaseView } from './case.schemas.js';

/** A case that was opened or has a new link; the link itself is there for the agent who relays it. */
export interface OpenedCase {
  recoveryCase: RecoveryCase;
  /** Whose case it is, where that was just looked up. */
  subject?: Subject;
  /** What it started under, where it was just opened. */
  policy?: PolicyDocument;
  link?: string;
}

/** What a caller knows of a case already. */
interface KnownOfCase {
  subject?: Subject;
  /** What decides it now. */
  policy?: PolicyDocument;
}

/** Shows staff a case without photos, document numbers, scores, links or tokens (rule 10). */
@Injectable()
export class CaseViews {
  constructor(
    private readonly subjects: Subjects,
    private readonly policies: Policies,
  ) {}

  /** Without a name where the account cannot be opened. */
  async of(tx: Transaction, row: RecoveryCase, known: KnownOfCase = {}): Promise<CaseView> {
    const subject = known.subject ?? (await this.subjects.findIfReadable(tx, row.subjectId));
    const policy = known.policy ?? (await this.policies.strictest(tx, row));
    return {
      id: row.id,
      reference: row.reference,
      state: row.state,
      stateReason: row.stateReason,
      attempt: row.attempt,
      attemptsLeft: attemptsLeft(row, policy),
      subject: { id: row.subjectId, displayName: subject?.profile.reveal().displayName ?? '' },
      openedBy: row.openedBy,
      authorizations: row.state === 'awaiting_authorization' ? authorizationsOf(await secondPeople(tx, row)) : null,
      channel: row.channel,
      ticketRef: row.ticketRef,
      policyId: row.policyId,
      mode: row.mode,
      provider: row.provider,
      outcome: row.verdict && row.bucket ? { verdict: row.verdict, bucket: row.bucket } : null,
      nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
      createdAt: row.createdAt.toISOString(),
      updatedAt: row.updatedAt.toISOString(),
      expiresAt: row.expiresAt.toISOString(),
    };
  }

  /** The answer to an opening or to a new link, kept for a retry; the link is in it for an agent who relays it. */
  opened(request: Request): Answering<OpenedCase, Kept<OpenedCaseView>> {
    return async (tx, { recoveryCase, subject, policy, link }) => {
      const view = await this.of(tx, recoveryCase, { subject, policy });
      return keepAnswer(request, tx, link === undefined ? view : { ...view, link });
    };
  }

  /** The answer to any other step in a case. */
  changed(request: Request): Answering<RecoveryCase, Kept<CaseView>> {
    return async (tx, row) => keepAnswer(request, tx, await this.of(tx, row));
  }

  async list(tx: Transaction, query: CaseListQuery): Promise<PageRead<CaseView>> {
    const { data: rows, next } = await pageOfCases(tx, query);
    const policies = await this.policies.strictestOfEach(tx, rows);
    const data: CaseView[] = [];
    for (const [index, row] of rows.entries()) data.push(await this.of(tx, row, { policy: policies[index] }));
    return { data, next };
  }
}

const authorizationsOf = ({ given, needed, lapsesAt }: SecondPeople): CaseView['authorizations'] => ({
  given,
  needed,
  lapsesAt: lapsesAt?.toISOString() ?? null,
});

/** One page of cases as stored, newest first. */
export async function pageOfCases(tx: Transaction, query: CaseListQuery): Promise<PageRead<RecoveryCase>> {
  return cutPage(await found(tx, query), query);
}

/**
 * One page and one row more. What names an account or a ticket is looked up by it; anything else walks back from the newest.
 * `z` stands behind every id, in any collation: ids begin with a small letter before it.
 */
async function found(tx: Transaction, query: CaseListQuery): Promise<RecoveryCase[]> {
  const { limit, cursor, state = null, subjectId = null, openedBy = null, ticketRef = null, since, until } = query;
  const [before, from, to] = [cursor ?? 'z', since ?? '-infinity', until ?? 'infinity'];
  if (subjectId !== null || ticketRef !== null)
    return tx.many<RecoveryCase>`SELECT * FROM recovery_cases
      WHERE (subject_id = ${subjectId} OR (${subjectId}::text IS NULL AND ticket_ref = ${ticketRef})) AND id < ${before}
        AND (${ticketRef}::text IS NULL OR ticket_ref = ${ticketRef}) AND (${state}::text IS NULL OR state = ${state})
        AND (${openedBy}::text IS NULL OR opened_by = ${openedBy}) AND created_at >= ${from}::timestamptz AND created_at < ${to}::timestamptz
      ORDER BY id DESC LIMIT ${limit + 1}`;
  return tx.many<RecoveryCase>`SELECT * FROM recovery_cases
    WHERE id < ${before} AND (${state}::text IS NULL OR state = ${state}) AND (${openedBy}::text IS NULL OR opened_by = ${openedBy})
      AND created_at >= ${from}::timestamptz AND created_at < ${to}::timestamptz
    ORDER BY id DESC LIMIT ${limit + 1}`;
}
