import { Injectable } from '@nestjs/common';
import {
  type CheckKind,
  DOCUMENT_TYPES,
  type ProviderCapabilities,
  type ReportedAttribute,
} from '../../providers/kit/index.js';
import type { InputFault } from '../platform/errors/problem-catalogue.js';
import type { PolicyDocument } from './policy.js';
import { providerIds, providerRule } from './provider-rules.js';

/** What a profile can expect of a provider: the checks it runs, and what its results hold. */
export type ProviderAbilities = Pick<ProviderCapabilities, 'checks' | 'reports'>;

/** Undefined of a provider of which nobody here knows: nothing is said of it. */
export type AbilitiesOf = (id: string) => ProviderAbilities | undefined;

/** The abilities of what this deployment loads, as far as this process has loaded it. */
@Injectable()
export class KnownAbilities {
  #of: AbilitiesOf = () => undefined;

  /** Told once, by whoever loads the providers: this stage stands before them. */
  learn(of: AbilitiesOf): void {
    this.#of = of;
  }

  readonly of: AbilitiesOf = (id) => this.#of(id);
}

/** Something a profile asks of every case, or of those that one provider is asked about. */
interface Demand {
  pointer: string;
  /** In words, behind “does not”. */
  gives: string;
  can: (abilities: ProviderAbilities) => boolean;
  /** Reviewers may set it aside in any case (`provider_not_for_document`). */
  toPeople?: true;
}

const reporting = (pointer: string, gives: string, attributes: readonly ReportedAttribute[]): Demand => ({
  pointer,
  gives: `report ${gives}`,
  can: ({ reports }) => attributes.every((attribute) => reports[attribute] !== 'never'),
});

const running = (pointer: string, kind: CheckKind): Demand => ({
  pointer,
  gives: `run ${kind}`,
  can: ({ checks }) => checks.includes(kind),
});

/** Names and birth date are compared by us: no provider has to run it. */
const OURS: CheckKind = 'data_match';
/** Whoever may settle this may let a document in whose kind or issuer nobody said. */
const OF_DOCUMENTS: CheckKind = 'document_authenticity';

/**
 * What the profile asks of the provider of every case. What it does not limit need not be known, nor what reviewers may
 * settle.
 */
function demandsOf({ documents, matching, requiredChecks, waivedChecks, review }: PolicyDocument): Demand[] {
  const byPeople = (kind: CheckKind): boolean => review.reviewable.includes(kind);
  const everyType = byPeople(OF_DOCUMENTS) || DOCUMENT_TYPES.every((type) => documents.types.includes(type));
  const wants = (what: PolicyDocument['matching']['require'][number]): boolean => matching.require.includes(what);
  const kinds = requiredChecks.filter((kind) => kind !== OURS && !waivedChecks.includes(kind));
  const limits = documents.countries === 'all' ? '/documents/excludedCountries' : '/documents/countries';
  const anyIssuer =
    byPeople(OF_DOCUMENTS) || (documents.countries === 'all' && documents.excludedCountries.length === 0);
  return [
    ...kinds.map((kind) => running('/requiredChecks', kind)),
    // Without a birth date nobody settles whose document it is (objections.ts).
    ...(wants('data') ? [reporting('/matching/require', 'a birth date', ['birthDate'])] : []),
    ...(wants('data') && !byPeople(OURS) ? [reporting('/matching/require', 'names', ['givenName', 'familyName'])] : []),
    ...(wants('document_number')
      ? [reporting('/matching/require', 'a document number with its issuer', ['documentNumber', 'issuingCountry'])]
      : []),
    ...(wants('portrait') ? [running('/matching/require', 'reference_portrait_match')] : []),
    ...(everyType ? [] : [reporting('/documents/types', 'of what type a document is', ['documentType'])]),
    ...(anyIssuer ? [] : [reporting(limits, 'who issued a document', ['issuingCountry'])]),
  ];
}

/** Conditions under which a provider is asked: its result has to show that the document was one of those. */
function demandsOn(document: PolicyDocument, at: { id: string; index: number }): Demand[] {
  const { countries, documentTypes } = providerRule(document, at.id)?.when ?? {};
  const place = `/providers/${at.index}/when`;
  const demands = [
    ...(documentTypes ? [reporting(`${place}/documentTypes`, 'of what type a document is', ['documentType'])] : []),
    ...(countries ? [reporting(`${place}/countries`, 'who issued a document', ['issuingCountry'])] : []),
  ];
  return demands.map((demand) => ({ ...demand, toPeople: true }));
}

interface Unable {
  id: string;
  missing: Demand[];
}

/** Each provider of the profile with what it can never give; those that are not known give everything. */
const unableOf = (document: PolicyDocument, of: AbilitiesOf): Unable[] =>
  providerIds(document).map((id, index) => {
    const abilities = of(id);
    const asked = [...demandsOf(document), ...demandsOn(document, { id, index })];
    return { id, missing: abilities ? asked.filter(({ can }) => !can(abilities)) : [] };
  });

const inWords = ({ id, missing }: Unable): string =>
  `${id} does not ${[...new Set(missing.map(({ gives }) => gives))].join(', ')}`;

/**
 * Where nobody could ever be recovered by documents, because each provider lacks something that the profile asks for: a fault
 * at every place that all of them miss, or at `/providers` where each misses another one.
 */
export function unmetByAll(document: PolicyDocument, of: AbilitiesOf): InputFault[] {
  const unable = unableOf(document, of);
  if (unable.some(({ missing }) => missing.length === 0)) return [];
  const detail = unable.map(inWords).join('; ');
  const pointersOf = ({ missing }: Unable): string[] => missing.map(({ pointer }) => pointer);
  const common = pointersOf(unable[0] ?? { id: '', missing: [] }).filter((pointer) =>
    unable.every((one) => pointersOf(one).includes(pointer)),
  );
  const places = common.length > 0 ? [...new Set(common)] : [placeOf(unable)];
  return places.map((pointer) => ({ pointer, code: 'no_provider_can', detail }));
}

/** A single provider's own condition is the place; what several lack in different ways is said of them all. */
const placeOf = ([one, ...others]: readonly Unable[]): string =>
  others.length === 0 ? (one?.missing[0]?.pointer ?? '/providers') : '/providers';

const whatFollows = ({ missing }: Unable): string =>
  missing.every(({ toPeople }) => toPeople) ? 'all its cases go to people' : 'nobody gets in through it';

/** A sentence for each provider through which nobody gets in, while another one can: a limit, and no fault. */
export const unmetBySome = (document: PolicyDocument, of: AbilitiesOf): string[] => {
  const unable = unableOf(document, of);
  return unable.every(({ missing }) => missing.length > 0)
    ? []
    : unable.filter(({ missing }) => missing.length > 0).map((one) => `${inWords(one)}: ${whatFollows(one)}`);
};
