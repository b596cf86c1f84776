import { isFullDate } from '../adjudication/accounts/namesakes.js';
import type { Objection } from '../adjudication/decision.js';
import type { Script } from '../adjudication/matching/transliteration/spelled-name.js';
import { parsePerson } from '../adjudication/matching/names/parsed-name.js';
import { objectionsTo } from '../adjudication/objections.js';
import type { FindingReason } from '../adjudication/reasons.js';
import { settleFacts } from '../adjudication/settled-facts.js';
import type { WalkedAccount } from '../directory/account-walk.js';
import { isPrivileged } from '../policy/policy.js';
import {
  documentOf,
  documentReadBy,
  idealCase,
  readBy,
  referenceOf,
  withoutDocument,
  type OtherAccounts,
  type RehearsalSetting,
} from './ideal-case.js';
import type { ProofedAttributes } from '../directory/subject.js';
import { zoneForm } from './zone-form.js';
import { predictMatch, scriptOf } from './predicted-match.js';
import { REHEARSAL_CODES, type Outcome, type RehearsalCode } from './rehearsal-codes.js';

/** What a rehearsal says of one account: codes alone, nothing of the person. */
export interface Rehearsed {
  outcome: Outcome;
  /** What the compared name is written in. */
  script: Script;
  /** Without doubles, in the order of the catalogue. */
  codes: RehearsalCode[];
}

/**
 * How a recovery of this account would go today under the profile that covers it: by the rules that decide cases, on the
 * best case there could be (ideal-case.ts). Pure and total.
 */
export function rehearse(account: WalkedAccount, setting: RehearsalSetting): Rehearsed {
  const facts = idealCase(account, setting);
  const objections = objectionsTo(settleFacts(facts));
  const codesDo = objectionsTo(settleFacts(withoutDocument(facts))).length === 0;
  const reachable = account.usableMailboxes > 0 || setting.policy.relay.allowed;
  const documents = expectedMatches(account, setting);
  const doubtful = documents.some(({ agrees }) => !agrees);
  const outcome = outcomeOf({ objections, reachable, doubtful, codesDo });
  return {
    outcome,
    script: scriptOf(referenceOf(account)),
    codes: inOrder([
      ...ofTheDirectory(account, setting),
      ...documents.flatMap(({ codes }) => codes),
      ...objections.flatMap((objection) => codesOf(objection, account)),
      ...(isPrivileged(setting.policy, account) && setting.policy.authorization.privilegedNeedsSecondPerson
        ? ['second_person_needed' as const]
        : []),
      ...(codesDo ? ['two_codes_do' as const] : []),
    ]),
  };
}

/** An account that the rehearsed profile does not cover: what the directory lacks, and who else could be meant. */
export function rehearseUncovered(
  account: WalkedAccount,
  { others, coveredElsewhere }: { others: OtherAccounts; coveredElsewhere: boolean },
): Rehearsed {
  return {
    outcome: coveredElsewhere ? 'other_profile' : 'not_covered',
    script: scriptOf(referenceOf(account)),
    codes: inOrder([...ofTheDirectory(account, { others }), ...(coveredElsewhere ? [] : ['no_profile' as const])]),
  };
}

/** An account that cannot be opened: nobody recovers it, and there is nothing to compare. */
export function rehearseUnreadable(covered: 'here' | 'elsewhere' | 'nowhere'): Rehearsed {
  const outcomes = { here: 'not_recoverable', elsewhere: 'other_profile', nowhere: 'not_covered' } as const;
  return {
    outcome: outcomes[covered],
    script: 'other',
    codes: inOrder(['account_unreadable', ...(covered === 'nowhere' ? ['no_profile' as const] : [])]),
  };
}

function inOrder(codes: readonly RehearsalCode[]): RehearsalCode[] {
  const found = new Set(codes);
  return REHEARSAL_CODES.filter((code) => found.has(code));
}

/** Blanks and collisions: they are there whatever the profile asks. */
function ofTheDirectory(account: WalkedAccount, { others }: Pick<RehearsalSetting, 'others'>): RehearsalCode[] {
  const { record, usableMailboxes, strengthKnown } = account;
  const reference = referenceOf(account);
  const { given, family } = parsePerson(reference);
  const blanks: Partial<Record<RehearsalCode, boolean>> = {
    birth_date_missing: reference.birthDate === undefined,
    birth_date_partial: reference.birthDate !== undefined && !isFullDate(reference.birthDate),
    address_missing: usableMailboxes === 0,
    second_address_missing: usableMailboxes === 1,
    record_missing: !record,
    portrait_missing: record?.hasPortrait === false,
    document_number_missing: record !== undefined && reference.documentNumber === undefined,
    single_name: !given || !family,
    strength_unknown: !strengthKnown,
    name_shared: others.name.sharedWith > 0,
    document_shared: others.document === 'another_account',
  };
  return REHEARSAL_CODES.filter((code) => blanks[code]);
}

/**
 * How the documents that the holder may bring would agree: the one in the name that was proofed, and – where the directory
 * has another name than the record – one in the name of today.
 */
function expectedMatches(
  account: WalkedAccount,
  { policy, provider }: RehearsalSetting,
): ReturnType<typeof predictMatch>[] {
  const { names, unproofed } = policy.matching;
  const reference = referenceOf(account);
  if (!account.record && unproofed !== 'codes') return [];
  const shown = documentReadBy(provider, documentOf(reference, policy));
  const sameDocument = shown.number !== undefined && shown.issuingCountry !== undefined;
  const claimOf = ({ birthDate, nationality, ...name }: ProofedAttributes) =>
    readBy(provider, { ...zoneForm(name), birthDate, nationality });
  const proofed = predictMatch(reference, { claim: claimOf(reference), sameDocument, shown }, names);
  if (!account.record) return [proofed];
  const { givenName, familyName, birthDate = reference.birthDate } = account.profile.reveal();
  const differs =
    givenName !== reference.givenName || familyName !== reference.familyName || birthDate !== reference.birthDate;
  if (!differs) return [proofed];
  const identity = { ...reference, givenName, familyName, birthDate };
  return [proofed, predictMatch(reference, { claim: claimOf(identity), sameDocument: false, shown }, names)];
}

interface Prospects {
  objections: readonly Objection[];
  reachable: boolean;
  doubtful: boolean;
  /** Two codes would do without a document. */
  codesDo: boolean;
}

function outcomeOf({ objections, reachable, doubtful, codesDo }: Prospects): Outcome {
  if (!reachable) return 'not_recoverable';
  if (objections.some(({ settleable }) => !settleable)) return codesDo ? 'by_codes_only' : 'not_recoverable';
  if (objections.length > 0) return 'with_reviewers';
  return doubtful ? 'in_doubt' : 'recoverable';
}

const CODE_OF: Partial<Record<FindingReason, RehearsalCode>> = {
  account_not_active: 'account_disabled',
  account_unproofed: 'account_unproofed',
  on_site_proofing_needed: 'on_site_only',
  code_missing: 'code_missing',
  name_not_unique: 'not_told_apart',
  namesake_unreadable: 'namesake_unreadable',
  document_on_other_account: 'document_shared',
  record_cooling_off: 'record_cooling_off',
  identity_cooling_off: 'identity_cooling_off',
  document_not_accepted: 'document_not_accepted',
  document_not_named: 'document_not_accepted',
  document_number_differs: 'document_number_needed',
  local_as_fallback: 'partner_needed',
  local_for_privileged: 'partner_needed',
  not_supported_by_provider: 'check_not_offered',
  not_requested: 'check_not_offered',
  manual_review_requested: 'check_left_open',
  device_not_confirmable: 'nobody_to_ask',
};

/** What a rule's objection comes to; names and birth dates have said it for themselves. */
function codesOf({ about, reasonCodes }: Objection, { record }: WalkedAccount): RehearsalCode[] {
  if (about === 'data_match') return record ? [] : reasonCodes.flatMap((reason) => CODE_OF[reason] ?? []);
  if (about === 'reference_portrait_match' && record?.hasPortrait !== true) return ['portrait_needed'];
  if (about === 'report' && reasonCodes.includes('data_missing')) return ['document_number_needed'];
  // This reason speaks of the index at that moment, not of an account: the walk looks again (rehearsal-walk.ts).
  if (reasonCodes.length > 0 && reasonCodes.every((reason) => reason === 'accounts_not_indexed')) return [];
  const known = reasonCodes.flatMap((reason) => CODE_OF[reason] ?? []);
  return known.length > 0 ? known : ['otherwise_stopped'];
}
