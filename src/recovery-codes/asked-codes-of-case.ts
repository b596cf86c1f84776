import { Injectable } from '@nestjs/common';
import { assuranceLevelOf } from '../directory/assurance-level.js';
import { ProofingRecords } from '../directory/proofing-records.js';
import type { Subject } from '../directory/subject.js';
import { Subjects } from '../directory/subjects.js';
import { CaptureBindings } from '../flow-session/capture-bindings.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { Request } from '../platform/http/request-context.js';
import { codesAloneRefusal, type CodesAloneAccount } from '../policy/codes-alone.js';
import { Policies } from '../policy/policies.js';
import { isPrivileged, type PolicyDocument } from '../policy/policy.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { askedCodes, codesSuffice, type Ingredients } from './asked-codes.js';
import { CODE_METHODS, type CodeMethod } from './code-text.js';
import { codesDoubts } from './codes-doubts.js';
import { GivenCodes } from './given-codes.js';

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

/** Tells which recovery codes a case's account is asked for, and which of them a browser has given. */
@Injectable()
export class AskedCodes {
  constructor(
    private readonly policies: Policies,
    private readonly subjects: Subjects,
    private readonly records: ProofingRecords,
    private readonly captures: CaptureBindings,
    private readonly given: GivenCodes,
  ) {}

  /**
   * What this case's account is asked for; undefined where the policy asks for no codes. `request`: of the browser that is
   * told, which has given what it brings along before it begins an attempt.
   */
  async of(tx: Transaction, recoveryCase: RecoveryCase, request?: Request): Promise<AskedOfPerson | undefined> {
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
  async account(tx: Transaction, recoveryCase: RecoveryCase): Promise<AccountAndRules> {
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
}
