import { Injectable } from '@nestjs/common';
import type { EvidencePort } from '../../../providers/kit/index.js';
import { EvidenceSlots } from '../../identity-evidence/evidence-slots.js';
import { SelfieFingerprints } from '../../identity-evidence/selfie-fingerprints.js';
import { Database } from '../../platform/database/database.js';
import { Policies } from '../../policy/policies.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { fingerprintsOf } from '../providers/fingerprints-of.js';
import { ProviderCalls } from '../providers/provider-calls.js';
import { ProviderRegistry } from '../providers/provider-registry.js';

/** Selfies that were accepted while nobody could look whether their photograph was used on another case (T72). */
@Injectable()
export class RepeatedSelfies {
  constructor(
    private readonly database: Database,
    private readonly policies: Policies,
    private readonly registry: ProviderRegistry,
    private readonly calls: ProviderCalls,
    private readonly slots: EvidenceSlots,
    private readonly selfies: SelfieFingerprints,
  ) {}

  /**
   * Looks now, when that was not done before. Without this look there is no result, whoever was asked for it (rule 12).
   * @throws ProviderError, and what reading the picture throws
   */
  async includes(recoveryCase: RecoveryCase, evidence: EvidencePort): Promise<boolean> {
    const fingerprints = fingerprintsOf(this.registry, this.calls);
    if (!fingerprints) return false;
    const { id: caseId, attempt } = recoveryCase;
    const slot = await this.database.read((tx) => this.slots.find(tx, { caseId, attempt, kind: 'selfie' }));
    if (!slot || slot.objectKey === null || slot.fingerprintMethod !== null) return false;
    const { allowRepeatedPictures } = await this.database.read((tx) => this.policies.strictest(tx, recoveryCase));
    if (allowRepeatedPictures) return false;
    const selfie = await evidence.read('selfie');
    if (!selfie) return false;
    const code = (await fingerprints.of(selfie.reveal())) ?? new Uint8Array();
    return !(await this.selfies.addLater(slot, { caseId, code, fingerprints }));
  }
}
