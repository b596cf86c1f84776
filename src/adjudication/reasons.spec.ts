import { describe, expect, it } from '@jest/globals';
import { SAYS_NOTHING } from '../recovery-codes/codes-doubts.js';
import { FINDING_REASONS, REASONS } from './reasons.js';

const rules = Object.entries(REASONS);

describe('the table of reasons', () => {
  it('has a row for every reason and no other', () => {
    expect(Object.keys(REASONS).sort()).toEqual([...FINDING_REASONS].sort());
  });

  it('has words for the person exactly where the person may be told', () => {
    for (const [, rule] of rules) expect(rule.shown !== undefined).toBe(rule.audience === 'capture');
  });

  it.each([
    'name_differs',
    'birth_date_differs',
    'no_reference_on_record',
    'reference_unusable',
    'account_unproofed',
    'account_not_active',
    'document_not_genuine',
    'injection_suspected',
    'presentation_attack_suspected',
    'passive_signal_only',
    'document_copy_suspected',
    'document_specimen',
    'faces_differ',
    'selfie_copies_portrait',
    'record_cooling_off',
    'second_person_missing',
  ] as const)('never tells the person: %s', (reason) => {
    expect(REASONS[reason].audience).toBe('neutral');
  });

  it('has the same reasons that say nothing of who it was as codes are taken by', () => {
    const captures = FINDING_REASONS.filter((reason) => REASONS[reason].audience === 'capture');
    const left = FINDING_REASONS.filter((reason) => REASONS[reason].bucket === 'not_finished');
    expect([...SAYS_NOTHING].sort()).toEqual([...captures, ...left, 'ok'].sort());
  });

  it.each(['name_differs', 'birth_date_differs', 'document_not_genuine', 'injection_suspected'] as const)(
    'offers no second try after %s',
    (reason) => {
      expect(REASONS[reason]).toMatchObject({ retryable: false, bucket: 'not_confirmed' });
    },
  );
});
