import { DOCUMENT_TYPES } from '../../providers/kit/index.js';
import type { ProviderEntry } from './provider-rules.js';

/** What a member is called, what it does, and which way is the stricter one; for diffs and for docs/policies.md. */
export interface MemberWords {
  label: string;
  meaning: string;
  stricter: string;
}

const words = (label: string, meaning: string, stricter: string): MemberWords => ({ label, meaning, stricter });

const MORE = 'more of them';
const FEWER = 'fewer of them';
const LONGER = 'longer';
const SHORTER = 'shorter';
const NEITHER = 'neither: words and coverage';

/** One entry for each member that has a rule in strictness.ts; a test compares the two. */
export const MEMBER_WORDS: Readonly<Record<string, MemberWords>> = {
  name: words('Name', 'What staff call the profile', NEITHER),
  priority: words(
    'Priority',
    'Of the profiles that cover an account, the one with the highest priority applies',
    NEITHER,
  ),
  include: words('Groups', 'Groups the profile covers; an empty list covers everybody', NEITHER),
  exclude: words(
    'Groups left out',
    'Members of these groups are not covered, even if they are in a covered group',
    NEITHER,
  ),
  mode: words('Mode', '`evaluation` runs everything and issues nothing', '`evaluation`'),
  copy: words(
    'Words',
    'How pages and mails name the organisation and the help desk, for each language; plain text. Mails use those of `MAIL_LANGUAGE`',
    NEITHER,
  ),
  providers: words(
    'Providers',
    'Providers that may be asked, in this order, each with its conditions',
    'fewer, with more conditions',
  ),
  requiredChecks: words('Checks', 'Kinds of checks that must pass for everybody', MORE),
  'strength.aal2Checks': words(
    'Checks from AAL2 on',
    'Further kinds that must pass for accounts of AAL2 and AAL3',
    MORE,
  ),
  'strength.aal3Checks': words(
    'Checks for AAL3',
    'Further kinds that must pass for accounts of AAL3 or of unknown strength',
    MORE,
  ),
  waivedChecks: words('Waived checks', 'Kinds that a provider may leave out; refused in production', FEWER),
  'matching.require': words(
    'Bound to the account by',
    '`data`, `portrait`, `document_number`: what must agree with the proofing record',
    MORE,
  ),
  'matching.names': words(
    'Names agree when',
    '`compatible` accepts short forms and nicknames, `equivalent` does not',
    '`equivalent`',
  ),
  'matching.unproofed': words(
    'Accounts never proofed',
    'What recovers them: nothing (`refuse`), reviewers (`review`), or documents with a recovery code (`codes`)',
    '`refuse`',
  ),
  'matching.withoutDocument': words(
    'Without a document',
    'Nothing recovers the account (`refuse`), or, up to AAL2, a saved and an issued code together, after a hold (in production of a day) (`codes`)',
    '`refuse`',
  ),
  'documents.types': words(
    'Document types',
    'Types that are accepted, both when the person names one and when one was read',
    FEWER,
  ),
  'documents.countries': words('Issuing countries', 'ISO 3166-1 alpha-3 codes of accepted issuers, or `all`', FEWER),
  'documents.excludedCountries': words('Issuing countries left out', 'Issuers that are never accepted', MORE),
  'ingredients.proofed': words(
    'Codes besides',
    'Recovery codes that a proofed account needs in addition to its documents',
    MORE,
  ),
  'ingredients.unproofed': words(
    'Codes besides, never proofed',
    'The same for an account that was never proofed',
    MORE,
  ),
  'capture.selfieFiles': words(
    'Selfies from a file',
    'Accepted as weak evidence (`accept`), accepted for reviewers to check (`review`), or refused (`refuse`); a browser may lie about where a photo came from',
    '`refuse`',
  ),
  'capture.checkPhoto': words(
    'Looking at one’s own photo',
    'The person looks at every photo before it is sent (`always`), or at all but those that the page’s camera took automatically (`unless_automatic`)',
    '`always`',
  ),
  'limits.caseTtlSeconds': words('Life of a case', 'Time from opening a case to its end', SHORTER),
  'limits.linkTtlSeconds': words('Life of a link', 'How long a mailed link works', SHORTER),
  'limits.tokenTtlSeconds': words('Life of a token', 'Time from token to passkey', SHORTER),
  'limits.attempts': words('Attempts in a case', 'Submissions after which a case ends', 'fewer'),
  'limits.accountAttempts': words(
    'Attempts at an account',
    'Submissions in all cases of the account within the window',
    'fewer',
  ),
  'limits.accountWindowSeconds': words('Window of those attempts', 'Six hours to a day', LONGER),
  'hold.seconds': words('Hold after approval', 'Time in which the owner can stop an approved recovery', LONGER),
  'hold.fairEvidenceSeconds': words(
    'Hold on fair evidence',
    'At least this long if no provider checked for attacks or for the document’s authenticity',
    LONGER,
  ),
  'hold.weakEvidenceSeconds': words(
    'Hold on weak evidence',
    'At least this long if reviewers settled a check or a check was waived',
    LONGER,
  ),
  'review.reviewable': words(
    'Open checks reviewers may settle',
    'Kinds whose `indeterminate` results without a suspected attack reviewers may settle; for `data_match` and attacks always two',
    FEWER,
  ),
  'review.onFail': words(
    'After a failed check',
    '`retry` (then review for faces and liveness, an end for other checks), `review` or `deny`',
    '`deny`',
  ),
  'review.reviewersNeeded': words(
    'Reviewers',
    'How many reviewers must agree; always two for local results, privileged accounts, relayed links, and open `data_match` or attacks',
    'two',
  ),
  'authorization.privilegedNeedsSecondPerson': words(
    'Second person for privileged accounts',
    'A second person must authorize such a case before it starts',
    'yes',
  ),
  'authorization.privilegedGroups': words('Privileged groups', 'Groups whose members count as privileged', MORE),
  'relay.allowed': words('Links passed on by agents', 'Whether an agent may hand a link to the person', 'no'),
  'relay.holdSeconds': words(
    'Hold on links passed on',
    'At least this long for relayed links and unproven devices, whether an address or reviewers confirmed them; in production never 0 where links are passed on',
    LONGER,
  ),
  'retention.evidenceSeconds': words(
    'Evidence kept',
    'Time from the end of a case to its erasure; at least a day in production; two people must agree to a change',
    SHORTER,
  ),
  allowSpecimens: words('Specimens', 'Accepts documents of Utopia; refused in production', 'no'),
  allowRepeatedPictures: words(
    'Repeated pictures',
    'Accepts the same picture in two cases; refused in production',
    'no',
  ),
};

/** What an empty list says. */
const EMPTY: Readonly<Record<string, string>> = { include: 'everybody' };

/** A member's value for people: `4 hours`, `clear1, then local`, `none`. */
export function valueInWords(member: string, value: unknown): string {
  if (member === 'providers') return (value as ProviderEntry[]).map(providerInWords).join(', then ') || 'none';
  if (member === 'documents.types' && (value as string[]).length === DOCUMENT_TYPES.length) return 'all';
  if (typeof value === 'number' && /seconds$/i.test(member)) return durationInWords(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.join(', ') || (EMPTY[member] ?? 'none');
  if (typeof value === 'object') return copyInWords(value as Record<string, Record<string, string>>);
  return `${value as string | number}`;
}

function providerInWords(entry: ProviderEntry): string {
  if (typeof entry === 'string') return entry;
  const { id, when = {}, maxSessionCost, share, unprovenDevice } = entry;
  const conditions = [
    ...Object.entries(when).map(([name, list]) => `${name} ${list.join('/')}`),
    ...(maxSessionCost === undefined ? [] : [`at most ${maxSessionCost} a session`]),
    ...(share === undefined ? [] : [`${share} % of cases`]),
    ...(unprovenDevice === undefined ? [] : [`unproven device: ${unprovenDevice}`]),
  ];
  return conditions.length > 0 ? `${id} (${conditions.join('; ')})` : id;
}

function copyInWords(copy: Record<string, Record<string, string> | undefined>): string {
  const parts = Object.entries(copy).flatMap(([language, given]) =>
    Object.entries(given ?? {}).map(([name, text]) => `${language} ${name} “${text}”`),
  );
  return parts.join(', ') || 'the deployment’s own';
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** `90000` as `1 day 1 hour`. */
export function durationInWords(seconds: number): string {
  let left = seconds;
  const parts = UNITS.flatMap(([unit, size]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count > 0 ? [`${count} ${unit}${count === 1 ? '' : 's'}`] : [];
  });
  return parts.join(' ') || 'none';
}
