import type { CheckKind } from '../../providers/kit/index.js';
import type { PolicyDocument } from '../policy/policy.js';
import type { Verdict } from './decision.js';
import type { SettledFacts } from './facts.js';

/**
 * What an approval would stand on: `strong`, a partner saw a genuine document, its face and a living person; `weak`,
 * something people have to settle, the policy waived, a selfie from a file, or two codes instead of a document; `fair`,
 * in between.
 */
export type EvidenceStrength = 'strong' | 'fair' | 'weak';

const LOOKED_AT: readonly CheckKind[] = ['document_authenticity', 'face_match', 'presentation_attack'];

/** Pure. A check that turns out worse never makes the evidence stronger. */
export function evidenceStrength(
  {
    route,
    policy,
    provider,
    checks,
    selfieFromFile,
  }: Pick<SettledFacts, 'route' | 'policy' | 'provider' | 'checks' | 'selfieFromFile'>,
  verdict: Verdict,
): EvidenceStrength {
  const waived = policy.waivedChecks.some((kind) => checks[kind].result !== 'pass');
  if (verdict !== 'approve' || waived || selfieFromFile || route === 'codes') return 'weak';
  return !provider.local && LOOKED_AT.every((kind) => checks[kind].result === 'pass') ? 'strong' : 'fair';
}

/** Seconds between a good verdict and the token: weaker evidence never waits less. */
export function holdForEvidence(hold: PolicyDocument['hold'], strength: EvidenceStrength): number {
  const { seconds, fairEvidenceSeconds, weakEvidenceSeconds } = hold;
  if (strength === 'strong') return seconds;
  const fair = Math.max(seconds, fairEvidenceSeconds);
  return strength === 'fair' ? fair : Math.max(fair, weakEvidenceSeconds);
}
