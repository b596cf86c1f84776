import type { Sensitive } from '../../providers/kit/index.js';
import { SealBrokenError } from '../platform/crypto/sealing.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import type { Principal } from '../platform/http/request-context.js';
import type { SubjectProfile } from './subject.js';
import { canonicalIdentifier } from './subject-identity.js';
import type { Subjects } from './subjects.js';

/** An account as far as telling whose it is goes; without a profile, its id alone names it. */
interface NamedAccount {
  id: string;
  profile?: Sensitive<SubjectProfile>;
}

/** A colleague as far as telling whether an account is theirs goes. */
export type NamedStaff = Pick<Principal, 'id' | 'accounts'>;

/**
 * Whether a staff member is the person whose account this is (T49). An identity provider may name people by whatever it
 * likes, so everything the staff member is called there is held against every identifier the directory has: id, login,
 * employee id, addresses, and those it had until lately: an account does not become somebody else's by a change of these.
 */
export function isOwnAccount(account: NamedAccount, staff: NamedStaff): boolean {
  const profile = account.profile?.reveal();
  const { emails = [], formerEmails = [], formerIdentifiers = {} } = profile ?? {};
  const former = [...formerEmails, ...Object.keys(formerIdentifiers)];
  const names = [account.id, profile?.login, profile?.employeeId, ...emails, ...former];
  const own = new Set([staff.id, ...(staff.accounts ?? [])].map(canonicalIdentifier));
  return names.some((name) => name !== undefined && own.has(canonicalIdentifier(name)));
}

const WHOSE_IS_UNKNOWN =
  'The account cannot be opened, so nobody can tell whose it is. It has to be written anew first.';

/**
 * Nobody helps the recovery of their own account on, nor decides it (T49). Of one that cannot be opened, nobody is known to
 * be somebody else. @throws Problem separation_of_duties
 */
export async function assertOthersAccount(
  tx: Transaction,
  of: { subjects: Pick<Subjects, 'find'>; subjectId: string; staff: NamedStaff },
): Promise<void> {
  const subject = await of.subjects.find(tx, of.subjectId).catch((error: unknown) => {
    if (!(error instanceof SealBrokenError)) throw error;
    throw new Problem('separation_of_duties', { detail: WHOSE_IS_UNKNOWN, cause: error });
  });
  if (isOwnAccount(subject ?? { id: of.subjectId }, of.staff)) throw new Problem('separation_of_duties');
}
