import { birthDateOf, calendarDate, datePartsIn, lookUp, present, Sensitive } from '../kit/index.js';
import type { DateFormat, DocumentFacts, DocumentType, IdentityAttributes } from '../kit/index.js';
import type { UserDetails } from './types.js';

/** IDVerse's words, in lower case → those of this product's document types. */
const TYPE_BY_WORD: Readonly<Record<string, DocumentType>> = {
  passport: 'passport',
  'driver licence': 'driving_licence',
  'drivers licence': 'driving_licence',
  "driver's licence": 'driving_licence',
  'driver license': 'driving_licence',
  'driving licence': 'driving_licence',
  'id card': 'identity_card',
  'identity card': 'identity_card',
  'national id': 'identity_card',
};

/** Members of `user_details`, as the page of that name lists them. */
const MEMBERS: readonly string[] = [
  'document_type',
  'geolocation',
  'first_name',
  'last_name',
  'middle_name',
  'date_of_birth',
  'date_of_expiry',
  'id_number',
  'document_number',
  'licence_version',
  'card_access_number',
  'address',
  'country_code',
  'licence_number',
  'passport_number',
];

/**
 * Who the document says the person is, sealed. People can correct what was read: what they typed is no evidence, so an
 * edited member is left out, and everything is when `edited_fields` says something that we do not know.
 */
export function identityOf(details: UserDetails, format: DateFormat): Sensitive<IdentityAttributes> {
  const read = readerOf(details);
  const givenNames = [read('first_name'), read('middle_name')].filter(Boolean).join(' ');
  return new Sensitive(
    present({
      // Half of the given names edited is given names edited.
      givenName: (read('first_name') && !isEdited(details, 'middle_name') && givenNames) || undefined,
      familyName: read('last_name'),
      birthDate: birthDateOf(datePartsIn(read('date_of_birth'), format)),
    }),
  );
}

/** A passport's number is `document_number`, any other document's is `id_number`. */
export function documentOf(details: UserDetails, format: DateFormat): Sensitive<DocumentFacts> {
  const read = readerOf(details);
  const type = read('document_type')?.toLowerCase();
  const country = read('country_code');
  return new Sensitive(
    present({
      issuingCountry: country && /^[A-Z]{2,3}$/.test(country) ? country : undefined,
      documentType: lookUp(TYPE_BY_WORD, type ?? ''),
      number: read(type === 'passport' ? 'document_number' : 'id_number'),
      expiryDate: calendarDate(datePartsIn(read('date_of_expiry'), format)),
    }),
  );
}

type ReadMember = Exclude<keyof UserDetails, 'edited_fields'>;

function readerOf(details: UserDetails): (member: ReadMember) => string | undefined {
  return (member) => (isEdited(details, member) ? undefined : (details[member] ?? undefined) || undefined);
}

function isEdited({ edited_fields: edited }: UserDetails, member: ReadMember): boolean {
  return (edited ?? []).some((entry) => entry === member || !(typeof entry === 'string' && MEMBERS.includes(entry)));
}
