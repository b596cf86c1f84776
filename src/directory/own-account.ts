import type { Sensitive } from '../../providers/kit/index.js';
import type { SubjectProfile } from './subject.js';
import { canonicalIdentifier } from './subject-identity.js';

/** An account as far as telling whose it is goes; without a profile, its id alone names it. */
interface NamedAccount {
  id: string;
  profile?: Sensitive<SubjectProfile>;
}

/**
 * Whether a staff member is the person whose account this is (T49). An identity provider may name people by whatever it
 * likes, so the staff member's id is held against every identifier the directory has: id, login, employee id, addresses.
 */
export function isOwnAccount(account: NamedAccount, principalId: string): boolean {
  const profile = account.profile?.reveal();
  const names = [account.id, profile?.login, profile?.employeeId, ...(profile?.emails ?? [])];
  const own = canonicalIdentifier(principalId);
  return names.some((name) => name !== undefined && canonicalIdentifier(name) === own);
}
