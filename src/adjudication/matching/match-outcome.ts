import type { FindingReason } from '../reasons.js';

/**
 * How one attribute of the evidence relates to the proofing record. `exact`: the same letters; `equivalent`: the same
 * name, spelled as travel documents spell it; `compatible`: a form of it that one person may carry; `not_comparable`:
 * one side is missing, or in a script that ICAO Doc 9303-3 has no table for.
 */
export const MATCH_OUTCOMES = ['exact', 'equivalent', 'compatible', 'different', 'not_comparable'] as const;
export type MatchOutcome = (typeof MATCH_OUTCOMES)[number];

export interface AttributeMatch {
  outcome: MatchOutcome;
  /** What was compared how; for reviewers and auditors. */
  method: string;
  reasonCodes: FindingReason[];
}

export const agreed = (outcome: 'exact' | 'equivalent' | 'compatible', method: string): AttributeMatch => ({
  outcome,
  method,
  reasonCodes: ['ok'],
});

export const differs = (method: string, reason: FindingReason): AttributeMatch => ({
  outcome: 'different',
  method,
  reasonCodes: [reason],
});

export const MISSING_IN_RECORD: AttributeMatch = {
  outcome: 'not_comparable',
  method: 'missing_in_record',
  reasonCodes: ['no_reference_on_record'],
};
export const MISSING_IN_EVIDENCE: AttributeMatch = {
  outcome: 'not_comparable',
  method: 'missing_in_evidence',
  reasonCodes: ['data_missing'],
};

export const agrees = (match: AttributeMatch): boolean =>
  match.outcome === 'exact' || match.outcome === 'equivalent' || match.outcome === 'compatible';

/** Agreement that leaves no question: the same name. */
export const isSame = (match: AttributeMatch): boolean => match.outcome === 'exact' || match.outcome === 'equivalent';
