import { Injectable } from '@nestjs/common';
import type { EvidenceKind, ProviderAdapter } from '../../../providers/kit/index.js';
import { CaptureAdmission, type CaptureVisit } from '../../identity-evidence/capture-admission.js';
import { EvidenceIntake, type IntakeAnswer } from '../../identity-evidence/evidence-intake.js';
import type { HowTaken } from '../../identity-evidence/how-taken.js';
import { Database } from '../../platform/database/database.js';
import { Problem } from '../../platform/errors/problem.js';
import { assertAllowed, Limits } from '../../platform/limits/limits.js';
import { Policies } from '../../policy/policies.js';
import { refuseWhilePaused } from '../../recovery-pause/recovery-pauses.js';
import { CaptureProviders } from '../providers/capture-providers.js';
import { VerificationStart } from '../routing/verification-start.js';
import { SessionStore } from '../session/session-store.js';

export interface UploadRequest extends CaptureVisit {
  kind: EvidenceKind;
  bytes: Uint8Array;
  /** What the browser says of it; it can only count against the picture. */
  taken?: HowTaken;
}

/** Takes one picture from the person's browser, and only for a provider that asked for pictures. */
@Injectable()
export class EvidenceUpload {
  constructor(
    private readonly database: Database,
    private readonly admission: CaptureAdmission,
    private readonly intake: EvidenceIntake,
    private readonly limits: Limits,
    private readonly policies: Policies,
    private readonly providers: CaptureProviders,
    private readonly sessions: SessionStore,
    private readonly starting: VerificationStart,
  ) {}

  /**
   * @throws Problem consent_required | wrong_state | capture_binding_missing | provider_not_offered | too_many_requests |
   *   unsupported_media_type | body_too_large | picture_refused | version_conflict | dependency_unavailable |
   *   recoveries_paused
   */
  async upload(request: UploadRequest): Promise<IntakeAnswer> {
    const { caseId, attempt, allowRepeated, cameraNeeded, adapter } = await this.admit(request);
    return this.intake.receive({
      caseId,
      attempt,
      kind: request.kind,
      bytes: request.bytes,
      allowRepeated,
      cameraNeeded,
      taken: request.taken,
      captureCheck: this.providers.checkFor(adapter ?? (await this.openCapture(request))),
      fingerprints: this.providers.fingerprints(),
    });
  }

  /**
   * Counts the upload even when it is refused later: looking at a picture is the costly part. During a pause nobody looks,
   * and nothing is counted.
   */
  private async admit(request: UploadRequest) {
    const { limit, ...admitted } = await this.database.transaction(async (tx) => {
      await refuseWhilePaused(tx);
      const { recoveryCase } = await this.admission.admit(tx, request);
      const { allowRepeatedPictures, capture } = await this.policies.strictest(tx, recoveryCase);
      const living = await this.sessions.findLiving(tx, recoveryCase.id, recoveryCase.attempt);
      return {
        caseId: recoveryCase.id,
        attempt: recoveryCase.attempt,
        allowRepeated: allowRepeatedPictures,
        cameraNeeded: capture.selfieFiles === 'refuse',
        adapter: living?.state === 'open' ? this.providers.get(living.provider) : undefined,
        limit: await this.limits.take(tx, 'upload_per_case', recoveryCase.id),
      };
    });
    assertAllowed(limit);
    return admitted;
  }

  /** The first picture opens the session that asks for it, when the person did not choose one before. */
  private async openCapture(request: UploadRequest): Promise<ProviderAdapter> {
    const { session } = await this.starting.start({ ...request, wanted: 'capture' });
    const adapter = this.providers.get(session.provider);
    if (!adapter) throw new Problem('wrong_state');
    return adapter;
  }
}
