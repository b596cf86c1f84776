import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../platform/config/config.js';
import type { Transaction } from '../platform/database/transaction.js';
import { CONFIG } from '../platform/platform.module.js';
import { Policies, strictestOf } from '../policy/policies.js';
import { GivenCodes, goesByCodes } from '../recovery-codes/given-codes.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { secondPeople } from '../recovery-case/second-people.js';
import { VerificationReports, type LateReport } from '../verification/verification-reports.js';
import { AccountFactsReader } from './account-facts.js';
import { EvidenceFactsReader, NOBODY_REPORTED, type EvidenceFacts } from './evidence-facts.js';
import type { AdjudicationFacts } from './facts.js';
import { byMachineKey } from './involvement.js';

/** The facts of one attempt and where they come from. */
export interface CaseFacts {
  facts: AdjudicationFacts;
  /** Absent by codes alone: nobody reported. */
  reportId?: string;
  /** The version that applied when this was read; the one it started under when none applies any more. */
  policy: { id: string; version: number };
}

/** Reads from the database everything that a decision depends on, as it is now. */
@Injectable()
export class CaseFactsReader {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'embedded'>,
    private readonly reports: VerificationReports,
    private readonly policies: Policies,
    private readonly evidence: EvidenceFactsReader,
    private readonly accounts: AccountFactsReader,
    private readonly codes: GivenCodes,
  ) {}

  /** Before a decision: what changed in the directory since. In a transaction. */
  async catchUp(tx: Transaction): Promise<void> {
    await this.accounts.catchUp(tx);
  }

  /**
   * Reads only. Undefined when no provider has reported in this attempt, and it does not go by codes alone.
   * @throws CaseShreddedError, SealBrokenError
   */
  async read(tx: Transaction, recoveryCase: RecoveryCase): Promise<CaseFacts | undefined> {
    const byCodes = await goesByCodes(tx, recoveryCase);
    const stored = byCodes ? undefined : await this.reports.ofAttempt(tx, recoveryCase.id, recoveryCase.attempt);
    if (!stored && !byCodes) return undefined;
    const evidence = stored
      ? await this.evidence.reported(tx, recoveryCase, stored)
      : await this.evidence.codesAlone(tx, recoveryCase);
    return { ...(await this.withCircumstances(tx, recoveryCase, evidence)), ...(stored && { reportId: stored.id }) };
  }

  /**
   * The same where no provider has reported in this attempt, for a reader who looks at what came too late of others.
   * Undefined when nothing did. @throws CaseShreddedError, SealBrokenError
   */
  async unreported(tx: Transaction, recoveryCase: RecoveryCase): Promise<AdjudicationFacts | undefined> {
    const shown = await this.evidence.late(tx, recoveryCase);
    if (shown.length === 0) return undefined;
    return (await this.withCircumstances(tx, recoveryCase, { ...NOBODY_REPORTED, shown })).facts;
  }

  /**
   * Each answer that came too late and that nobody has judged, with what it is judged by.
   * @throws CaseShreddedError, SealBrokenError
   */
  async unjudged(
    tx: Transaction,
    recoveryCase: RecoveryCase,
  ): Promise<{ late: LateReport; facts: AdjudicationFacts }[]> {
    const late = await this.reports.lateOfCase(tx, recoveryCase.id);
    const unjudged = late.filter(({ contradicts }) => contradicts === null);
    if (unjudged.length === 0) return [];
    const { facts } = await this.withCircumstances(tx, recoveryCase, NOBODY_REPORTED);
    const judgeable: { late: LateReport; facts: AdjudicationFacts }[] = [];
    for (const late of unjudged) {
      const shown = [await this.evidence.shownLate(tx, recoveryCase, late)];
      judgeable.push({ late, facts: { ...facts, shown } });
    }
    return judgeable;
  }

  /** Evidence, and what else a decision depends on. */
  private async withCircumstances(
    tx: Transaction,
    recoveryCase: RecoveryCase,
    evidence: EvidenceFacts,
  ): Promise<Omit<CaseFacts, 'reportId'>> {
    const policies = await this.policies.both(tx, recoveryCase);
    const policy = strictestOf(policies);
    const facts: AdjudicationFacts = {
      ...evidence,
      policy,
      recoveryCase: {
        mode: recoveryCase.mode,
        attempt: recoveryCase.attempt,
        attemptsAllowed: recoveryCase.attemptsAllowed,
        relayed: recoveryCase.channel === 'relay',
        callConfirmed: recoveryCase.callConfirmedAt !== null,
        authorized: await isAuthorized(tx, recoveryCase),
        ...((await byMachineKey(tx, recoveryCase)) && { byKey: true }),
      },
      ...(await this.accounts.read(tx, recoveryCase, { policy, shown: evidence.report.identity })),
      ingredients: await this.codes.ofAttempt(tx, recoveryCase),
      liveOnly: !this.config.embedded,
      today: await lastDateOnEarth(tx),
    };
    const { id, version } = policies.today ?? policies.started;
    return { facts, policy: { id, version } };
  }
}

async function isAuthorized(tx: Transaction, recoveryCase: RecoveryCase): Promise<boolean> {
  const { given, needed } = await secondPeople(tx, recoveryCase);
  return given >= needed;
}

/** A document is valid to the end of its last day, and does not say in which time zone: the last one is twelve hours behind. */
async function lastDateOnEarth(tx: Transaction): Promise<string> {
  const { today } = await tx.one<{
    today: string;
  }>`SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC' - interval '12 hours', 'YYYY-MM-DD') AS today`;
  return today;
}
