import { SealBrokenError } from '../platform/crypto/sealing.js';
import type { Transaction } from '../platform/database/transaction.js';
import { Problem } from '../platform/errors/problem.js';
import type { Principal } from '../platform/http/request-context.js';
import { formerNamesOf } from './profile-change.js';
import type { Subject } from './subject.js';
import { canonicalIdentifier } from './subject-identity.js';
import type { Subjects } from './subjects.js';

/** An account as far as telling whose it is goes; without a profile, its id alone names it. */
type NamedAccount = { id: string; profile?: undefined } | OpenedAccount;
type OpenedAccount = Pick<Subject, 'id' | 'profile' | 'contactsChangedAt' | 'toldSince'>;

/** A colleague as far as telling whether an account is theirs goes. */
export type NamedStaff = Pick<Principal, 'id' | 'accounts'>;

/**
 * Whether a staff member is the person whose account this is (T49). An identity provider may name people by whatever it
 * likes, so everything the staff member is called there is held against every identifier the directory has: id, login,
 * employee id, addresses, and those it had during the last month: an account does not become somebody else's by a change of
 * these. After that the same name may be a new colleague's.
 */
export function isOwnAccount(account: NamedAccount, staff: NamedStaff): boolean {
  const names = account.profile ? namesOf(account) : [account.id];
  const own = new Set([staff.id, ...(staff.accounts ?? [])].map(canonicalIdentifier));
  return names.some((name) => name !== undefined && own.has(canonicalIdentifier(name)));
}

function namesOf({ id, profile, ...times }: OpenedAccount): (string | undefined)[] {
  const { login, employeeId, emails } = profile.reveal();
  const former = formerNamesOf(profile.reveal(), times);
  return [id, login, employeeId, ...emails, ...former];
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
