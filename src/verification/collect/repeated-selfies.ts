import { Injectable } from '@nestjs/common';
import { ProviderError, type EvidencePort } from '../../../providers/kit/index.js';
import { EvidenceSlots } from '../../identity-evidence/evidence-slots.js';
import { SelfieFingerprints } from '../../identity-evidence/selfie-fingerprints.js';
import { Database } from '../../platform/database/database.js';
import { Policies } from '../../policy/policies.js';
import type { RecoveryCase } from '../../recovery-case/recovery-case.js';
import { CaptureProviders } from '../providers/capture-providers.js';
import type { AskedFingerprints } from '../providers/fingerprints-of.js';
import type { VerificationSession } from '../session/verification-session.js';

/**
 * `not_looked_at`: the comparison was not possible, which is not the fault of the provider that is asked for a result.
 */
export type SelfieHistory = 'new' | 'repeated' | 'not_looked_at';

/** Compares selfies that were accepted while nobody could tell if their photograph was used in another case (T72). */
@Injectable()
export class RepeatedSelfies {
  constructor(
    private readonly database: Database,
    private readonly policies: Policies,
    private readonly providers: CaptureProviders,
    private readonly slots: EvidenceSlots,
    private readonly selfies: SelfieFingerprints,
  ) {}

  /**
   * Compares now if that was not done before. Without this comparison there is no result, whichever provider was asked
   * for it (rule 12).
   *
   * @throws ProviderError if the session's provider is the one that compares, and what reading the picture throws
   */
  async look(
    { recoveryCase, session }: { recoveryCase: RecoveryCase; session: VerificationSession },
    evidence: EvidencePort,
  ): Promise<SelfieHistory> {
    const fingerprints = this.providers.fingerprints();
    if (!fingerprints) return 'new';
    const { id: caseId, attempt } = recoveryCase;
    const slot = await this.database.read((tx) => this.slots.find(tx, { caseId, attempt, kind: 'selfie' }));
    if (!slot || slot.objectKey === null || slot.fingerprintMethod !== null) return 'new';
    const { allowRepeatedPictures } = await this.database.read((tx) => this.policies.strictest(tx, recoveryCase));
    if (allowRepeatedPictures) return 'new';
    const selfie = await evidence.read('selfie');
    if (!selfie) return 'new';
    const code = await codeOf(selfie.reveal(), { fingerprints, asked: session.provider });
    if (code === 'not_looked_at') return code;
    return (await this.selfies.addLater(slot, { caseId, code, fingerprints })) ? 'new' : 'repeated';
  }
}

async function codeOf(
  jpeg: Uint8Array,
  { fingerprints, asked }: { fingerprints: AskedFingerprints; asked: string },
): Promise<Uint8Array | 'not_looked_at'> {
  try {
    return (await fingerprints.of(jpeg)) ?? new Uint8Array();
  } catch (error) {
    if (error instanceof ProviderError && fingerprints.provider !== asked) return 'not_looked_at';
    throw error;
  }
}
