import { describe, expect, it } from '@jest/globals';
import { comparedFields, MOST_COMPARED } from '../kit/index.js';
import { toComparedFields } from './compared-fields.js';

describe('what a document’s own places say of each field, in a report', () => {
  const fields = toComparedFields([
    { attribute: 'familyName', between: ['mrz', 'print'], outcome: 'agrees' },
    { attribute: 'expiryDate', between: ['mrz', 'barcode'], outcome: 'differs' },
    { attribute: 'birthDate', between: ['mrz', 'print'], outcome: 'not_found' },
    { attribute: 'sex', between: ['mrz', 'print'], outcome: 'not_read' },
  ]);

  it('T66 names field, places, outcome and reason, and no value', () => {
    expect(fields).toEqual([
      { field: 'family_name', between: ['mrz', 'print'], outcome: 'agrees', reasonCodes: ['ok'] },
      { field: 'expiry_date', between: ['mrz', 'barcode'], outcome: 'differs', reasonCodes: ['document_inconsistent'] },
      { field: 'birth_date', between: ['mrz', 'print'], outcome: 'not_found', reasonCodes: ['data_missing'] },
      { field: 'sex', between: ['mrz', 'print'], outcome: 'not_read', reasonCodes: ['document_unreadable'] },
    ]);
  });

  it.each<[string, unknown, number]>([
    ['nothing', undefined, 0],
    ['a word', 'mrz', 0],
    ['the same', fields, 4],
    ['a field nobody knows', [{ ...fields[0], field: 'eye_colour' }], 0],
    ['one place', [{ ...fields[0], between: ['mrz'] }], 0],
    [
      'a value in place of a word',
      [
        { ...fields[0], outcome: 'Ana' },
        { ...fields[0], reasonCodes: ['Ana'] },
      ],
      0,
    ],
    ['too many', Array<unknown>(MOST_COMPARED + 1).fill(fields[0]), MOST_COMPARED],
  ])('is kept of %s as far as it is in closed words', (_what, given, kept) => {
    expect(comparedFields(given)).toHaveLength(kept);
  });
});
