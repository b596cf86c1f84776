/** Numbers of length 1. Only {@link normaliseDescriptor} makes one, so a degenerate vector never gets compared. */
export type Descriptor = Float32Array & { readonly kind: unique symbol };

const MIN_NORM = 1e-6;

/** What a network said, as a unit vector; undefined when it has another length, is (nearly) zero or holds NaN or infinity. */
export function normaliseDescriptor(values: Float32Array, length: number): Descriptor | undefined {
  if (values.length !== length) return undefined;
  let squares = 0;
  for (const value of values) squares += value * value;
  const norm = Math.sqrt(squares);
  if (!Number.isFinite(norm) || norm < MIN_NORM) return undefined;
  return values.map((value) => value / norm) as Descriptor;
}

/** Cosine similarity, -1..1. NaN when the two are not of one length: they come from different networks. */
export function similarityOf(one: Descriptor, other: Descriptor): number {
  if (one.length !== other.length) return NaN;
  let sum = 0;
  for (let index = 0; index < one.length; index++) sum += (one[index] ?? NaN) * (other[index] ?? NaN);
  return sum;
}
