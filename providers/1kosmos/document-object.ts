import {
  birthDateOf,
  calendarDate,
  lookUp,
  memberOf,
  present,
  valuesAt,
  type DocumentFacts,
  type DocumentType,
  type IdentityAttributes,
  type JsonPath,
} from '../kit/index.js';
import type { OpenedAnswer } from './types.js';

const MAX_TEXT = 200;

/** 1Kosmos' words in lower case, which are those of its objects (`dl_object`, …) → those of this product's document types. */
const TYPE_BY_WORD: Readonly<Record<string, DocumentType>> = {
  dl: 'driving_licence',
  ppt: 'passport',
  idcard: 'identity_card',
};

/**
 * What was read from the document: members as the Java helper names them. Pictures in it are not looked at. Two objects
 * at once, say a licence and a passport, give nothing: the checks do not say which of them they are about.
 */
export function readDocument(
  answer: OpenedAnswer,
  paths: readonly JsonPath[],
): { identity?: IdentityAttributes; document?: DocumentFacts } {
  const [object, ...others] = paths.flatMap((path) => valuesAt(answer, path)).filter(isObject);
  if (!object || others.length > 0) return {};
  const text = (...names: string[]) => names.flatMap((name) => memberOf(object, name)).find(isShortText);
  return {
    identity: anyOf({
      givenName: text('firstName', 'givenName'),
      familyName: text('lastName', 'familyName'),
      birthDate: birthDateOf(partsOf(text('dob'))),
    }),
    document: anyOf({
      issuingCountry: text('country')?.match(/^[A-Z]{2,3}$/)?.[0],
      documentType: lookUp(TYPE_BY_WORD, text('documentType', 'type')?.toLowerCase() ?? ''),
      number: text('documentId'),
      expiryDate: isoDate(text('doe')),
    }),
  };
}

/**
 * `19870605`, `1987-06-05` and its midnight in UTC → `1987-06-05`. Undefined for anything else, above all for the
 * American order of `06051987`, which has its century where the month should be.
 */
export const isoDate = (text: string | undefined): string | undefined => calendarDate(partsOf(text));

function partsOf(text: string | undefined): { year?: string; month?: string; day?: string } {
  const match = /^(\d{4})(-?)(\d{2})\2(\d{2})(?:T00:00:00(?:\.0{1,6})?Z)?$/.exec(text ?? '');
  if (!match) return {};
  const [, year = '', , month = '', day = ''] = match;
  return { year, month, day };
}

/** Undefined where nothing was said at all. */
function anyOf<Members extends object>(members: Members): Members | undefined {
  const said = present(members);
  return Object.keys(said).length > 0 ? said : undefined;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isShortText = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= MAX_TEXT;
