import type { CheckKind, EvidencePort, ProviderDefinition } from '../index.js';
import type { SimulatorDefinition } from '../simulator/index.js';

/** How the partner's part of a session ends, in words that every protocol can be asked about. */
export type PartnerOutcome =
  | 'pass'
  | `fail:${CheckKind}`
  /** The partner does not decide: one face check is unsure. */
  | 'review'
  | 'cancelled'
  | 'expired'
  /** All is well, under a status that is not in the documentation. */
  | 'unknown_status'
  /** All is well, but every check's result is a word that is not in the documentation. */
  | 'unknown_result'
  /** A pass that carries another nonce than ours. */
  | 'wrong_nonce'
  /** A pass from the partner's test environment. */
  | 'test_mode'
  /** A pass under another session's id. */
  | 'wrong_session'
  /** A pass for somebody else's document. */
  | 'wrong_person';

/** Who the simulated document belongs to. Chosen so that a leak can be searched for. */
export interface CanaryIdentity {
  givenName: string;
  familyName: string;
  birthDate: string;
  documentNumber: string;
}

/** Parts of the suite that a protocol may be unable to express. */
export type ConformanceTopic =
  | Exclude<PartnerOutcome, 'pass' | `fail:${string}`>
  | `fail:${CheckKind}`
  | 'partial_birth_date'
  | 'unknown_document_type'
  | 'swapped_answer'
  | 'wrong_content_type'
  | 'early_push'
  | 'duplicate_push'
  | 'changed_push_body'
  | 'bad_signature'
  | 'unknown_session';

export interface ConformanceOptions<Settings, Credentials> {
  definition: ProviderDefinition<Settings>;
  /** The partner, as its protocol page describes it. The suite puts a proxy in front of it. */
  simulator: SimulatorDefinition<Credentials>;
  /** Variables beside those that the simulator brings. */
  environment?: Record<string, string>;
  /** Variables whose values are secrets; each word of them is searched for in everything the adapter shows. */
  secretVariables: readonly string[];
  /** What the protocol cannot express, each with the reason; shown as skipped with it. */
  notApplicable?: Partial<Record<ConformanceTopic, string>>;
  /** `METHOD /path` of the requests that injected faults hit. Default: all. For adapters that fetch a token first. */
  faultsHit?: RegExp;
  /**
   * Where the record of what the suite proved is kept; `docs/providers.md` is made of these. The run fails when it says
   * something else; `UPDATE_PROOFS=1` writes it anew.
   */
  proof?: URL;
  /** Pictures for adapters whose `handoff` is `capture`. */
  evidenceFor?: (reference: string) => EvidencePort;
}
