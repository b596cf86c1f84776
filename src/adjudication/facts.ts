import type { CheckKind, ComparedField, DocumentType, ProviderReport, Sensitive } from '../../providers/kit/index.js';
import type { ProofedAttributes } from '../directory/subject.js';
import type { DocumentAcceptance } from '../policy/document-rules.js';
import type { PolicyDocument } from '../policy/policy.js';
import type { Ingredients } from '../recovery-codes/asked-codes.js';
import type { CodesDoubt } from '../recovery-codes/codes-doubts.js';
import type { DocumentOwner } from './accounts/document-owner.js';
import type { MatchedAttribute } from './decision.js';
import type { DeviceFacts } from './device/device-proof.js';
import type { AttributeMatch } from './matching/match-outcome.js';
import type { FindingReason } from './reasons.js';
import type { SettledCheck } from './settled-check.js';

/** How a person shows who they are: by a document and their face, or by two codes and neither. */
export const ROUTES = ['document', 'codes'] as const;
export type Route = (typeof ROUTES)[number];

/** Evidence that was shown in a case and that the attempt does not rest on, as its provider judged it. */
export interface ShownEvidence extends Pick<AdjudicationFacts, 'report' | 'withdrawn' | 'documentStanding'> {
  /** The attempt it was shown in. */
  attempt: number;
  /** Another provider than the attempt's reported it in time, and its own attempt was decided on it. */
  byAnother?: true;
}

/** What shown evidence says against the person. Neither codes nor another report waive any of it. */
export interface Contradiction {
  attempt: number;
  reasonCodes: FindingReason[];
  /** Two providers that were both asked in time do not agree, and people may say who is right. */
  settleable?: true;
}

/** What is known of one attempt, the person's data included. `settleFacts` makes of it what a decision rests on. */
export interface AdjudicationFacts {
  /** Absent in what was stored before there were two: by document. */
  route?: Route;
  /**
   * Of which a provider said something only after the session was given up or its attempt was over, and what another provider
   * reported in an earlier attempt; by codes alone everything that was shown in this case before.
   */
  shown?: readonly ShownEvidence[];
  /** What else is known against it; by a document only that another provider saw something in another case. */
  doubts?: readonly CodesDoubt[];
  /** By codes alone nobody reported: `NO_REPORT`. */
  report: Pick<
    ProviderReport,
    'status' | 'terminal' | 'checks' | 'identity' | 'document' | 'matchedOnly' | 'compared' | 'provenance'
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
  /**
   * Our own pages took the pictures, and the browser said that the selfie is a file. Absent when it said otherwise or nothing,
   * which proves nothing, and in older facts.
   */
  selfieFromFile?: true;
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
    /** A machine's key opened it or helped it on, and nobody knows who held it; absent when none did, and in older facts. */
    byKey?: true;
  };
  subject: {
    active: boolean;
    privileged: boolean;
    /** Nobody else in the directory can be meant by this name and birth date; false when that cannot be told (T65). */
    nameUniqueInDirectory: boolean;
    /** It cannot be told, because another account cannot be opened. */
    namesakeUnreadable?: boolean;
    /** Its name or birth date changed so recently that nobody is recovered by them (rule 10). */
    identityCoolingOff?: boolean;
    /** It cannot be told yet, because accounts that changed are not indexed again. */
    accountsNotIndexed?: boolean;
    /** `AAL1` to `AAL3`; absent counts as the strongest (T61). */
    assuranceLevel?: string;
  };
  /** What was proofed at enrolment; absent for an account that never was. */
  proofing?: {
    attributes: Sensitive<ProofedAttributes>;
    /** It was changed so recently that it may not be used (rule 10). */
    coolingOff: boolean;
    /** `IAL1` to `IAL3`. */
    level: string;
  };
  /** Name and birth date of the account itself, for one that was never proofed. */
  directoryIdentity?: Sensitive<ProofedAttributes>;
  /** Which account the document of the report is known from (T64). Stored under this name. */
  documentStanding: DocumentOwner;
  /** Recovery codes that this browser gave in this case (NIST SP 800-63B-4, 4.2.1.1 and 4.2.1.2). */
  ingredients: Ingredients;
  /** Production: a partner's test environment confirms nobody. */
  liveOnly: boolean;
  /** The date that it is, by the database's clock, where a day ends last (UTC−12); ISO 8601. */
  today: string;
}

/**
 * What a decision rests on, and what is stored beside it: comparisons instead of the data compared, so that it says
 * nothing about the person and outlives the case's erasure. These facts give the same decision, today and
 * in ten years: no member is ever renamed.
 */
export interface SettledFacts extends Omit<AdjudicationFacts, 'report' | 'proofing' | 'directoryIdentity' | 'shown'> {
  /** What evidence besides the attempt's own says against the person; absent in what was stored when only codes asked. */
  contradictions?: readonly Contradiction[];
  report: {
    status: ProviderReport['status'];
    terminal: boolean;
    /** The partner said that this was its live environment. */
    live: boolean;
    /** The document names the issuer of specimens. */
    specimen: boolean;
    /** By the policy's rules of documents. */
    document: DocumentAcceptance;
    /** Whether the policy asks this provider about such documents; absent in what was stored before that was asked. */
    askedAbout?: boolean;
    /** What kind of document the provider read; absent when it does not say, or in a word that is not known. */
    documentType?: DocumentType;
    /**
     * Fields of the document that the provider compared with each other, for people who look at why. No rule reads them: the
     * check they led to decides. Absent where it told of none.
     */
    compared?: readonly ComparedField[];
  };
  checks: SettledChecks;
  /** Each attribute of the evidence against the proofing record: the document's number, and what else was compared. */
  attributes: readonly ComparedAttribute[];
  proofing?: Omit<NonNullable<AdjudicationFacts['proofing']>, 'attributes'>;
}

export interface ComparedAttribute {
  about: MatchedAttribute;
  match: Omit<AttributeMatch, 'reasonCodes'> & { reasonCodes: FindingReason[] };
}

/** One entry for every check kind. */
export type SettledChecks = Readonly<Record<CheckKind, SettledCheck>>;
