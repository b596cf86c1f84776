/**
 * How one photograph of a face is known again after it was compressed, cut, mirrored or brightened: a leaked selfie that
 * comes on a second case. An adapter that looks at pictures itself may offer it. The host asks
 * about every selfie, whichever provider the session is with, so only an adapter whose `dataLeaves` is `organisation` is
 * asked. A code is personal data: the host seals it, compares it and destroys it with the picture; the adapter keeps none.
 */
export interface PictureFingerprints {
  /** Another one as soon as the same picture would get another code: codes of two methods are never compared. */
  readonly method: string;
  /** Undefined when the picture shows no face. Throws `ProviderError` when it could not be looked at. */
  of(jpeg: Uint8Array): Promise<Uint8Array | undefined>;
  /**
   * Whether two codes are of one photograph; false for bytes that are no code. It says nothing about whose face it is.
   * Symmetric, without side effects and fast: it is asked about every code that is kept.
   */
  same(one: Uint8Array, other: Uint8Array): boolean;
}
