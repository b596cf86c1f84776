/** A notice that some address has not got yet; the job fails and runs again. */
export class NoticesUnsentError extends Error {
  override readonly name = 'NoticesUnsentError';

  constructor(readonly unsent: number) {
    super('notices unsent');
  }
}
