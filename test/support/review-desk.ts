import type { Check } from '../../providers/kit/index.js';
import type { Principal } from '../../src/platform/http/request-context.js';
import type { RecoveryCase } from '../../src/recovery-case/recovery-case.js';
import { checksWith, type AdjudicationStage, type CaseOptions } from './adjudication-stage.js';
import { staff } from './case-desk.js';

/** A colleague who decides about cases. */
export const colleague = (id: string): Principal => staff(id, ['reviews:decide']);

/** The one open check that a reviewer may settle. */
export const UNSURE: Check = { kind: 'face_match', result: 'indeterminate', reasonCodes: ['faces_similar_unsure'] };

/** A case in review, by default for nothing but that check. */
export async function referredCase(stage: AdjudicationStage, options: CaseOptions = {}): Promise<RecoveryCase> {
  const reported = await stage.reportedCase({ checks: checksWith(UNSURE), ...options });
  await stage.adjudication.decide({ caseId: reported.id, attempt: reported.attempt });
  const referred = await stage.read(reported.id);
  if (referred.state !== 'in_review') throw new Error(`the case is ${referred.state}, not in review`);
  return referred;
}
