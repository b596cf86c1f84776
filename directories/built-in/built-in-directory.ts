import type {
  Authenticator,
  DirectDirectoryAdapter,
  DirectoryCapabilities,
  PreflightProblem,
  TakenOver,
} from '../kit/index.js';
import type { AccountStore } from './account-store.port.js';

export const BUILT_IN_CAPABILITIES: DirectoryCapabilities = {
  mode: 'direct',
  revokesSessions: true,
  listsAuthenticators: true,
  removesAuthenticators: true,
  detectsEnrolment: true,
};

/** Our own relying party: accounts, passkeys and sessions are rows of the host's database. */
class BuiltInDirectory<Change> implements DirectDirectoryAdapter<Change> {
  readonly id = 'built-in';

  constructor(private readonly store: AccountStore<Change>) {}

  capabilities(): DirectoryCapabilities {
    return BUILT_IN_CAPABILITIES;
  }

  async preflight(change: Change, subjectId: string): Promise<readonly PreflightProblem[]> {
    const status = await this.store.accountStatus(change, subjectId);
    if (status === undefined) return ['account_unknown'];
    return status === 'disabled' ? ['account_disabled'] : [];
  }

  listAuthenticators(change: Change, subjectId: string): Promise<readonly Authenticator[]> {
    return this.store.usablePasskeys(change, subjectId);
  }

  revokeSessions(change: Change, subjectId: string): Promise<number> {
    return this.store.endSessions(change, subjectId);
  }

  /**
   * Passkeys go before sessions: a sign-in that holds an old passkey's row finishes first, and the session it made is
   * then among those that end. The other way round it would slip in between. The store does one after the other, in the
   * order in which it was asked.
   */
  async completeDirect(change: Change, enrolment: { subjectId: string; authenticatorId: string }): Promise<TakenOver> {
    const { subjectId, authenticatorId } = enrolment;
    const [removedAuthenticatorIds, endedSessions] = await Promise.all([
      this.store.removePasskeysExcept(change, { subjectId, keptId: authenticatorId }),
      this.store.endSessions(change, subjectId),
    ]);
    return { removedAuthenticatorIds, endedSessions };
  }
}

/** The built-in directory over the host's tables. */
export function createBuiltInDirectory<Change>(store: AccountStore<Change>): DirectDirectoryAdapter<Change> {
  return new BuiltInDirectory(store);
}
