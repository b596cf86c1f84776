export const PATTERN_SIZE = 150;

/** Values 0..255 by their position in three planes: stripes, a soft slope with spots, noise, and nearly one grey. */
export const DESCRIPTOR_PATTERNS: readonly ((at: number) => number)[] = [
  (at) => 127.5 * (1 + Math.sin(at * 0.013)),
  (at) => (170 * (at % PATTERN_SIZE)) / PATTERN_SIZE + 42.5 * (1 + Math.sin(at * 0.7) * Math.cos(at * 0.0011)),
  (at) => ((at * 2_654_435_761) >>> 24) & 255,
  (at) => 120 + 6 * Math.sin(at * 0.31),
];
