const WEIGHTS = [7, 3, 1];

/** ICAO Doc 9303-3, 4.9: digits as they are, A–Z as 10–35, the filler as 0. */
export function valueOf(character: string): number {
  return character === '<' ? 0 : Number.parseInt(character, 36);
}

/**
 * The check digit of a field: weights 7, 3, 1, sum modulo 10. No weight shares a factor with 10, so a change of one
 * character shows exactly when the two values differ modulo 10; `0`, `A`, `K`, `U` and the filler are alike to it, and
 * so are `6` and `G`, `5` and `Z`.
 */
export function checkDigit(text: string): string {
  let sum = 0;
  for (let index = 0; index < text.length; index++) sum += valueOf(text[index] ?? '<') * (WEIGHTS[index % 3] ?? 0);
  return String(sum % 10);
}
