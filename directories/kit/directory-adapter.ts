/** How a verified person gets a new passkey into this directory. It decides which screens appear. */
export type DirectoryMode = 'direct' | 'code' | 'link' | 'directory-mail' | 'reverse' | 'event';

/** What a directory can do, as data: screens and documentation read it, nobody branches on names. */
export interface DirectoryCapabilities {
  readonly mode: DirectoryMode;
  readonly revokesSessions: boolean;
  readonly listsAuthenticators: boolean;
  readonly removesAuthenticators: boolean;
  /** Whether it can tell that a new passkey has arrived; `direct` sees it arrive. */
  readonly detectsEnrolment: boolean;
}

/** Why an account cannot be given a new passkey now. For operators; the person is told nothing of it. */
export type PreflightProblem = 'account_unknown' | 'account_disabled';

/** A passkey the directory still accepts. */
export interface Authenticator {
  /** The directory's own id of it. */
  readonly id: string;
  /** WebAuthn credential id, 1 to 1023 bytes. */
  readonly credentialId: Uint8Array;
  readonly transports: readonly string[];
}

/** What ended when a new passkey took over. */
export interface TakenOver {
  readonly removedAuthenticatorIds: readonly string[];
  readonly endedSessions: number;
}

/**
 * A directory that owns accounts. `Change` is the host's open transaction: an adapter hands it on to the ports it was
 * given and cannot look inside; one that talks to a remote system ignores it.
 */
export interface DirectoryAdapter<Change> {
  readonly id: string;
  capabilities(): DirectoryCapabilities;
  /** Everything that stands in the way; empty when nothing does. */
  preflight(change: Change, subjectId: string): Promise<readonly PreflightProblem[]>;
  /** Ends every session of the account and returns how many there were. */
  revokeSessions(change: Change, subjectId: string): Promise<number>;
}

/**
 * Mode `direct`: our own page runs the WebAuthn ceremony and the directory takes the result. The host has verified and
 * stored the new passkey when it calls `completeDirect`, and commits only after it returned.
 */
export interface DirectDirectoryAdapter<Change> extends DirectoryAdapter<Change> {
  listAuthenticators(change: Change, subjectId: string): Promise<readonly Authenticator[]>;
  /** Makes the new passkey the only one: older passkeys and every session end. */
  completeDirect(change: Change, enrolment: { subjectId: string; authenticatorId: string }): Promise<TakenOver>;
}
