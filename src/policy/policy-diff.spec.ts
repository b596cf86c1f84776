import { describe, expect, it } from '@jest/globals';
import { durationInWords, MEMBER_WORDS } from './member-words.js';
import { PolicyDocument } from './policy.js';
import { diffOf } from './policy-diff.js';
import { POLICY_MEMBERS } from './strictness.js';

const documentWith = (changes: Record<string, unknown> = {}): PolicyDocument =>
  PolicyDocument.parse({ name: 'Staff', providers: ['clear1', 'local'], requiredChecks: ['face_match'], ...changes });
const linesOf = (from: Record<string, unknown>, to: Record<string, unknown>): string[] =>
  diffOf({ before: documentWith(from), after: documentWith(to), others: [] }).lines;

describe('a change in words', () => {
  it('has words for every member and for no other', () => {
    expect(Object.keys(MEMBER_WORDS).sort()).toEqual([...POLICY_MEMBERS].sort());
  });

  it.each([
    [{ hold: { seconds: 14_400 } }, {}, ['Hold after approval: 4 hours → none (weaker)']],
    [{}, { hold: { seconds: 14_400 } }, ['Hold after approval: none → 4 hours (stricter)']],
    [{}, { name: 'Office' }, ['Name: Staff → Office']],
    [
      { include: ['staff'] },
      { include: ['guests'] },
      ['Groups: staff → guests', 'People whom no profile covered can recover (weaker)'],
    ],
    [{}, { include: ['staff'] }, ['Groups: everybody → staff']],
    [
      { requiredChecks: ['face_match', 'data_match'] },
      { requiredChecks: ['face_match', 'document_expiry'] },
      ['Checks: face_match, data_match → face_match, document_expiry (weaker)'],
    ],
    [{ documents: { countries: ['DEU'] } }, {}, ['Issuing countries: DEU → all (weaker)']],
    [{}, { documents: { types: ['passport'] } }, ['Document types: all → passport (stricter)']],
    [{}, { matching: { withoutDocument: 'codes' } }, ['Without a document: refuse → codes (weaker)']],
    [
      {},
      { retention: { evidenceSeconds: 86_400 } },
      ['Evidence kept: 7 days → 1 day (destroys evidence sooner, also of cases that are closed)'],
    ],
    [{ retention: { evidenceSeconds: 86_400 } }, {}, ['Evidence kept: 1 day → 7 days (weaker)']],
    [{}, { relay: { allowed: true } }, ['Links passed on by agents: no → yes (weaker)']],
    [
      {},
      { providers: ['local', { id: 'clear1', when: { countries: ['DEU', 'FRA'] }, maxSessionCost: 300 }] },
      [
        'Providers: clear1, then local → local, then clear1 (countries DEU/FRA; at most 300 a session) (stricter)',
        'Asked first: clear1 → local (weaker)',
      ],
    ],
    [
      { copy: { en: { helpDesk: 'the desk' } } },
      { copy: { en: { helpDesk: 'somebody' } } },
      [
        'Words: en helpDesk “the desk” → en helpDesk “somebody”',
        'People are told to turn to somebody else when it was not them (weaker)',
      ],
    ],
    [
      {},
      { copy: { de: { organisationName: 'Bank' } } },
      [
        'Words: the deployment’s own → de organisationName “Bank”',
        'People are told another organisation asks them (weaker)',
      ],
    ],
  ])('from %j to %j', (from, to, lines) => {
    expect(linesOf(from, to)).toEqual(lines);
  });

  it('says what a new or removed profile does to people of another', () => {
    const others = [{ id: 'pol_1', version: 1, document: documentWith({ name: 'Board', include: ['board'] }) }];
    const lax = documentWith({ name: 'Lax', include: ['board'], limits: { attempts: 9 } });
    expect(diffOf({ after: lax, others })).toEqual({
      weakened: ['pol_1/limits.attempts', 'coverage'],
      lines: [
        'New profile “Lax”',
        'People who move between this profile and “Board” are asked for less: Attempts in a case (weaker)',
        'People whom no profile covered can recover (weaker)',
      ],
    });
    const swapped = documentWith({ providers: ['local', 'clear1'], copy: { en: { helpDesk: 'x' } }, priority: 1 });
    expect(diffOf({ after: swapped, others }).lines).toEqual([
      'New profile “Staff”',
      'People who move between this profile and “Board” meet something else: Who is asked first (weaker)',
      'People who move between this profile and “Board” meet something else: Help desk (weaker)',
      'People whom no profile covered can recover (weaker)',
    ]);
    expect(diffOf({ before: documentWith({ hold: { seconds: 60 } }), others }).lines).toEqual([
      'Profile “Staff” is removed',
      'People who move between this profile and “Board” are asked for less: Hold after approval (weaker)',
    ]);
  });

  it('marks every line by which somebody is asked for less, and no other', () => {
    const { weakened, lines } = diffOf({
      before: documentWith({ hold: { seconds: 60 }, limits: { attempts: 3 } }),
      after: documentWith({ hold: { seconds: 30 }, limits: { attempts: 1 } }),
      others: [],
    });
    expect(lines.filter((line) => line.endsWith('(weaker)'))).toHaveLength(weakened.length);
  });

  it.each([
    [0, 'none'],
    [1, '1 second'],
    [90_061, '1 day 1 hour 1 minute 1 second'],
    [604_800, '7 days'],
  ])('calls %d seconds %s', (seconds, text) => {
    expect(durationInWords(seconds)).toBe(text);
  });
});
