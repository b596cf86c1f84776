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
 * Whether a staff member is the holder of this account (T49). An identity provider may name people by any identifier,
 * so every name of the staff member is compared with every identifier in the directory: id, login, employee id,
 * addresses, and those of the last month. So a change of these does not turn the account into another person's. After a
 * month the same name may belong to a new colleague.
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

const WHOSE_IS_UNKNOWN = 'The account cannot be opened, so it is unknown whose it is. Write it anew first.';

/**
 * Refuses staff who would help or decide the recovery of their own account (T49). If the account cannot be opened,
 * every staff member is refused, because it may be theirs.
 *
 * @throws Problem separation_of_duties
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
