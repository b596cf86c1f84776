import type { Subject, SubjectProfile } from './subject.js';
import { canonicalIdentifier } from './subject-identity.js';

/** The profile to store, and what a change of it has to be held back for. */
interface StoredProfile {
  next: SubjectProfile;
  contactsChanged: boolean;
  identityChanged: boolean;
  loginChanged: boolean;
  /** The one it had is another, or gone; a first one takes nothing from anybody. */
  employeeIdChanged: boolean;
}

/** What a change replaced, as far as it is told: nothing about the person. */
export interface ReplacedAccount extends Pick<StoredProfile, 'loginChanged' | 'employeeIdChanged'> {
  privileged: boolean;
  status: Subject['status'];
  unreadable: boolean;
}

/** A new account's: what it was created with is enrolment. */
const firstProfile = (given: SubjectProfile): StoredProfile => ({
  next: { ...given, formerEmails: [] },
  contactsChanged: false,
  identityChanged: false,
  loginChanged: false,
  employeeIdChanged: false,
});

interface ProfileBefore {
  old: SubjectProfile;
  contactsCoolingOff: boolean;
  contactsChangedAt: Date | null;
  now: Date;
  toldSince: Date;
}

/**
 * The profile to store: a new account's, one that changes `old`, or one in the place of what cannot be opened (`before`
 * without `old`).
 */
export function storedProfile(
  given: SubjectProfile,
  { before, old }: { before: Omit<ProfileBefore, 'old'> | undefined; old: SubjectProfile | undefined },
): StoredProfile {
  if (!before) return firstProfile(given);
  return old ? nextProfile(given, { ...before, old }) : unreadableBefore(given);
}

/** What was given, and what the change does to the addresses. */
function nextProfile(given: SubjectProfile, before: ProfileBefore): StoredProfile {
  const { old, contactsCoolingOff } = before;
  const replaced = old.emails.filter((email) => !given.emails.includes(email));
  const addedEmails = given.emails.filter(
    (email) => !old.emails.includes(email) || (contactsCoolingOff && old.addedEmails?.includes(email)),
  );
  const replacedNow = replaced.map((email) => [email, before.now.toISOString()] as const);
  const formerSince = Object.fromEntries(
    [...Object.entries(recentlyReplaced(old, before)), ...replacedNow].filter(
      ([email]) => !given.emails.includes(email),
    ),
  );
  const contactsChanged =
    replaced.length > 0 ||
    given.emails.some((email) => !old.emails.includes(email)) ||
    old.phones.join() !== given.phones.join();
  const formerIdentifiers = formerIdentifiersOf(given, before);
  const next = { ...given, formerEmails: Object.keys(formerSince), formerSince, addedEmails, formerIdentifiers };
  const identityChanged = COMPARED.some((member) => old[member] !== given[member]);
  const [loginChanged, employeeIdChanged] = [
    isReplaced(old.login, given.login),
    isReplaced(old.employeeId, given.employeeId),
  ];
  return { next, contactsChanged, identityChanged, loginChanged, employeeIdChanged };
}

/** Another way of writing it is none. */
const isReplaced = (old: string | undefined, given: string | undefined): boolean =>
  old !== undefined && (given === undefined || canonicalIdentifier(old) !== canonicalIdentifier(given));

const identifiersOf = ({ login, employeeId }: SubjectProfile): string[] =>
  [login, employeeId].flatMap((one) => (one === undefined ? [] : canonicalIdentifier(one)));

/** What the account was called by, with the time of the change: what it is called again is no former one. */
function formerIdentifiersOf(given: SubjectProfile, { old, now, toldSince }: ProfileBefore): Record<string, string> {
  const current = identifiersOf(given);
  const replacedNow = identifiersOf(old).map((one) => [one, now.toISOString()] as const);
  const former = [...recentIdentifiers(old, toldSince), ...replacedNow];
  return Object.fromEntries(former.filter(([one]) => !current.includes(one)));
}

const recentIdentifiers = ({ formerIdentifiers = {} }: SubjectProfile, toldSince: Date): [string, string][] =>
  Object.entries(formerIdentifiers).filter(([, since]) => Date.parse(since) > toldSince.getTime());

/**
 * What an account was called and reached by until it was changed, during the last month: it is still theirs whom that
 * names (T49).
 */
export const formerNamesOf = (profile: SubjectProfile, times: FormerTimes): string[] => [
  ...Object.keys(recentlyReplaced(profile, times)),
  ...recentIdentifiers(profile, times.toldSince).map(([one]) => one),
];

/** In the place of one that nobody can open: everything may have been another, and nobody knows whom to tell. */
const unreadableBefore = (given: SubjectProfile): StoredProfile => ({
  next: { ...given, formerEmails: [], addedEmails: given.emails },
  contactsChanged: true,
  identityChanged: true,
  loginChanged: true,
  employeeIdChanged: true,
});

/**
 * What a document is compared with where nothing was proofed, and what the index of accounts is made of. One that was
 * left open and is given now has changed, too.
 */
const COMPARED = ['givenName', 'familyName', 'birthDate'] as const;

/** When the addresses changed last, and until when what was replaced counts no more. */
type FormerTimes = Pick<Subject, 'contactsChangedAt' | 'toldSince'>;

/**
 * Addresses that are told of what happens, in this order: those that were replaced lately, those on file, those that were
 * added lately. Whose the account was hears of it before whose it may become (T48).
 */
export function toldAddresses(profile: SubjectProfile, times: FormerTimes): string[] {
  const { emails, addedEmails = [] } = profile;
  const former = Object.keys(recentlyReplaced(profile, times));
  const kept = emails.filter((email) => !addedEmails.includes(email));
  return [...new Set([...former, ...kept, ...emails])];
}

/** Former addresses that are still told, with the time each was replaced; one without a time counts from the last change. */
function recentlyReplaced(profile: SubjectProfile, times: FormerTimes): Record<string, string> {
  const { formerEmails, formerSince = {} } = profile;
  const fallback = (times.contactsChangedAt ?? new Date(0)).toISOString();
  return Object.fromEntries(
    formerEmails
      .map((email) => [email, formerSince[email] ?? fallback] as const)
      .filter(([, since]) => Date.parse(since) > times.toldSince.getTime()),
  );
}
