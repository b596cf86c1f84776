export const IMAGE_REFUSALS = [
  'unsupported_format',
  'too_large',
  'too_many_pixels',
  'too_small',
  'undecodable',
  'animated',
] as const;
export type ImageRefusal = (typeof IMAGE_REFUSALS)[number];

/** The picture itself is the reason; sending it again would be refused again. */
export class ImageRefusedError extends Error {
  override readonly name = 'ImageRefusedError';

  constructor(readonly reason: ImageRefusal) {
    super(`The picture was refused: ${reason}.`);
  }
}

export const SANITISER_FAILURES = ['timeout', 'crashed', 'busy', 'closed'] as const;
export type SanitiserFailure = (typeof SANITISER_FAILURES)[number];

/**
 * Nothing is known about the picture: the child process took too long, died, or was not there. Nothing of the
 * picture has been kept, and it may be sent again.
 */
export class SanitiserUnavailableError extends Error {
  override readonly name = 'SanitiserUnavailableError';

  constructor(readonly failure: SanitiserFailure) {
    super(`Pictures cannot be sanitised (${failure}).`);
  }
}
