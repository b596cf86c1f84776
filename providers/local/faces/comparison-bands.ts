/** How alike two faces are, in words. Only `strong` and `match` pass; `unsure` is for a person to settle. */
export const COMPARISON_BANDS = ['strong', 'match', 'unsure', 'different'] as const;
export type ComparisonBand = (typeof COMPARISON_BANDS)[number];

/** A lower limit, and how often two people picked at random reach it: 0.001 is one pair in a thousand. */
export interface DecidingLimit {
  from: number;
  falseMatchRate: number;
}

export interface BandLimits {
  strong: DecidingLimit;
  match: DecidingLimit;
  /** Decides nothing, so it needs no rate. */
  unsure: { from: number };
}

/** The band of a score. NaN and infinity are `different`: they come of no face. */
export function bandOf(score: number, limits: BandLimits): ComparisonBand {
  if (!Number.isFinite(score)) return 'different';
  if (score >= limits.strong.from) return 'strong';
  if (score >= limits.match.from) return 'match';
  return score >= limits.unsure.from ? 'unsure' : 'different';
}
