import { randomBytes } from 'node:crypto';
import type { RecoveryCase } from '../../src/recovery-case/recovery-case.js';
import { ANA, checksWith, type AdjudicationStage, type CaseOptions } from './adjudication-stage.js';

/** Without the portrait, which would settle whom a name means. */
const NO_PORTRAIT = checksWith({
  kind: 'reference_portrait_match',
  result: 'not_run',
  reasonCodes: ['not_supported_by_provider'],
});
/** Somebody whose letters no romanisation takes for another's. */
export const somebody = () => {
  const word = [...randomBytes(8)].map((byte) => ['ba', 'do', 'li', 'mo', 'nu', 'ri', 'so', 'ta'][byte % 8]).join('');
  return { ...ANA, givenName: `Pa${word}`, familyName: `Ne${word}` };
};

/** A reported case of somebody whose name alone says whose account it is. */
export async function caseOfStranger(stage: AdjudicationStage, options: CaseOptions = {}): Promise<RecoveryCase> {
  const person = somebody();
  const policy = options.policy ?? (await stage.policy({ requiredChecks: ['document_authenticity', 'face_match'] }));
  const about = { policy, identity: person, record: person, profile: person, checks: NO_PORTRAIT };
  return stage.reportedCase({ ...about, ...options });
}
