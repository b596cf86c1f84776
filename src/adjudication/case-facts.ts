import { Inject, Injectable } from '@nestjs/common';
import { Sensitive } from '../../providers/kit/index.js';
import { assuranceLevelOf } from '../directory/assurance-level.js';
import type { ProofedAttributes } from '../directory/subject.js';
import { recordCoolsOff } from '../directory/record-cool-off.js';
import { ProofingRecords } from '../directory/proofing-records.js';
import { Subjects } from '../directory/subjects.js';
import { howTaken } from '../identity-evidence/how-taken.js';
import type { Config } from '../platform/config/config.js';
import type { Transaction } from '../platform/database/transaction.js';
import { CONFIG } from '../platform/platform.module.js';
import { Policies, strictestOf } from '../policy/policies.js';
import { isPrivileged, type PolicyDocument } from '../policy/policy.js';
import { codesDoubts } from '../recovery-codes/codes-doubts.js';
import { GivenCodes, goesByCodes } from '../recovery-codes/given-codes.js';
import { LinkAddresses } from '../recovery-codes/link-addresses.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { secondPeople } from '../recovery-case/second-people.js';
import { isWatched } from '../verification/providers/provider-controls.js';
import { ProviderRegistry } from '../verification/providers/provider-registry.js';
import { VerificationReports, type LateReport, type StoredReport } from '../verification/verification-reports.js';
import { AccountIndex } from './accounts/account-index.js';
import { identifyDocument, reportedDocument } from './accounts/document-number.js';
import type { DocumentOwner } from './accounts/document-owner.js';
import { KnownDocuments } from './accounts/known-documents.js';
import { nameFacts } from './accounts/name-uniqueness.js';
import { CODES_DEVICE, CODES_PROVIDER, NO_REPORT } from './codes-route.js';
import { readDeviceFacts } from './device/device-facts.js';
import type { AdjudicationFacts, ShownEvidence } from './facts.js';
import { byMachineKey } from './involvement.js';

/** The facts of one attempt and where they come from. */
export interface CaseFacts {
  facts: AdjudicationFacts;
  /** Absent by codes alone: nobody reported. */
  reportId?: string;
  /** The version that applied when this was read; the one it started under when none applies any more. */
  policy: { id: string; version: number };
}

/** What depends on the route. */
type EvidenceFacts = Pick<
  AdjudicationFacts,
  'route' | 'shown' | 'doubts' | 'report' | 'withdrawn' | 'provider' | 'device' | 'selfieFromFile' | 'documentOwner'
>;

const NOBODY_REPORTED: EvidenceFacts = {
  report: NO_REPORT,
  withdrawn: false,
  provider: CODES_PROVIDER,
  device: CODES_DEVICE,
  documentOwner: 'unread',
};

/** Reads from the database everything that a decision depends on, as it is now. */
@Injectable()
export class CaseFactsReader {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'embedded'>,
    private readonly reports: VerificationReports,
    private readonly registry: ProviderRegistry,
    private readonly policies: Policies,
    private readonly subjects: Subjects,
    private readonly records: ProofingRecords,
    private readonly accounts: AccountIndex,
    private readonly documents: KnownDocuments,
    private readonly codes: GivenCodes,
    private readonly linkAddresses: LinkAddresses,
  ) {}

  /** Before a decision: what changed in the directory since. In a transaction. */
  async catchUp(tx: Transaction): Promise<void> {
    await this.accounts.catchUpBeforeDecision(tx);
  }

  /**
   * Reads only. Undefined when no provider has reported in this attempt, and it does not go by codes alone.
   * @throws CaseShreddedError, SealBrokenError
   */
  async read(tx: Transaction, recoveryCase: RecoveryCase): Promise<CaseFacts | undefined> {
    const byCodes = await goesByCodes(tx, recoveryCase);
    const stored = byCodes ? undefined : await this.reports.ofAttempt(tx, recoveryCase.id, recoveryCase.attempt);
    if (!stored && !byCodes) return undefined;
    const evidence = stored ? await this.reported(tx, recoveryCase, stored) : await this.codesAlone(tx, recoveryCase);
    return { ...(await this.withCircumstances(tx, recoveryCase, evidence)), ...(stored && { reportId: stored.id }) };
  }

  /**
   * The same where no provider has reported in this attempt, for somebody who looks at what came too late of others.
   * Undefined when nothing did. @throws CaseShreddedError, SealBrokenError
   */
  async unreported(tx: Transaction, recoveryCase: RecoveryCase): Promise<AdjudicationFacts | undefined> {
    const shown = await this.late(tx, recoveryCase);
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
      const shown = [await this.shownLate(tx, recoveryCase, late)];
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
      ...(await this.account(tx, recoveryCase, policy)),
      ingredients: await this.codes.ofAttempt(tx, recoveryCase),
      liveOnly: !this.config.embedded,
      today: await lastDateOnEarth(tx),
    };
    const { id, version } = policies.today ?? policies.started;
    return { facts, policy: { id, version } };
  }

  /** What came of sessions that were given up, in whatever attempt. */
  private async late(tx: Transaction, recoveryCase: RecoveryCase): Promise<ShownEvidence[]> {
    const shown: ShownEvidence[] = [];
    for (const late of await this.reports.lateOfCase(tx, recoveryCase.id))
      shown.push(await this.shownLate(tx, recoveryCase, late));
    return shown;
  }

  private shownLate(
    tx: Transaction,
    recoveryCase: RecoveryCase,
    { attempt, report }: LateReport,
  ): Promise<ShownEvidence> {
    return this.shown(tx, recoveryCase, { attempt, report, withdrawn: false });
  }

  private async shown(
    tx: Transaction,
    recoveryCase: RecoveryCase,
    evidence: Omit<ShownEvidence, 'documentOwner'>,
  ): Promise<ShownEvidence> {
    return { ...evidence, documentOwner: await this.documentOwner(tx, recoveryCase, evidence.report) };
  }

  /** What the attempt's provider said, and where. */
  private async reported(tx: Transaction, recoveryCase: RecoveryCase, stored: StoredReport): Promise<EvidenceFacts> {
    const report = stored.withdrawnBy ?? stored.report;
    const shown = await this.late(tx, recoveryCase);
    return {
      ...(shown.length > 0 && { shown }),
      report,
      withdrawn: stored.withdrawnBy !== undefined,
      provider: await this.provider(tx, recoveryCase, stored),
      device: await this.device(tx, recoveryCase, stored),
      ...((await this.selfieFromFile(tx, recoveryCase, stored.provider)) && { selfieFromFile: true as const }),
      documentOwner: await this.documentOwner(tx, recoveryCase, report),
    };
  }

  /** Nobody was asked in this attempt; what was shown in another one is looked at all the same. */
  private async codesAlone(tx: Transaction, recoveryCase: RecoveryCase): Promise<EvidenceFacts> {
    const shown = await this.late(tx, recoveryCase);
    for (const { attempt, report: first, withdrawnBy } of await this.reports.ofCase(tx, recoveryCase.id)) {
      const evidence = { attempt, report: withdrawnBy ?? first, withdrawn: withdrawnBy !== undefined };
      shown.push(await this.shown(tx, recoveryCase, evidence));
    }
    return { ...NOBODY_REPORTED, route: 'codes', shown, doubts: await codesDoubts(tx, recoveryCase) };
  }

  private documentOwner(
    tx: Transaction,
    { subjectId }: RecoveryCase,
    report: AdjudicationFacts['report'],
  ): Promise<DocumentOwner> {
    return this.documents.ownerSeenBy(tx, subjectId, identifyDocument(reportedDocument(report)));
  }

  /** A provider that is not loaded any more is judged as the weakest kind. */
  private async provider(
    tx: Transaction,
    recoveryCase: RecoveryCase,
    stored: { provider: string; role: 'first' | 'fallback' },
  ): Promise<AdjudicationFacts['provider']> {
    const capabilities = this.registry.get(stored.provider)?.capabilities;
    const askedFirst = await this.policies.isFirstChoice(tx, recoveryCase, stored.provider);
    return {
      id: stored.provider,
      role: stored.role === 'first' && askedFirst ? 'first' : 'fallback',
      local: capabilities?.dataLeaves !== 'partner',
      underWatch: await isWatched(tx, stored.provider),
    };
  }

  private async device(
    tx: Transaction,
    recoveryCase: RecoveryCase,
    stored: { provider: string; sessionId: string },
  ): Promise<AdjudicationFacts['device']> {
    const sameDevice = this.registry.get(stored.provider)?.capabilities.sameDevice ?? 'none';
    const nobodyToAsk = sameDevice !== 'capture' && (await this.nobodyToAsk(tx, recoveryCase));
    return readDeviceFacts(tx, { sessionId: stored.sessionId, sameDevice, nobodyToAsk });
  }

  /** Asked only where our own pages took the selfie; a partner answers for the pictures that it took. */
  private async selfieFromFile(
    tx: Transaction,
    { id: caseId, attempt }: RecoveryCase,
    provider: string,
  ): Promise<boolean> {
    if (this.registry.get(provider)?.capabilities.handoff !== 'capture') return false;
    return (await howTaken(tx, { caseId, attempt, kind: 'selfie' })) === 'file';
  }

  private async nobodyToAsk(tx: Transaction, recoveryCase: RecoveryCase): Promise<boolean> {
    const subject = await this.subjects.find(tx, recoveryCase.subjectId);
    return !subject || (await this.linkAddresses.others(tx, recoveryCase, subject)).length === 0;
  }

  /**
   * The account and what was proofed of it. Without an account there is nothing to recover; missing data means the
   * strongest demands (T61).
   */
  private async account(
    tx: Transaction,
    { subjectId }: RecoveryCase,
    policy: PolicyDocument,
  ): Promise<Pick<AdjudicationFacts, 'subject' | 'proofing' | 'directoryIdentity'>> {
    const subject = await this.subjects.find(tx, subjectId);
    const proofing = await this.proofing(tx, subjectId);
    const { givenName, familyName, birthDate } = subject?.profile.reveal() ?? {};
    const directoryIdentity = new Sensitive<ProofedAttributes>({ givenName, familyName, birthDate });
    const { attributes } = proofing ?? { attributes: directoryIdentity };
    return {
      subject: {
        active: subject?.status === 'active',
        privileged: subject ? isPrivileged(policy, subject) : true,
        assuranceLevel: await assuranceLevelOf(tx, subjectId),
        ...(subject?.identityCoolingOff && { identityCoolingOff: true }),
        ...nameFacts(await this.accounts.uniquenessOfName(tx, subjectId, attributes.reveal())),
      },
      ...(proofing ? { proofing } : { directoryIdentity }),
    };
  }

  private async proofing(tx: Transaction, subjectId: string): Promise<AdjudicationFacts['proofing']> {
    const record = await this.records.find(tx, subjectId);
    if (!record) return undefined;
    const coolingOff = await recordCoolsOff(tx, subjectId);
    return { attributes: record.attributes, coolingOff, level: record.level };
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
