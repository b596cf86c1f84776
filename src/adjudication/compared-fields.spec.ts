import { describe, expect, it } from '@jest/globals';
import { FIELD_OUTCOMES, type ComparedField } from '../../providers/kit/index.js';
import { factsWith, open, policyWith, withCheck } from '../../test/support/adjudication-facts.js';
import { decide } from './decide.js';
import { comparedViews } from './explain/compared-words.js';
import { settleFacts } from './settled-facts.js';

const field = (outcome: ComparedField['outcome']): ComparedField => ({
  ...{ field: 'expiry_date', between: ['mrz', 'print'], outcome, reasonCodes: ['document_inconsistent'] },
});

describe('what a document’s own places say of each field (T66)', () => {
  it('is kept beside the decision and decides nothing', () => {
    for (const policy of [policyWith(), policyWith({ requiredChecks: ['document_data_consistency'] })])
      for (const check of ['agreed', 'open'] as const) {
        const bare = factsWith({ policy });
        const facts =
          check === 'open' ? withCheck(bare, open('document_data_consistency', 'document_inconsistent')) : bare;
        const compared = FIELD_OUTCOMES.map(field);
        const settled = settleFacts({ ...facts, report: { ...facts.report, compared } });
        expect(settled.report.compared).toEqual(compared);
        expect(decide(settled)).toEqual(decide(settleFacts(facts)));
      }
  });

  it('leaves nothing behind that is not in closed words, whatever an adapter hands over', () => {
    const compared = [
      { ...field('agrees'), field: 'Ana' },
      { ...field('agrees'), value: '1980-01-02' },
    ];
    const facts = factsWith();
    const settled = settleFacts({ ...facts, report: { ...facts.report, compared: compared as ComparedField[] } });
    expect(settled.report.compared).toEqual([field('agrees')]);
  });

  it('is told in a sentence', () => {
    expect(comparedViews([field('agrees'), field('not_found')]).map(({ words }) => words)).toEqual([
      'Date of expiry: machine-readable zone and print say the same.',
      expect.stringMatching(
        /^Date of expiry: machine-readable zone and print – the second was read and does not have it/,
      ),
    ]);
  });
});
