import { z } from 'zod';
import { DOCUMENT_TYPES, type DocumentType } from '../../providers/kit/index.js';
import { DocumentTypeWord } from '../recovery-case/case.schemas.js';
import { codesNaming, issuerOf } from '../recovery-case/issuing-country.js';

const distinct = (values: readonly string[]): boolean => new Set(values).size === values.length;
/** ISO 3166-1 alpha-3. */
const Countries = z
  .array(z.string().regex(/^[A-Z]{3}$/))
  .max(300)
  .refine(distinct, 'each country once');

/** `all`, or the countries by name. */
export type CountryList = 'all' | string[];

/** Documents an organisation accepts. Asked when the person names one, and again of what the provider read. */
export const DocumentRules = z
  .strictObject({
    types: z
      .array(DocumentTypeWord)
      .min(1)
      .refine(distinct, 'each document type once')
      .default([...DOCUMENT_TYPES]),
    /** Issuers that are accepted. */
    countries: z.union([z.literal('all'), Countries.min(1)]).default('all'),
    /** Wins over `countries`. */
    excludedCountries: Countries.default([]),
  })
  .meta({ id: 'PolicyDocuments' })
  .prefault({});
export type DocumentRules = z.infer<typeof DocumentRules>;

/** What is known of a document: what the person named, or what a provider read of it. Words may be anything. */
export interface NamedDocument {
  issuingCountry?: unknown;
  documentType?: unknown;
}

/** `unknown` when a rule asks for something that is not said, or is said in a word we do not know. */
export type DocumentAcceptance = 'accepted' | 'refused' | 'unknown';

/** Pure and total. A refusal by one rule stands whatever the other does not know. */
export function documentAcceptance(rules: DocumentRules, document: NamedDocument): DocumentAcceptance {
  const answers = [typeAcceptance(rules, document.documentType), countryAcceptance(rules, document.issuingCountry)];
  return (['refused', 'unknown'] as const).find((answer) => answers.includes(answer)) ?? 'accepted';
}

const isType = (value: unknown): value is DocumentType => DOCUMENT_TYPES.some((type) => type === value);

function typeAcceptance({ types }: DocumentRules, type: unknown): DocumentAcceptance {
  if (DOCUMENT_TYPES.every((known) => types.includes(known))) return 'accepted';
  if (!isType(type)) return 'unknown';
  return types.includes(type) ? 'accepted' : 'refused';
}

function countryAcceptance({ countries, excludedCountries }: DocumentRules, country: unknown): DocumentAcceptance {
  if (countries === 'all' && excludedCountries.length === 0) return 'accepted';
  const issuer = issuerOf(country);
  if (issuer === undefined) return 'unknown';
  const listed = countries === 'all' || codesNaming(country).some((code) => countries.includes(code));
  // An exclusion holds for every code of that state; a permission only for the one it names.
  return listed && !excludedCountries.some((excluded) => issuerOf(excluded) === issuer) ? 'accepted' : 'refused';
}

/** Whether `after` takes a country that `before` did not. */
export const countriesWeaker = (before: CountryList, after: CountryList): boolean =>
  before !== 'all' && (after === 'all' || after.some((country) => !before.includes(country)));

/** The countries both take, sorted; none of them is none, not all. */
export function commonCountries(a: CountryList, b: CountryList): CountryList {
  if (a === 'all') return b === 'all' ? 'all' : [...b];
  return b === 'all'
    ? [...a]
    : JSON.stringify(a) === JSON.stringify(b)
      ? [...a]
      : a.filter((c) => b.includes(c)).sort();
}
