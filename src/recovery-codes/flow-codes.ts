import { Injectable } from '@nestjs/common';
import { appendAudit } from '../audit-trail/append.js';
import { APPLICANT } from '../audit-trail/audit-event-types.js';
import { assuranceLevelOf } from '../directory/assurance-level.js';
import type { Subject } from '../directory/subject.js';
import { ProofingRecords } from '../directory/proofing-records.js';
import { Subjects } from '../directory/subjects.js';
import { CaptureBindings } from '../flow-session/capture-bindings.js';
import { assertConsent } from '../identity-evidence/consent-gate.js';
import { Database } from '../platform/database/database.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import type { Reply, Request } from '../platform/http/request-context.js';
import { limitProblem, Limits, type LimitOutcome } from '../platform/limits/limits.js';
import { codesAloneRefusal, type CodesAloneAccount } from '../policy/codes-alone.js';
import { Policies } from '../policy/policies.js';
import { isPrivileged, type PolicyDocument } from '../policy/policy.js';
import { announceToHolder } from '../directory/account-notices.js';
import { oweMail } from '../recovery-case/owed-mails.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { RecoveryCaseRepository } from '../recovery-case/recovery-case.repository.js';
import { askedCodes, codesSuffice, type Ingredients } from './asked-codes.js';
import { CODE_METHODS, type CodeMethod } from './code-text.js';
import { codesDoubts } from './codes-doubts.js';
import { GivenCodes } from './given-codes.js';
import { IssuedCodes } from './issued-codes.js';
import { SavedCodes } from './saved-codes.js';
import { isVain } from './vain-codes.js';

interface Place {
  caseId: string;
  request: Request;
  reply: Reply;
}

/** What a page asks for. `missing`: nothing that would do has been given yet. */
export interface AskedOfPerson {
  methods: readonly CodeMethod[];
  given: readonly CodeMethod[];
  missing: boolean;
  /** All of them together recover this account without a document. */
  withoutDocument: boolean;
}

/** An account as the rules for codes see it, and the rules. */
interface AccountAndRules extends CodesAloneAccount {
  policy: PolicyDocument;
  subject: Subject | undefined;
  proofed: boolean;
}

type Outcome = { kind: 'accepted' | 'refused' } | { kind: 'limited'; limit: LimitOutcome };

/**
 * Recovery codes in the person's flow, before or beside the pictures. A code counts for the browser that gave it: giving
 * one, or asking for one, binds the attempt to this browser as a picture does.
 */
@Injectable()
export class FlowCodes {
  constructor(
    private readonly database: Database,
    private readonly cases: RecoveryCaseRepository,
    private readonly policies: Policies,
    private readonly subjects: Subjects,
    private readonly records: ProofingRecords,
    private readonly captures: CaptureBindings,
    private readonly limits: Limits,
    private readonly saved: SavedCodes,
    private readonly issued: IssuedCodes,
    private readonly given: GivenCodes,
  ) {}

  /**
   * What this case's account is asked for; undefined where the policy asks for no codes. `request`: of the browser that is
   * told, which has given what it brings along before it begins an attempt.
   */
  async asked(tx: Transaction, recoveryCase: RecoveryCase, request?: Request): Promise<AskedOfPerson | undefined> {
    const account = await this.account(tx, recoveryCase);
    const { policy } = account;
    const relayed = recoveryCase.channel === 'relay';
    const withoutDocument =
      codesAloneRefusal(policy, account, { relayed }) === undefined && (await this.isUndoubted(tx, recoveryCase));
    const methods = withoutDocument ? CODE_METHODS : askedCodes(policy, account);
    if (methods.length === 0) return undefined;
    const ingredients = await this.givenIn(tx, recoveryCase, request);
    const given = methods.filter((method) => (method === 'saved' ? ingredients.savedCode : ingredients.issuedCode));
    return { methods, given, missing: !codesSuffice(policy, account, ingredients), withoutDocument };
  }

  /** What the rules for codes ask about an account; of one that is gone, the strictest. */
  private async account(tx: Transaction, recoveryCase: RecoveryCase): Promise<AccountAndRules> {
    const { subjectId } = recoveryCase;
    const policy = await this.policies.strictest(tx, recoveryCase);
    const record = await this.records.find(tx, subjectId);
    const subject = await this.subjects.find(tx, subjectId);
    return {
      policy,
      subject,
      privileged: subject ? isPrivileged(policy, subject) : true,
      assuranceLevel: await assuranceLevelOf(tx, subjectId),
      proofed: record !== undefined,
      proofingLevel: record?.level,
    };
  }

  private async givenIn(tx: Transaction, recoveryCase: RecoveryCase, request?: Request): Promise<Ingredients> {
    const { id: caseId, attempt } = recoveryCase;
    const begun = !request || (await this.captures.boundBrowser(tx, { caseId, attempt, request })) !== 'none';
    if (begun) return this.given.ofAttempt(tx, recoveryCase);
    return this.given.ofBrowser(tx, { caseId, digests: this.captures.presented(request) });
  }

  /**
   * Where a doubt stands that no reviewer settles, codes without a document lead nowhere: they are not taken, so that the
   * saved one is not used up for a way that is closed.
   */
  private async isUndoubted(tx: Transaction, recoveryCase: RecoveryCase): Promise<boolean> {
    return (await codesDoubts(tx, recoveryCase)).length === 0;
  }

  /**
   * Has a code sent to an address on file that no link went to. The answer is the same whether or not there is one.
   * @throws Problem wrong_state, consent_required, capture_binding_missing, too_many_requests
   */
  async send(place: Place): Promise<void> {
    const limited = await this.database.transaction(async (tx) => {
      const { recoveryCase } = await this.enter(tx, place);
      const limit = await this.limits.take(tx, 'recovery_code_sent_per_subject', recoveryCase.subjectId);
      if (!limit.allowed) return limit;
      const { id: caseId, attempt } = recoveryCase;
      await oweMail(tx, 'recovery_code.requested', { caseId, attempt });
      return undefined;
    });
    if (limited) throw limitProblem(limited);
  }

  /**
   * Takes a code. What was given before is accepted again without being looked at.
   * @throws Problem recovery_code_refused, and what {@link send} throws
   */
  async give(place: Place, code: { method: CodeMethod; text: string }): Promise<void> {
    const outcome = await this.database.transaction((tx) => this.take(tx, place, code));
    if (outcome.kind === 'limited') throw limitProblem(outcome.limit);
    if (outcome.kind === 'refused') throw new Problem('recovery_code_refused');
  }

  private async take(tx: Transaction, place: Place, code: { method: CodeMethod; text: string }): Promise<Outcome> {
    const { recoveryCase, captureDigest, asked } = await this.enter(tx, place);
    const { method, text } = code;
    if (asked.given.includes(method)) return { kind: 'accepted' };
    const { id: caseId, attempt, subjectId } = recoveryCase;
    // Per account, so that more cases are no more guesses.
    const limit = await this.limits.take(tx, 'recovery_code_guess_per_subject', subjectId);
    if (!limit.allowed) return { kind: 'limited', limit };
    const right =
      method === 'issued'
        ? await this.issued.spend(tx, { caseId, captureDigest }, text)
        : await this.takeSaved(tx, recoveryCase, text);
    const type = right ? 'recovery_code.given' : 'recovery_code.refused';
    await appendAudit(tx, { chainId: caseId, type, actor: APPLICANT, data: { method, attempt } });
    if (!right) return { kind: 'refused' };
    await this.given.record(tx, { caseId, method, captureDigest });
    if (method === 'saved' && recoveryCase.mode === 'production')
      await announceToHolder(tx, 'subject.recovery_code_used', subjectId);
    return { kind: 'accepted' };
  }

  /**
   * A right one is used up, so that it counts once. Not in an evaluation; nor while nothing that is given can recover the
   * account, which would cost its holder a code for nothing. Whoever gave it is answered alike, and the addresses of the
   * account are told alike: the reader of a link and of one mailbox learns of no record and of no suspicion (T9, T75).
   * Should what stood in the way be gone one day, the approval uses it up (saved-codes.ts).
   */
  private async takeSaved(tx: Transaction, recoveryCase: RecoveryCase, text: string): Promise<boolean> {
    const { subjectId, mode } = recoveryCase;
    if (mode !== 'production') return this.saved.matches(tx, subjectId, text);
    const vain = await isVain(tx, recoveryCase, await this.account(tx, recoveryCase));
    return vain ? this.saved.tryOut(tx, subjectId, text) : this.saved.spend(tx, subjectId, text);
  }

  /** The case of a browser that may give codes now, bound to it. */
  private async enter(
    tx: Transaction,
    { caseId, request, reply }: Place,
  ): Promise<{ recoveryCase: RecoveryCase; captureDigest: Buffer; asked: AskedOfPerson }> {
    const recoveryCase = await this.cases.lock(tx, caseId);
    if (recoveryCase?.state !== 'awaiting_evidence') throw new Problem('wrong_state');
    await assertConsent(tx, caseId);
    const { attempt } = recoveryCase;
    const captureDigest = await this.captures.bind(tx, { caseId, attempt, request, reply });
    const asked = await this.asked(tx, recoveryCase);
    if (!asked) throw new Problem('wrong_state', { detail: 'No recovery code is asked for here.' });
    return { recoveryCase, captureDigest, asked };
  }
}
