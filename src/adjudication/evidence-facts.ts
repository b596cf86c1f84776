import { Injectable } from '@nestjs/common';
import type { CheckKind } from '../../providers/kit/index.js';
import { Subjects } from '../directory/subjects.js';
import { howTaken } from '../identity-evidence/how-taken.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Policies } from '../policy/policies.js';
import { codesDoubts } from '../recovery-codes/codes-doubts.js';
import { wasRefusedElsewhere } from './refused-elsewhere.js';
import { LinkAddresses } from '../recovery-codes/link-addresses.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { isWatched } from '../verification/providers/provider-controls.js';
import { ProviderRegistry } from '../verification/providers/provider-registry.js';
import { VerificationReports, type LateReport, type StoredReport } from '../verification/verification-reports.js';
import { identifyDocument, reportedDocument } from './accounts/document-number.js';
import type { DocumentOwner } from './accounts/document-owner.js';
import { KnownDocuments } from './accounts/known-documents.js';
import { CODES_DEVICE, CODES_PROVIDER, NO_REPORT } from './codes-route.js';
import { readDeviceFacts } from './device/device-facts.js';
import type { AdjudicationFacts, ShownEvidence } from './facts.js';

/** What depends on the route. */
export type EvidenceFacts = Pick<
  AdjudicationFacts,
  'route' | 'shown' | 'doubts' | 'report' | 'withdrawn' | 'provider' | 'device' | 'selfieFromFile' | 'documentStanding'
>;

export const NOBODY_REPORTED: EvidenceFacts = {
  report: NO_REPORT,
  withdrawn: false,
  provider: CODES_PROVIDER,
  device: CODES_DEVICE,
  documentStanding: 'unread',
};

/** As its provider left it: what it took back counts instead. */
const evidenceOf = ({ attempt, report, withdrawnBy }: StoredReport): Evidence => ({
  attempt,
  report: withdrawnBy ?? report,
  withdrawn: withdrawnBy !== undefined,
});

type Evidence = Omit<ShownEvidence, 'documentStanding'>;

const passedIn = ({ report, withdrawnBy }: StoredReport): CheckKind[] =>
  (withdrawnBy ?? report).checks.filter(({ result }) => result === 'pass').map(({ kind }) => kind);

const withoutChecks = (evidence: Evidence, kinds: readonly CheckKind[]): Evidence => ({
  ...evidence,
  report: { ...evidence.report, checks: evidence.report.checks.filter(({ kind }) => !kinds.includes(kind)) },
});

/** Reads what was shown in a case: by whom it was checked, what came of it, and whose document it was. */
@Injectable()
export class EvidenceFactsReader {
  constructor(
    private readonly reports: VerificationReports,
    private readonly registry: ProviderRegistry,
    private readonly policies: Policies,
    private readonly subjects: Subjects,
    private readonly documents: KnownDocuments,
    private readonly linkAddresses: LinkAddresses,
  ) {}

  /** What came of sessions that were given up, in whatever attempt. */
  async late(tx: Transaction, recoveryCase: RecoveryCase): Promise<ShownEvidence[]> {
    const shown: ShownEvidence[] = [];
    for (const late of await this.reports.lateOfCase(tx, recoveryCase.id))
      shown.push(await this.shownLate(tx, recoveryCase, late));
    return shown;
  }

  /** One of them, with what is known of its document. */
  shownLate(tx: Transaction, recoveryCase: RecoveryCase, { attempt, report }: LateReport): Promise<ShownEvidence> {
    return this.shown(tx, recoveryCase, { attempt, report, withdrawn: false });
  }

  private async shown(
    tx: Transaction,
    recoveryCase: RecoveryCase,
    evidence: Omit<ShownEvidence, 'documentStanding'>,
  ): Promise<ShownEvidence> {
    return { ...evidence, documentStanding: await this.documentOwner(tx, recoveryCase, evidence.report) };
  }

  /** What the attempt's provider said, and where. */
  async reported(tx: Transaction, recoveryCase: RecoveryCase, stored: StoredReport): Promise<EvidenceFacts> {
    const report = stored.withdrawnBy ?? stored.report;
    const shown = [...(await this.late(tx, recoveryCase)), ...(await this.byOthers(tx, recoveryCase, stored))];
    const refused = await wasRefusedElsewhere(tx, recoveryCase, stored.provider);
    return {
      ...(shown.length > 0 && { shown }),
      ...(refused && { doubts: ['account_refused_lately' as const] }),
      report,
      withdrawn: stored.withdrawnBy !== undefined,
      provider: await this.provider(tx, recoveryCase, stored),
      device: await this.device(tx, recoveryCase, stored),
      ...((await this.selfieFromFile(tx, recoveryCase, stored.provider)) && { selfieFromFile: true as const }),
      documentStanding: await this.documentOwner(tx, recoveryCase, report),
    };
  }

  /**
   * What the providers of earlier attempts said that are not this one's: who passes here does not wipe out what they saw. What
   * such a provider itself let pass in a later attempt is cleared.
   */
  private async byOthers(tx: Transaction, recoveryCase: RecoveryCase, now: StoredReport): Promise<ShownEvidence[]> {
    const earlier = await this.reports.ofCase(tx, recoveryCase.id);
    const others = earlier.filter(({ attempt, provider }) => attempt < now.attempt && provider !== now.provider);
    const shown: ShownEvidence[] = [];
    for (const other of others) {
      const later = others.filter(({ attempt, provider }) => attempt > other.attempt && provider === other.provider);
      const evidence = withoutChecks(evidenceOf(other), later.flatMap(passedIn));
      shown.push({ ...(await this.shown(tx, recoveryCase, evidence)), byAnother: true });
    }
    return shown;
  }

  /** Nobody was asked in this attempt; what was shown in another one is looked at all the same. */
  async codesAlone(tx: Transaction, recoveryCase: RecoveryCase): Promise<EvidenceFacts> {
    const shown = await this.late(tx, recoveryCase);
    for (const earlier of await this.reports.ofCase(tx, recoveryCase.id))
      shown.push(await this.shown(tx, recoveryCase, evidenceOf(earlier)));
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
}
