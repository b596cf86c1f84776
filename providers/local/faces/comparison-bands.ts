/** How alike two faces are, in words. Only `strong` and `match` pass; `unsure` is for a person to settle. */
export const COMPARISON_BANDS = ['strong', 'match', 'unsure', 'different'] as const;
export type ComparisonBand = (typeof COMPARISON_BANDS)[number];

/**
 * Lower limits of the cosine similarity of dlib descriptors, for exactly the models and the alignment of this folder.
 * Calibration and what was measured with it: README, "Numbers". A change of model or alignment needs a new one.
 */
export const BAND_LIMITS: Readonly<Record<Exclude<ComparisonBand, 'different'>, number>> = {
  strong: 0.943,
  match: 0.923,
  unsure: 0.9,
};

/** The band of a similarity. NaN and everything that is not a cosine is `different`. */
export function bandOf(similarity: number): ComparisonBand {
  if (!(similarity <= 1 + 1e-6)) return 'different';
  if (similarity >= BAND_LIMITS.strong) return 'strong';
  if (similarity >= BAND_LIMITS.match) return 'match';
  return similarity >= BAND_LIMITS.unsure ? 'unsure' : 'different';
}
