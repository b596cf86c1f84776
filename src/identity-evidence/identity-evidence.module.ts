import { Module } from '@nestjs/common';
import { FlowSessionModule } from '../flow-session/flow-session.module.js';
import { PicturesModule } from '../platform/pictures/pictures.module.js';
import { PolicyModule } from '../policy/policy.module.js';
import { RecoveryCaseModule } from '../recovery-case/recovery-case.module.js';
import { CaptureAdmission } from './capture-admission.js';
import { DocumentChoice } from './document-choice.js';
import { DocumentController } from './document.controller.js';
import { EvidenceIntake } from './evidence-intake.js';
import { EvidenceOrphans } from './evidence-orphans.js';
import { EvidenceReader } from './evidence-reader.js';
import { EvidenceSlots } from './evidence-slots.js';
import { EvidenceStore } from './evidence-store.js';
import { SelfieFingerprints } from './selfie-fingerprints.js';

/** Stage 2: what the person shows us, sealed. It knows nothing of partners. */
@Module({
  imports: [RecoveryCaseModule, FlowSessionModule, PicturesModule],
  providers: [
    CaptureAdmission,
    EvidenceIntake,
    EvidenceOrphans,
    EvidenceReader,
    EvidenceSlots,
    EvidenceStore,
    SelfieFingerprints,
  ],
  exports: [CaptureAdmission, EvidenceIntake, EvidenceOrphans, EvidenceReader, EvidenceSlots, SelfieFingerprints],
})
export class IdentityEvidenceModule {}

/**
 * The calls of this stage that need nothing of the next one. Pictures are handed in through `src/verification`, because
 * they are taken only for a session that asks for them.
 */
@Module({
  imports: [RecoveryCaseModule, FlowSessionModule, PolicyModule],
  providers: [DocumentChoice],
  controllers: [DocumentController],
  exports: [DocumentChoice],
})
export class IdentityEvidenceApiModule {}
