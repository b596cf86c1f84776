import type { CheckKind, EvidencePort, ProviderDefinition } from '../index.js';

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
  | 'test_mode';

/** Who the simulated document belongs to. Chosen so that a leak can be searched for. */
export interface CanaryIdentity {
  givenName: string;
  familyName: string;
  birthDate: string;
  documentNumber: string;
}

export interface FinishRequest {
  reference: string;
  externalId: string;
  outcome: PartnerOutcome;
  identity: CanaryIdentity;
}

/** What the suite needs of a running simulator. */
export interface ConformanceSimulator {
  /** The suite puts a proxy in front of it that injects the faults of the network. */
  readonly baseUrl: string;
  /**
   * Plays the person and the partner up to the outcome. When it resolves, a fetch shows the outcome; a partner that
   * pushes has its push under way. `returnQuery` is what the browser comes back with, where that carries something.
   */
  finish(request: FinishRequest): Promise<{ returnQuery?: Record<string, string> } | void>;
  /** From now on, creating the session of this reference pushes something before it answers. */
  pushBeforeCreateReturns?(reference: string): Promise<void>;
  /** Delivers the push of the next finished session of this reference several times under one delivery id. */
  pushSeveralTimes?(reference: string): Promise<void>;
  close(): Promise<void>;
}

/** Parts of the suite that a protocol may be unable to express. */
export type ConformanceTopic =
  | Exclude<PartnerOutcome, 'pass' | `fail:${string}`>
  | `fail:${CheckKind}`
  | 'swapped_answer'
  | 'wrong_content_type'
  | 'early_push'
  | 'duplicate_push'
  | 'changed_push_body'
  | 'unknown_session';

export interface ConformanceOptions<Settings> {
  definition: ProviderDefinition<Settings>;
  /** The adapter's variables, with the partner at `baseUrl`. */
  environment: (baseUrl: string) => Record<string, string>;
  /** Variables whose values are secrets; each word of them is searched for in everything the adapter shows. */
  secretVariables: readonly string[];
  /** `pushUrl` is for partners whose push address is an account setting; others get it with each session. */
  startSimulator: (environment: { pushUrl: string }) => Promise<ConformanceSimulator>;
  /** What the protocol cannot express, each with the reason; shown as skipped with it. */
  notApplicable?: Partial<Record<ConformanceTopic, string>>;
  /** `METHOD /path` of the requests that injected faults hit. Default: all. For adapters that fetch a token first. */
  faultsHit?: RegExp;
  /** Pictures for adapters whose `handoff` is `capture`. */
  evidenceFor?: (reference: string) => EvidencePort;
}
