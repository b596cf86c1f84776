import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OWN_MACHINE, ScriptedProvider } from '../../../test/support/verification/scripted-provider.js';
import { KeyRing } from '../../platform/crypto/key-ring.js';
import type { ProviderRule } from '../../policy/provider-rules.js';
import { placeInSplit } from './routing-question.js';
import {
  backoffSeconds,
  chooseProvider,
  MAX_ROUNDS,
  offersOf,
  roundDelaySeconds,
  type Candidate,
  type ChoiceQuestion,
} from './provider-choice.js';
import { UNLIMITED, type ProviderCondition } from './provider-obstacles.js';
import { lookAgainSeconds } from './provider-wait.js';

const ADAPTERS = {
  alpha: new ScriptedProvider('alpha'),
  beta: new ScriptedProvider('beta'),
  local: new ScriptedProvider('local', OWN_MACHINE),
};
type Id = keyof typeof ADAPTERS;
type Part = { rule?: Partial<ProviderRule>; condition?: Partial<ProviderCondition>; place?: number };

const candidate = (id: Id, { rule, condition, place = 0 }: Part = {}): Candidate => ({
  adapter: ADAPTERS[id],
  rule: { unprovenDevice: 'confirm', ...rule, id },
  condition: { ...UNLIMITED, ...condition },
  place,
});
const candidates = (parts: Partial<Record<Id, Part>> = {}): Candidate[] =>
  (Object.keys(ADAPTERS) as Id[]).map((id) => candidate(id, parts[id]));

const question = (change: Partial<ChoiceQuestion> = {}): ChoiceQuestion => ({
  candidates: candidates(),
  policyFirst: 'alpha',
  person: { issuingCountry: 'DEU', documentType: 'passport', groups: ['staff'] },
  privileged: false,
  attempt: 1,
  failures: [],
  ...change,
});
const failed = (provider: string, attempt = 1) => ({ provider, attempt });
const chosen = (change: Partial<ChoiceQuestion> = {}) => {
  const { chosen: choice } = chooseProvider(question(change));
  return choice && [choice.adapter.id, choice.role, choice.round];
};
const away = { condition: { restSeconds: 7 } };

describe('chooseProvider', () => {
  it('asks the policy’s first', () => {
    expect(chosen()).toEqual(['alpha', 'first', 0]);
  });

  it('moves on in the policy’s order, and says that it stands in', () => {
    expect(chosen({ failures: [failed('alpha')] })).toEqual(['beta', 'fallback', 0]);
    expect(chosen({ failures: [failed('alpha'), failed('beta')] })).toEqual(['local', 'fallback', 0]);
  });

  it('starts another round with the first when all have failed, and ends after the last round', () => {
    const once = [failed('alpha'), failed('beta'), failed('local')];
    expect(chosen({ failures: once })).toEqual(['alpha', 'fallback', 1]);
    const answer = chooseProvider(question({ failures: Array.from({ length: MAX_ROUNDS }, () => once).flat() }));
    expect(answer).toEqual({
      leftOut: ['alpha', 'beta', 'local'].map((provider) => ({ provider, reason: 'rounds_used' })),
    });
  });

  it('prefers, in a later attempt, who has not failed before', () => {
    expect(chosen({ attempt: 2, failures: [failed('alpha', 1)] })).toEqual(['beta', 'fallback', 0]);
  });

  it('lets the person choose among the offered only', () => {
    expect(chosen({ requested: 'beta' })).toEqual(['beta', 'first', 0]);
    expect(chosen({ requested: 'gamma' })).toBeUndefined();
  });

  it('T62 never makes the own machine the easier way by the person’s choice', () => {
    expect(chosen({ requested: 'local' })).toEqual(['local', 'fallback', 0]);
    expect(chosen({ requested: 'local', policyFirst: 'local' })).toEqual(['local', 'first', 0]);
  });

  it('T62 lets a privileged subject wait for a partner', () => {
    const partnersFailed = [failed('alpha'), failed('beta')];
    expect(chosen({ privileged: true, failures: partnersFailed })).toEqual(['alpha', 'fallback', 1]);
    expect(
      chosen({ privileged: true, policyFirst: 'local', requested: 'local', failures: partnersFailed }),
    ).toBeUndefined();
    const bothAway = chooseProvider(
      question({ privileged: true, candidates: candidates({ alpha: away, beta: away }) }),
    );
    expect(bothAway).toMatchObject({ waitFor: { adapter: { id: 'alpha' }, waitSeconds: 7 } });
    expect(bothAway.chosen).toBeUndefined();
  });

  it('T62 takes whoever stands in for a partner that is away for a stand-in', () => {
    expect(chosen({ candidates: candidates({ alpha: away }) })).toEqual(['beta', 'fallback', 0]);
    expect(chosen({ candidates: candidates({ alpha: away, beta: away }) })).toEqual(['local', 'fallback', 0]);
  });
});

describe('conditions', () => {
  const away30 = { restSeconds: 30 };
  it.each<[string, Part, string]>([
    ['country', { rule: { when: { countries: ['FRA'] } } }, 'not_for_country'],
    ['document', { rule: { when: { documentTypes: ['identity_card'] } } }, 'not_for_document'],
    ['group', { rule: { when: { groups: ['board'] } } }, 'not_for_group'],
    ['price', { rule: { maxSessionCost: 99 }, condition: { sessionCost: 100 } }, 'too_expensive'],
    ['price that nobody knows', { rule: { maxSessionCost: 99 } }, 'cost_unknown'],
    ['budget without a price', { condition: { dailyBudget: 500 } }, 'cost_unknown'],
    ['kill switch', { condition: { disabled: true } }, 'disabled'],
    ['budget', { condition: { dailyBudget: 500, sessionCost: 100, spentToday: 401 } }, 'budget_spent'],
    ['circuit', { condition: away30 }, 'circuit_open'],
    ['share', { rule: { share: 40 }, place: 40 }, 'outside_share'],
  ])('of a %s leave a provider out, and the reason is told', (_what, alpha, reason) => {
    const answer = chooseProvider(question({ candidates: candidates({ alpha }) }));
    expect(answer.chosen?.adapter.id).toBe('beta');
    expect(answer.leftOut).toMatchObject([{ provider: 'alpha', reason }]);
  });

  it.each<[string, Part]>([
    ['country', { rule: { when: { countries: ['FRA', 'DEU'] } } }],
    ['document', { rule: { when: { documentTypes: ['passport'] } } }],
    ['group', { rule: { when: { groups: ['board', 'staff'] } } }],
    ['price', { rule: { maxSessionCost: 100 }, condition: { sessionCost: 100 } }],
    ['budget', { condition: { dailyBudget: 500, sessionCost: 100, spentToday: 400 } }],
    ['share', { rule: { share: 40 }, place: 39 }],
  ])('of a %s that are met leave nobody out', (_what, alpha) => {
    expect(chosen({ candidates: candidates({ alpha }) })).toEqual(['alpha', 'first', 0]);
  });

  it('about documents are not met by somebody who has not named one', () => {
    const alpha = { rule: { when: { countries: ['DEU'] } } };
    const person = { issuingCountry: undefined, documentType: undefined, groups: [] };
    expect(chosen({ person, candidates: candidates({ alpha }) })).toEqual(['beta', 'first', 0]);
  });

  it('wait for nobody who will never do', () => {
    const never = { rule: { when: { countries: ['FRA'] } } };
    const answer = chooseProvider(question({ candidates: [candidate('alpha', never), candidate('beta', away)] }));
    expect(answer.waitFor?.adapter.id).toBe('beta');
    expect(chooseProvider(question({ candidates: [candidate('alpha', never)] }))).toEqual({
      leftOut: [{ provider: 'alpha', reason: 'not_for_country' }],
    });
  });
});

describe('shares', () => {
  const alpha = { rule: { share: 40 }, place: 40 };

  it('send a case outside them to that provider when nobody else is left to ask', () => {
    expect(chosen({ candidates: candidates({ alpha }), failures: [failed('beta'), failed('local')] })).toEqual([
      'alpha',
      'fallback',
      0,
    ]);
    expect(chosen({ candidates: [candidate('alpha', alpha), candidate('beta', away)] })).toEqual(['alpha', 'first', 0]);
  });

  const ring = new KeyRing(KeyRing.generate());

  it('ask the same way at every asking, and about as often as they say', () => {
    const inShare = Array.from({ length: 20_000 }, (_, index) => placeInSplit(ring, `rc_${index}`, 'alpha')).filter(
      (place) => place < 30,
    ).length;
    // 0.30 ± 0.013 is four standard deviations.
    expect(Math.abs(inShare / 20_000 - 0.3)).toBeLessThan(0.013);
    expect(placeInSplit(ring, 'rc_1', 'alpha')).toBe(placeInSplit(ring, 'rc_1', 'alpha'));
  });

  it('ask the same way at every step of a rotation, until the old key has left the ring (T117, F38)', () => {
    const [old, fresh] = ['k1', 'k2'].map((id) => ({ ...KeyRing.generate(id).keys[0] }));
    const placesWith = (...keys: unknown[]) =>
      Array.from({ length: 100 }, (_, index) => placeInSplit(new KeyRing({ keys }), `rc_${index}`, 'alpha'));
    const before = placesWith(old);
    expect(placesWith(old, { ...fresh, retired: true })).toEqual(before);
    expect(placesWith({ ...old, retired: true }, fresh)).toEqual(before);
    expect(placesWith(fresh)).not.toEqual(before);
  });

  it('are independent of each other', () => {
    const places = (provider: string) =>
      Array.from({ length: 100 }, (_, index) => placeInSplit(ring, `rc_${index}`, provider));
    expect(places('alpha')).not.toEqual(places('beta'));
  });
});

const anyPart: fc.Arbitrary<Part> = fc.record({
  rule: fc.record(
    {
      when: fc.record(
        {
          countries: fc.subarray(['DEU', 'FRA'], { minLength: 1 }),
          groups: fc.subarray(['staff', 'board'], { minLength: 1 }),
        },
        { requiredKeys: [] },
      ),
      share: fc.integer({ min: 1, max: 100 }),
      maxSessionCost: fc.integer({ min: 0, max: 5 }),
    },
    { requiredKeys: [] },
  ),
  condition: fc.record({
    disabled: fc.boolean(),
    restSeconds: fc.constantFrom(0, 5),
    sessionCost: fc.option(fc.integer({ min: 0, max: 5 })),
    dailyBudget: fc.option(fc.integer({ min: 0, max: 20 })),
    spentToday: fc.integer({ min: 0, max: 20 }),
  }),
  place: fc.integer({ min: 0, max: 99 }),
});
const anyQuestion: fc.Arbitrary<ChoiceQuestion> = fc
  .record({
    parts: fc.tuple(anyPart, anyPart, anyPart),
    policyFirst: fc.constantFrom('alpha', 'beta', 'local', undefined),
    privileged: fc.boolean(),
    attempt: fc.constantFrom(1, 2),
    failures: fc.array(
      fc.record({ provider: fc.constantFrom('alpha', 'beta', 'local'), attempt: fc.constantFrom(1, 2) }),
    ),
  })
  .map(({ parts: [alpha, beta, local], ...rest }) =>
    question({ ...rest, candidates: candidates({ alpha, beta, local }) }),
  );

describe('whatever the policy, the partners and the past', () => {
  it('nobody is asked against a condition, a switch, a budget or a circuit', () => {
    fc.assert(
      fc.property(anyQuestion, (asked) => {
        const { chosen: choice } = chooseProvider(asked);
        const of = asked.candidates.find(({ adapter }) => adapter.id === choice?.adapter.id);
        if (!choice || !of) return;
        const { rule, condition } = of;
        expect(condition.disabled || condition.restSeconds > 0).toBe(false);
        expect(rule.when?.countries ?? ['DEU']).toContain('DEU');
        expect(rule.when?.groups ?? ['staff']).toContain('staff');
        expect(condition.sessionCost ?? (rule.maxSessionCost === undefined ? 0 : NaN)).toBeLessThanOrEqual(
          rule.maxSessionCost ?? 5,
        );
        if (condition.dailyBudget !== null)
          expect(condition.spentToday + (condition.sessionCost ?? NaN)).toBeLessThanOrEqual(condition.dailyBudget);
        expect(choice.round).toBeLessThan(MAX_ROUNDS);
      }),
      { numRuns: 2_000 },
    );
  });

  it('T62 the own machine never comes first by accident, and never stands in for a privileged subject', () => {
    fc.assert(
      fc.property(anyQuestion, (asked) => {
        const { chosen: choice, waitFor } = chooseProvider(asked);
        for (const one of [choice, waitFor]) {
          if (one?.adapter.id !== 'local') continue;
          const partnerGone = asked.failures.some(({ provider }) => provider !== 'local');
          if (partnerGone || asked.policyFirst !== 'local') expect(one.role).toBe('fallback');
          if (asked.privileged) expect(one.role).toBe('first');
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('a case outside a share is sent there only past everybody else who has failed no more often', () => {
    fc.assert(
      fc.property(anyQuestion, (asked) => {
        const answer = chooseProvider(asked);
        const outside = (one: Candidate): boolean => one.place >= (one.rule.share ?? 100);
        const of = asked.candidates.find(({ adapter }) => adapter.id === answer.chosen?.adapter.id);
        if (!answer.chosen || !of || !outside(of)) return;
        const round = answer.chosen.round;
        const others = asked.candidates.filter((one) => one !== of && !outside(one));
        for (const other of others) {
          const alone = chooseProvider({ ...asked, requested: other.adapter.id }).chosen;
          if (alone) expect(alone.round).toBeGreaterThan(round);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('everybody who is not asked is left out with a reason, waited for, or merely behind', () => {
    fc.assert(
      fc.property(anyQuestion, (asked) => {
        const answer = chooseProvider(asked);
        expect(answer.leftOut.map(({ provider }) => provider)).not.toContain(answer.chosen?.adapter.id ?? 'nobody');
        if (answer.waitFor) expect(answer.leftOut.some(({ waitSeconds }) => waitSeconds !== undefined)).toBe(true);
      }),
    );
  });
});

describe('offersOf', () => {
  const ids = (change: Partial<ChoiceQuestion>) => offersOf(question(change)).map(({ id }) => id);

  it('shows who can be asked now; when nobody can, who is worth waiting for', () => {
    expect(ids({ candidates: candidates({ alpha: away }) })).toEqual(['beta', 'local']);
    const never = { rule: { when: { groups: ['board'] } } };
    expect(ids({ candidates: candidates({ alpha: away, beta: never, local: away }) })).toEqual(['alpha', 'local']);
  });
});

describe('waiting', () => {
  it('doubles up to a limit and honours what the partner asked for', () => {
    const options = { firstSeconds: 5, maxSeconds: 300 };
    expect([1, 2, 3, 20].map((tries) => backoffSeconds(tries, options))).toEqual([5, 10, 20, 300]);
    expect(backoffSeconds(1, { ...options, retryAfterSeconds: 120 })).toBe(120);
    expect(backoffSeconds(1, { ...options, retryAfterSeconds: 1e9 })).toBe(900);
  });

  it('leaves everybody alone for longer from round to round', () => {
    const delays = [0, 1, 2, 3, 4, 9].map(roundDelaySeconds);
    expect(delays).toEqual([...delays].sort((a, b) => a - b));
    expect(delays[0]).toBe(0);
  });

  it('looks again soon, the less often the longer it lasts, and once a minute at the least', () => {
    expect(lookAgainSeconds({ waitSeconds: 0.2, waitedSeconds: 0 })).toBe(2);
    expect(lookAgainSeconds({ waitSeconds: 9.1, waitedSeconds: 10 })).toBe(10);
    expect(lookAgainSeconds({ waitSeconds: 9.1, waitedSeconds: 300 })).toBe(30);
    expect(lookAgainSeconds({ waitSeconds: 80_000, waitedSeconds: 0 })).toBe(60);
  });
});
