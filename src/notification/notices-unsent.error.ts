/** A notice that some address has not got yet; the job fails and runs again. */
export class NoticesUnsentError extends Error {
  constructor(readonly unsent: number) {
    super('notices unsent');
    this.name = 'NoticesUnsentError';
  }
}
