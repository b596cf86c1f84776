import { calendarDate, lookUp, present, Sensitive } from '../kit/index.js';
import type { DocumentFacts, DocumentType, IdentityAttributes } from '../kit/index.js';
import type { ClearDate, ClearTraits } from './types.js';

/** CLEAR's words → those of this product's document types. */
const TYPE_BY_WORD: Readonly<Record<string, DocumentType>> = {
  paper_passport: 'passport',
  passport_card: 'identity_card',
  id_card: 'identity_card',
  drivers_license: 'driving_licence',
};

/**
 * Who the document says the person is. Names and birth date come from one object: the document that was scanned, or –
 * for people whom CLEAR knew already, who scan none – what CLEAR holds on them (T40: never some of each).
 */
export function identityOf(traits: ClearTraits | null | undefined): Sensitive<IdentityAttributes> | undefined {
  if (!traits) return undefined;
  const { document } = traits;
  const scanned = document && (document.first_name || document.last_name) ? document : undefined;
  const names = scanned ?? traits;
  const familyName = scanned ? scanned.last_name : (traits.full_last_name ?? traits.last_name);
  return new Sensitive(
    present({
      givenName: [names.first_name, names.middle_name].map(shown).filter(Boolean).join(' ') || undefined,
      familyName: shown(familyName),
      birthDate: toIsoDate(scanned ? scanned.date_of_birth : traits.dob),
      nationality: countryCode(scanned?.nationality),
    }),
  );
}

export function documentOf(traits: ClearTraits | null | undefined): Sensitive<DocumentFacts> | undefined {
  const document = traits?.document;
  if (!document) return undefined;
  return new Sensitive(
    present({
      issuingCountry: countryCode(document.issuing_country),
      documentType: lookUp(TYPE_BY_WORD, shown(document.document_type) ?? ''),
      number: shown(document.document_number),
      expiryDate: toIsoDate(document.date_of_expiry),
    }),
  );
}

/** What stands there, unless CLEAR keeps it back. */
function shown(text: string | null | undefined): string | undefined {
  return text && text !== 'REDACTED' ? text : undefined;
}

function countryCode(text: string | null | undefined): string | undefined {
  return text && /^[A-Z]{2,3}$/.test(text) ? text : undefined;
}

function toIsoDate(date: ClearDate | null | undefined): string | undefined {
  const { year, month, day } = date ?? {};
  return calendarDate({ year: String(year), month: twoDigits(month), day: twoDigits(day) });
}

const twoDigits = (part: number | null | undefined): string => String(part).padStart(2, '0');
