import {
  DOCUMENT_FIELDS,
  DOCUMENT_PLACES,
  FIELD_OUTCOMES,
  type ComparedField,
  type DocumentField,
  type DocumentPlace,
  type FieldOutcome,
} from '../../../providers/kit/index.js';
import { z } from 'zod';

const FIELDS: Readonly<Record<DocumentField, string>> = {
  family_name: 'Family name',
  given_name: 'Given name',
  birth_date: 'Birth date',
  document_number: 'Document number',
  expiry_date: 'Date of expiry',
  nationality: 'Nationality',
  sex: 'Sex',
  issuing_country: 'Issuing country',
};

const PLACES: Readonly<Record<DocumentPlace, string>> = {
  mrz: 'machine-readable zone',
  barcode: 'barcode',
  print: 'print',
  chip: 'chip',
};

const OUTCOMES: Readonly<Record<FieldOutcome, string>> = {
  agrees: 'say the same',
  differs: 'say different things',
  not_found: 'the second was read and does not have it, or it was misread there',
  not_read: 'it could not be made out in one of them',
};

/** One comparison within a document as a sentence, e.g. `Birth date: machine-readable zone and print say the same.` */
export function comparedWords({ field, between: [one, other], outcome }: ComparedField): string {
  const told = outcome === 'agrees' || outcome === 'differs' ? ` ${OUTCOMES[outcome]}` : ` – ${OUTCOMES[outcome]}`;
  return `${FIELDS[field]}: ${PLACES[one]} and ${PLACES[other]}${told}.`;
}

/** What people see of it. */
export const ComparedView = z
  .object({
    field: z.enum(DOCUMENT_FIELDS),
    between: z.array(z.enum(DOCUMENT_PLACES)).describe('The two places of the document.'),
    outcome: z.enum(FIELD_OUTCOMES),
    reasonCodes: z.array(z.string()),
    words: z.string().describe('The same in a sentence.'),
  })
  .meta({ id: 'ComparedView' });
export type ComparedView = z.infer<typeof ComparedView>;

export const comparedViews = (compared: readonly ComparedField[] = []): ComparedView[] =>
  compared.map((one) => ({ ...one, between: [...one.between], words: comparedWords(one) }));
