import { issuingStateOf } from '../../recovery-case/issuing-country.js';
import { stateOf } from './nationality-codes.js';

/** What of the shown document may say whose national its holder is; anything may be missing, or be no text. */
export interface ShownDocument {
  documentType?: unknown;
  issuingCountry?: unknown;
}

/** The evidence's nationality, and where it is from. */
export interface EvidenceNationality {
  /** Alpha-3; absent where nothing names a state. */
  state?: string;
  /** `claim`: the provider read one, of a state or not. `issuer`: it reported none, and who gave the document out stands in. */
  from: 'claim' | 'issuer' | 'nothing';
  /** The provider read a state that is not the one that gave the document out. */
  contradicted: boolean;
}

/**
 * Documents that a state gives to its own nationals (ICAO Doc 9303-4, passports; 9303-5 and -6, cards). Licences and permits
 * go to anybody who lives there.
 */
const OF_NATIONALS: ReadonlySet<unknown> = new Set(['passport', 'identity_card']);

/**
 * Whose national the evidence says that a person is. A nationality that was read always wins: `XXA`, `XXB`, `XXC` and `XXX`
 * say that there is none, and then the issuer of a refugee's or stateless person's document says nothing either. Where none
 * was read, a passport or an identity card says it by the state that gave it out. Pure and total.
 */
export function nationalityOfEvidence(claimed: unknown, document: ShownDocument | undefined): EvidenceNationality {
  const issuer = OF_NATIONALS.has(document?.documentType) ? issuingStateOf(document?.issuingCountry) : undefined;
  if (saysSomething(claimed)) {
    const state = stateOf(claimed);
    const contradicted = state !== undefined && issuer !== undefined && state !== issuer;
    return { ...(state !== undefined && { state }), from: 'claim', contradicted };
  }
  return issuer === undefined
    ? { from: 'nothing', contradicted: false }
    : { state: issuer, from: 'issuer', contradicted: false };
}

/** Fillers alone are a field that was left empty. */
const saysSomething = (claimed: unknown): boolean => typeof claimed === 'string' && /[^<\s]/.test(claimed);
