import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { covers, PolicyDocument, type Policy } from './policy.js';
import { weakeningOf } from './policy-change.js';
import { weakens } from './strictness.js';

const documentWith = (changes: Record<string, unknown> = {}): PolicyDocument =>
  PolicyDocument.parse({ name: 'P', providers: ['clear1', 'local'], requiredChecks: ['face_match'], ...changes });
const policy = (id: string, changes: Record<string, unknown> = {}): Policy => ({
  id,
  version: 1,
  document: documentWith(changes),
});
const lax = { limits: { attempts: 10 } };

describe('weakeningOf', () => {
  it('names what the profile itself stops asking', () => {
    expect(weakeningOf({ before: documentWith(), after: documentWith(lax), others: [] })).toEqual(['limits.attempts']);
    expect(weakeningOf({ before: documentWith(lax), after: documentWith(), others: [] })).toEqual([]);
  });

  it.each([[['local', 'clear1']], [['local']]])(
    'notices that the fallback becomes the first choice: %j',
    (providers) => {
      expect(weakeningOf({ before: documentWith(), after: documentWith({ providers }), others: [] })).toEqual([
        'providers.first',
      ]);
    },
  );

  const conditional = { id: 'clear1', when: { countries: ['DEU', 'FRA'] } };
  it.each<[string, unknown[], unknown[], string[]]>([
    ['is asked of fewer countries', ['clear1', 'local'], [conditional, 'local'], ['providers.first']],
    [
      'is asked of still fewer',
      [conditional, 'local'],
      [{ id: 'clear1', when: { countries: ['DEU'] } }, 'local'],
      ['providers.first'],
    ],
    ['may cost less', ['clear1', 'local'], [{ id: 'clear1', maxSessionCost: 0 }, 'local'], ['providers.first']],
    ['has a smaller share', ['clear1', 'local'], [{ id: 'clear1', share: 1 }, 'local'], ['providers.first']],
    ['is gone behind a condition', [conditional, 'idverse', 'local'], [conditional, 'local'], ['providers.first']],
    [
      'changes places behind a condition',
      [conditional, 'idverse', 'local'],
      [conditional, 'local', 'idverse'],
      ['providers.first'],
    ],
    ['is the last one and is asked of fewer', ['local', 'clear1'], ['local', conditional], []],
    ['stood last and is gone', [conditional, 'local'], [conditional], []],
    ['changes places behind one for everybody', ['clear1', 'idverse', 'local'], ['clear1', 'local', 'idverse'], []],
    ['is asked of the same', [conditional, 'local'], [conditional, 'local'], []],
    ['has to prove the device again', [{ id: 'clear1', unprovenDevice: 'allow' }, 'local'], ['clear1', 'local'], []],
  ])('T75 notices whom others are asked first instead of: a provider that %s', (_what, before, after, expected) => {
    const change = { before: documentWith({ providers: before }), after: documentWith({ providers: after }) };
    expect(weakeningOf({ ...change, others: [] })).toEqual(expected);
  });

  it('does not take the very first profile of a deployment for a weakening', () => {
    expect(weakeningOf({ after: documentWith(lax), others: [], isFirst: true })).toEqual([]);
  });

  it('T75 notices a profile after the last one was removed: nobody could recover meanwhile', () => {
    expect(weakeningOf({ after: documentWith(lax), others: [] })).toEqual(['coverage']);
  });

  it('T75 notices that the only profile reaches people it left out', () => {
    const staff = documentWith({ include: ['staff'], exclude: ['admins'] });
    for (const after of [documentWith(), documentWith({ include: ['staff'] }), documentWith({ exclude: ['admins'] })])
      expect(weakeningOf({ before: staff, after, others: [] })).toEqual(['coverage']);
    expect(weakeningOf({ before: documentWith(), after: staff, others: [] })).toEqual([]);
  });

  it.each([
    ['providers.first', { providers: ['local', 'clear1'] }],
    ['copy.helpDesk', { copy: { en: { helpDesk: 'somebody' } } }],
    ['copy.organisationName', { copy: { de: { organisationName: 'another bank' } } }],
  ])('T75 notices %s of a new profile put in front, and of one that people fall to', (name, changes) => {
    const others = [policy('pol_1')];
    expect(weakeningOf({ before: documentWith(), after: documentWith(changes), others: [] })).toEqual([name]);
    expect(weakeningOf({ after: documentWith({ ...changes, priority: 9 }), others })).toEqual([`pol_1/${name}`]);
    expect(weakeningOf({ before: documentWith({ ...changes, priority: 9 }), others })).toEqual([`pol_1/${name}`]);
  });

  it('T79 notices that evidence is destroyed sooner, also of people who move to another profile, and that it is kept longer', () => {
    const [day, week] = [86_400, 604_800].map((evidenceSeconds) => ({ retention: { evidenceSeconds } }));
    const name = 'retention.evidenceSeconds';
    for (const [before, after] of [
      [day, week],
      [week, day],
    ])
      expect(weakeningOf({ before: documentWith(before), after: documentWith(after), others: [] })).toEqual([name]);
    const others = [policy('pol_1', week)];
    expect(weakeningOf({ after: documentWith({ ...day, priority: 9 }), others })).toEqual([`pol_1/${name}`]);
    expect(weakeningOf({ before: documentWith(week), after: documentWith(week), others: [] })).toEqual([]);
  });

  it('notices a laxer profile put in front of a stricter one', () => {
    const others = [policy('pol_1', { priority: 5 })];
    expect(weakeningOf({ after: documentWith({ ...lax, priority: 6 }), others })).toEqual(['pol_1/limits.attempts']);
    expect(weakeningOf({ after: documentWith({ ...lax, priority: 4 }), others })).toEqual([]);
    expect(weakeningOf({ after: documentWith({ ...lax, priority: 5 }), others })).toEqual(['pol_1/limits.attempts']);
  });

  it('notices a laxer profile raised or widened over a stricter one', () => {
    const others = [policy('pol_1', { priority: 5 })];
    const low = documentWith({ ...lax, priority: 1, include: ['guests'] });
    const raised = documentWith({ ...lax, priority: 6, include: ['guests'] });
    const widened = documentWith({ ...lax, priority: 6, include: ['guests', 'staff'] });
    const open = documentWith({ ...lax, priority: 6, include: [] });
    expect(weakeningOf({ before: low, after: raised, others })).toEqual(['pol_1/limits.attempts']);
    expect(weakeningOf({ before: raised, after: widened, others })).toEqual(['pol_1/limits.attempts']);
    expect(weakeningOf({ before: raised, after: open, others })).toEqual(['pol_1/limits.attempts']);
    expect(weakeningOf({ before: raised, after: raised, others })).toEqual([]);
  });

  it('notices people leaving a stricter profile for a laxer one', () => {
    const others = [policy('pol_lax', lax)];
    const strict = documentWith({ priority: 5 });
    const names = ['pol_lax/limits.attempts'];
    expect(weakeningOf({ before: strict, others })).toEqual(names);
    expect(weakeningOf({ before: strict, after: documentWith({ priority: 5, exclude: ['x'] }), others })).toEqual(
      names,
    );
    expect(weakeningOf({ before: strict, after: documentWith({ priority: 5, include: ['x'] }), others })).toEqual(
      names,
    );
    expect(weakeningOf({ before: strict, after: documentWith({ priority: 0 }), others })).toEqual(names);
    expect(weakeningOf({ before: strict, after: documentWith({ priority: 7 }), others })).toEqual([]);
  });

  it('notices people that no profile covered', () => {
    const others = [policy('pol_1', { include: ['staff'] })];
    expect(weakeningOf({ after: documentWith({ include: ['admins'] }), others })).toContain('coverage');
    expect(weakeningOf({ after: documentWith({ include: ['x'] }), others: [policy('pol_2')] })).not.toContain(
      'coverage',
    );
  });

  it('removing the only profile weakens nothing: nobody can recover then', () => {
    expect(weakeningOf({ before: documentWith(), others: [] })).toEqual([]);
  });

  const groups = ['g1', 'g2', 'g3'];
  const anyDocument = fc
    .record({
      priority: fc.integer({ min: 0, max: 2 }),
      include: fc.subarray(groups),
      exclude: fc.subarray(groups),
      limits: fc.record({ attempts: fc.integer({ min: 1, max: 3 }) }),
      providers: fc.constantFrom(['clear1', 'local'], ['local', 'clear1']),
      copy: fc.constantFrom({}, { en: { helpDesk: 'somebody' } }),
    })
    .map((changes) => documentWith(changes));
  const everyMembership = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => groups.filter((_, index) => bits & (1 << index)));
  const applied = (policies: Policy[], membership: string[]): PolicyDocument | undefined =>
    [...policies]
      .sort((a, b) => b.document.priority - a.document.priority || (a.id < b.id ? -1 : 1))
      .find((candidate) => covers(candidate.document, membership))?.document;

  const asksLess = (was: PolicyDocument, is: PolicyDocument): boolean =>
    weakens(was, is).length > 0 ||
    was.providers[0] !== is.providers[0] ||
    was.copy.en?.helpDesk !== is.copy.en?.helpDesk;

  it('is never silent when somebody, whatever their groups, gets an easier recovery', () => {
    fc.assert(
      fc.property(
        fc.array(anyDocument, { maxLength: 3 }),
        fc.option(anyDocument, { nil: undefined }),
        fc.option(anyDocument, { nil: undefined }),
        (documents, before, after) => {
          const others = documents.map((document, index) => ({ id: `pol_${index}`, version: 1, document }));
          const setOf = (changed?: PolicyDocument): Policy[] =>
            changed ? [...others, { id: 'pol_2x', version: 1, document: changed }] : others;
          const easier = everyMembership.some((membership) => {
            const was = applied(setOf(before), membership);
            const is = applied(setOf(after), membership);
            return was && is ? asksLess(was, is) : is !== undefined;
          });
          if (easier) expect(weakeningOf({ before, after, others })).not.toEqual([]);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
