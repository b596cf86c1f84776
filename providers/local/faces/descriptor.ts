/** 128 numbers of length 1. Only {@link normaliseDescriptor} makes one, so a degenerate vector never gets compared. */
export type Descriptor = Float32Array & { readonly kind: unique symbol };

const DESCRIPTOR_LENGTH = 128;
const MIN_NORM = 1e-6;

/** The descriptor as a unit vector; undefined when it has the wrong length, is (nearly) zero or holds NaN or infinity. */
export function normaliseDescriptor(values: Float32Array): Descriptor | undefined {
  if (values.length !== DESCRIPTOR_LENGTH) return undefined;
  const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  if (!Number.isFinite(norm) || norm < MIN_NORM) return undefined;
  return values.map((value) => value / norm) as Descriptor;
}

/** Cosine similarity, -1..1. */
export function similarityOf(one: Descriptor, other: Descriptor): number {
  return one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
}
