import { lookUp, type CheckKind, type DocumentFacts, type DocumentType } from '../kit/index.js';
import { documentEvidence, type VerifiedClaims } from './types.js';

/**
 * `check_method` → what it shows, by the OpenID Foundation's identifiers for Identity Assurance: validation of evidence
 * in person (`vpip`), under light that is not visible (`vpiruv`), from an image (`vri`), by its cryptography (`vcrypt`);
 * verification of the person by somebody (`pvp`, `pvr`) or by biometrics (`bvp`, `bvr`), present or remote.
 */
const KIND_BY_METHOD: Readonly<Record<string, CheckKind>> = {
  vpip: 'document_authenticity',
  vpiruv: 'document_authenticity',
  vri: 'document_authenticity',
  vcrypt: 'document_authenticity',
  pvp: 'face_match',
  pvr: 'face_match',
  bvp: 'face_match',
  bvr: 'face_match',
};

const documentsIn = ({ verification }: VerifiedClaims) =>
  (verification.evidence ?? []).flatMap((entry) => {
    const { data } = documentEvidence.safeParse(entry);
    return data ? [data] : [];
  });

/** What the listed document evidence shows to have been checked. Methods we do not know show nothing. */
export function kindsShown(said: VerifiedClaims): Set<CheckKind> {
  const methods = documentsIn(said).flatMap(({ check_details: details }) => details ?? []);
  return new Set(methods.flatMap(({ check_method: method }) => lookUp(KIND_BY_METHOD, method) ?? []));
}

/** Document types of OpenID Connect for Identity Assurance (predefined values) → those of this product. */
const TYPE_BY_WORD: Readonly<Record<string, DocumentType>> = {
  passport: 'passport',
  idcard: 'identity_card',
  driving_permit: 'driving_licence',
  residence_permit: 'residence_permit',
};

/** The document, when there is exactly one: of two, nobody could say which one the person is. */
export function documentOf(said: VerifiedClaims): DocumentFacts | undefined {
  const [details, ...others] = documentsIn(said).flatMap(({ document_details: known }) => known ?? []);
  if (!details || others.length > 0) return undefined;
  const { type, document_number: number, date_of_expiry: expiryDate, issuer } = details;
  return { documentType: lookUp(TYPE_BY_WORD, type ?? ''), number, expiryDate, issuingCountry: issuer?.country_code };
}
