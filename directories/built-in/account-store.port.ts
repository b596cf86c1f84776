import type { Authenticator } from '../kit/index.js';

/**
 * What the built-in directory needs from the host's database. Every method works inside the change it is given, so that
 * it happens together with everything else of that change or not at all.
 */
export interface AccountStore<Change> {
  /** Undefined when there is no such account. What it says stays true until the change is over. */
  accountStatus(change: Change, subjectId: string): Promise<'active' | 'disabled' | undefined>;
  /** Passkeys that are neither removed nor frozen. */
  usablePasskeys(change: Change, subjectId: string): Promise<readonly Authenticator[]>;
  /** Removes every other passkey, frozen ones too, and returns the ids of those that ended now. */
  removePasskeysExcept(change: Change, passkey: { subjectId: string; keptId: string }): Promise<readonly string[]>;
  /** Ends open sessions, and makes any session created before this moment invalid. Returns how many were open. */
  endSessions(change: Change, subjectId: string): Promise<number>;
}
