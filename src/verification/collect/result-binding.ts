import type { ProviderCapabilities, ProviderReport } from '../../../providers/kit/index.js';
import { sameSecret } from '../session/session-secrets.js';
import type { VerificationSession } from '../session/verification-session.js';

/** Who says so, about what: everything a result claims to belong to. */
export interface ResultClaim {
  sessionId: string;
  caseId: string;
  attempt: number;
  provider: string;
  report: ProviderReport;
}

export type BindingFault = 'session' | 'case' | 'attempt' | 'provider' | 'external_id' | 'nonce' | 'environment';

/** What was stored before the person left. */
export interface StoredBinding {
  session: VerificationSession;
  nonce: string;
  replayGuard: ProviderCapabilities['replayGuard'];
  /** Results of a partner's test environment count here: the embedded profile only (T37). */
  acceptsTestResults: boolean;
}

/** Every way in which a result is not the one that was asked for. Empty: all equal (rule 4). */
export function bindingFaults(stored: StoredBinding, claim: ResultClaim): BindingFault[] {
  const { session, nonce } = stored;
  const { binding, provenance } = claim.report;
  const faults: [boolean, BindingFault][] = [
    [claim.sessionId !== session.id, 'session'],
    [claim.caseId !== session.caseId, 'case'],
    [claim.attempt !== session.attempt, 'attempt'],
    [claim.provider !== session.provider, 'provider'],
    [session.externalId === null || binding.externalId !== session.externalId, 'external_id'],
    // A nonce that is there must be ours whether or not the partner promises to send it back.
    [binding.nonce === undefined ? stored.replayGuard === 'nonce' : !sameSecret(binding.nonce, nonce), 'nonce'],
    [!provenance.live && !stored.acceptsTestResults, 'environment'],
  ];
  return faults.filter(([broken]) => broken).map(([, fault]) => fault);
}
