import type { CheckReason } from '../../../providers/kit/index.js';

/**
 * How one attribute of the evidence relates to the proofing record. `exact`: the same letters; `equivalent`: the same
 * name, spelled as travel documents spell it; `compatible`: a form of it that one person may carry; `not_comparable`:
 * one side is missing, or in a script that this version does not transliterate.
 */
export const MATCH_OUTCOMES = ['exact', 'equivalent', 'compatible', 'different', 'not_comparable'] as const;
export type MatchOutcome = (typeof MATCH_OUTCOMES)[number];

export interface AttributeMatch {
  outcome: MatchOutcome;
  /** What was compared how; for reviewers and auditors. */
  method: string;
  reasonCodes: CheckReason[];
}

export const agreed = (outcome: MatchOutcome, method: string): AttributeMatch => ({
  outcome,
  method,
  reasonCodes: ['ok'],
});

export const agrees = (match: AttributeMatch): boolean =>
  match.outcome === 'exact' || match.outcome === 'equivalent' || match.outcome === 'compatible';
