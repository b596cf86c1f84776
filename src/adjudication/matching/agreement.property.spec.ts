import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Sensitive } from '../../../providers/kit/index.js';
import { factsWith } from '../../../test/support/adjudication-facts.js';
import { generatePeople } from '../../../test/people/generate-people.js';
import { printed } from '../../../test/people/person.js';
import { adjudicate } from '../decide.js';
import { VERDICTS, type Verdict } from '../decision.js';

const RECORDS = [...generatePeople(5, 300)].map(({ given, family, birthDate, nationality }) => ({
  ...{ givenName: printed(given), familyName: printed(family), birthDate, nationality },
}));
type Identity = (typeof RECORDS)[number];
const ATTRIBUTES = ['givenName', 'familyName', 'birthDate', 'nationality'] as const;

function verdict(record: Identity, claim: Partial<Identity>): Verdict {
  const proofing = { attributes: new Sensitive(record), coolingOff: false, level: 'IAL2' };
  return adjudicate(factsWith({ proofing, report: { identity: new Sensitive(claim) } })).verdict;
}

describe('adjudicate, by what the evidence says of the person', () => {
  it('T63 never turns an approval into anything else because more of it agrees', () => {
    let better = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...RECORDS),
        fc.constantFrom(...RECORDS),
        fc.subarray([...ATTRIBUTES]),
        fc.constantFrom(...ATTRIBUTES),
        (record, other, taken, attribute) => {
          const claim = { ...record, ...Object.fromEntries(taken.map((each) => [each, other[each]])) };
          const before = VERDICTS.indexOf(verdict(record, claim));
          const after = VERDICTS.indexOf(verdict(record, { ...claim, [attribute]: record[attribute] }));
          if (after < before) better += 1;
          expect(after).toBeLessThanOrEqual(before);
        },
      ),
      { numRuns: 600 },
    );
    // The walk did meet attributes that mattered.
    expect(better).toBeGreaterThan(20);
  });

  it('T65 approves no twin: the same family name and birth date, another given name', () => {
    const twins = fc.tuple(fc.constantFrom(...RECORDS), fc.constantFrom(...RECORDS));
    fc.assert(
      fc.property(twins, ([record, { givenName, nationality }]) => {
        // Of one country: elsewhere the other name may be this one as it is written there (Olha and Olga).
        fc.pre(nationality === record.nationality);
        // Thanh is Thành, as a zone has it.
        const words = (name: string): string[] => name.normalize('NFD').replace(/\p{M}/gu, '').split(' ');
        const [ours, theirs] = [words(record.givenName), words(givenName)];
        fc.pre(givenName !== '' && record.givenName !== '' && !ours.some((word) => theirs.includes(word)));
        expect(verdict(record, { ...record, givenName })).not.toBe('approve');
      }),
      { numRuns: 300 },
    );
  });
});
