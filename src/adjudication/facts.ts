import type { ProviderReport, Sensitive } from '../../providers/kit/index.js';
import type { ProofedAttributes } from '../directory/subject.js';
import type { PolicyDocument } from '../policy/policy.js';
import type { DeviceFacts } from './device/device-standing.js';

/** Everything a decision depends on. Whoever has these facts gets the same decision, today and in ten years. */
export interface AdjudicationFacts {
  report: Pick<
    ProviderReport,
    'status' | 'terminal' | 'checks' | 'identity' | 'document' | 'matchedOnly' | 'provenance'
  >;
  provider: {
    id: string;
    /** `first`: both policies ask it first and no other failed before it. Anything else is a fallback (rule 7). */
    role: 'first' | 'fallback';
    /** Nothing leaves the organisation's machine: not a certified vendor. */
    local: boolean;
    /** Its results look too good to be true, and nobody has looked at them yet (T45). */
    underWatch: boolean;
  };
  /** The partner took its report back, and `report` is what it says now (T43). */
  withdrawn: boolean;
  device: DeviceFacts;
  /** The stricter of the policy the case started under and today's. */
  policy: PolicyDocument;
  recoveryCase: {
    mode: 'production' | 'evaluation';
    attempt: number;
    attemptsAllowed: number;
    /** The link went through an agent's hands. */
    relayed: boolean;
    callConfirmed: boolean;
    /** A second person has let it start (T49). */
    authorized: boolean;
  };
  subject: {
    active: boolean;
    privileged: boolean;
    /** `AAL1` to `AAL3`; absent counts as the strongest (T61). */
    assuranceLevel?: string;
    /** Whether nobody else in the directory has this name. Nothing answers this yet; absent says nothing. */
    nameUniqueInDirectory?: boolean;
  };
  /** What was proofed at enrolment; absent for an account that never was. */
  proofing?: {
    attributes: Sensitive<ProofedAttributes>;
    /** It was changed so recently that it may not be used (rule 10). */
    coolingOff: boolean;
    /** `IAL1` to `IAL3`. */
    level: string;
  };
  /** Recovery codes given in this case; absent is none. */
  ingredients?: { savedCode: boolean; issuedCode: boolean };
  /** Production: a partner's test environment confirms nobody. */
  liveOnly: boolean;
  /** The database's calendar date, ISO 8601. */
  today: string;
}
